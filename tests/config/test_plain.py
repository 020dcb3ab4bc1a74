"""Configurations as plain data."""

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf

from gan_lab.config.plain import override, resolved
from gan_lab.errors import ConfigError


def test_resolving_replaces_references_and_names_the_one_that_leads_nowhere():
    assert resolved(OmegaConf.create({"a": 1, "b": {"c": "${a}"}})) == {"a": 1, "b": {"c": 1}}
    with pytest.raises(ConfigError, match=r"b\.c: Interpolation key 'nowhere' not found"):
        resolved(OmegaConf.create({"b": {"c": "${nowhere}"}}))


@pytest.mark.parametrize(
    "value", ["/runs/1/last.ckpt", "/lr=1,2/a b", "it's", "<script>", "ü", "[1]"]
)
def test_hydra_reads_a_value_back_as_it_is(value):
    (read,) = OverridesParser.create().parse_overrides([override("ckpt", value)])

    assert (read.key_or_group, read.value()) == ("ckpt", value)


def test_a_plain_path_is_written_as_one_would_type_it():
    assert override("ckpt", "/runs/1/last.ckpt") == "ckpt=/runs/1/last.ckpt"
