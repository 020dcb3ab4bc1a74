"""Limits bind keys that there are: one that is misspelt would bind nothing."""

from typing import get_type_hints

import pytest
from hydra import compose

from gan_lab.config.build import PARTS
from gan_lab.config.check import defaults_of_choices
from gan_lab.config.limits import (
    COMPONENTS,
    DATA_PATHS,
    FREE_TO_CHANGE,
    GROUP_KEYS,
    LISTS,
    PARTS_OF_TASK,
    PATHS,
)
from gan_lab.config.options import find_conf
from gan_lab.config.plain import resolved
from gan_lab.config.schema import TASKS, Root
from gan_lab.dotted_keys import leaves

pytestmark = pytest.mark.usefixtures("hydra_is_ready")
ELSEWHERE = {*DATA_PATHS, "model.pretrained"}  # of some options of their groups only


@pytest.fixture
def known():
    keys = set(leaves(resolved(compose("config")))) | ELSEWHERE
    return keys.union(*(get_type_hints(task) for task in TASKS.values()))


def test_every_limit_is_that_of_a_key(known):
    assert set(PATHS) <= known


def test_the_groups_of_a_task_are_groups_with_parts():
    assert set(PARTS_OF_TASK) <= set(TASKS)
    assert {group for groups in PARTS_OF_TASK.values() for group in groups} <= set(PARTS)


def test_what_is_free_to_change_is_a_key_or_a_group(known):
    groups = {"evaluation", "callbacks", "logger", "performance"}

    assert set(FREE_TO_CHANGE) - groups <= known
    assert groups <= {*get_type_hints(Root), *COMPONENTS}


def test_components_and_lists_are_folders_of_options():
    assert all((find_conf() / group).is_dir() for group in (*COMPONENTS, *LISTS))


@pytest.mark.parametrize("key", GROUP_KEYS)
def test_what_a_group_reads_itself_is_a_key_of_some_option(key):
    options = ([], ["model=mixture_mlp"])

    assert any(key in leaves(resolved(defaults_of_choices(words))) for words in options)
