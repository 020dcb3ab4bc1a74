"""Limits bind keys that there are: one that is misspelt would bind nothing."""

import inspect
from typing import get_type_hints

import pytest
from hydra import compose
from lightning import Trainer

from gan_lab.config.check import defaults_of_choices
from gan_lab.config.limits import (
    ALLOWED_VALUES,
    AT_LEAST_ONE,
    COMPONENTS,
    FREE_TO_CHANGE,
    FROM_0_TO_1,
    LISTS,
    MAY_BE_NULL,
    NOT_THE_TRAINERS,
    PATHS,
)
from gan_lab.config.plain import leaves, resolved
from gan_lab.config.schema import TASKS, Root, find_conf
from gan_lab.config.schema import Trainer as TrainerKeys

pytestmark = pytest.mark.usefixtures("hydra_is_ready")
ELSEWHERE = {"data.dir", "model.pretrained"}  # of some options of their groups only


@pytest.fixture
def known():
    keys = set(leaves(resolved(compose("config")))) | ELSEWHERE
    return keys.union(*(get_type_hints(task) for task in TASKS.values()))


@pytest.mark.parametrize(
    "limited",
    [ALLOWED_VALUES, AT_LEAST_ONE, FROM_0_TO_1, PATHS],
    ids=["words", "1", "0-1", "paths"],
)
def test_every_limit_is_that_of_a_key(known, limited):
    assert set(limited) <= known


def test_what_is_free_to_change_is_a_key_or_a_group(known):
    groups = {"evaluation", "callbacks", "logger", "performance"}

    assert set(FREE_TO_CHANGE) - groups <= known
    assert groups <= {*get_type_hints(Root), *COMPONENTS}


def test_components_and_lists_are_folders_of_options():
    assert all((find_conf() / group).is_dir() for group in (*COMPONENTS, *LISTS))


@pytest.mark.parametrize("name", MAY_BE_NULL)
def test_what_may_be_null_is_a_key_of_a_component(name):
    options = ([], ["model=mixture_mlp"])
    keys = {key for words in options for key in leaves(resolved(defaults_of_choices(words)))}

    assert any(key.endswith(f".{name}") for key in keys)


def test_flags_of_the_trainer_that_are_explained_are_its_own_and_not_ours():
    flags = inspect.signature(Trainer).parameters

    assert set(NOT_THE_TRAINERS) <= set(flags)
    assert not set(NOT_THE_TRAINERS) & set(get_type_hints(TrainerKeys))
