"""The dataclasses and the YAML files agree."""

import pytest
from hydra import compose

from gan_lab.config.schema import Root, Trainer, find_conf


@pytest.mark.usefixtures("hydra_is_ready")
def test_the_yaml_files_and_the_dataclasses_have_the_same_keys():
    config = compose("config", [])
    groups = {path.name for path in find_conf().iterdir() if path.is_dir()}

    assert set(config) - groups | {"task", "trainer", "debug"} == set(Root.__dataclass_fields__)
    assert set(config.trainer) == set(Trainer.__dataclass_fields__)
