"""The dataclasses and the YAML files agree."""

import pytest
from hydra import compose

from gan_lab.config.options import find_conf
from gan_lab.config.schema import Callbacks, Collapse, Evaluation, Root, Trainer


@pytest.mark.usefixtures("hydra_is_ready")
def test_the_yaml_files_and_the_dataclasses_have_the_same_keys():
    config = compose("config", [])
    groups = {path.name for path in find_conf().iterdir() if path.is_dir()}

    with_dataclasses = {"task", "trainer", "debug", "evaluation", "callbacks"}
    assert set(config) - groups | with_dataclasses == set(Root.__dataclass_fields__)
    assert set(config.trainer) == set(Trainer.__dataclass_fields__)
    assert set(config.evaluation) == set(Evaluation.__dataclass_fields__)
    assert set(config.callbacks) == set(Callbacks.__dataclass_fields__)
    assert set(config.callbacks.collapse) == set(Collapse.__dataclass_fields__)
