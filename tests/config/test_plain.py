"""Configurations as plain data."""

import pytest
from omegaconf import OmegaConf

from gan_lab.config.plain import leaves, resolved
from gan_lab.errors import ConfigError


def test_leaves_are_dotted_and_lists_are_values():
    assert leaves({"a": {"b": [1, 2], "c": {}}, "d": None}) == {"a.b": [1, 2], "a.c": {}, "d": None}


def test_resolving_replaces_references_and_names_the_one_that_leads_nowhere():
    assert resolved(OmegaConf.create({"a": 1, "b": {"c": "${a}"}})) == {"a": 1, "b": {"c": 1}}
    with pytest.raises(ConfigError, match=r"b\.c: Interpolation key 'nowhere' not found"):
        resolved(OmegaConf.create({"b": {"c": "${nowhere}"}}))
