"""Where options are found."""

import pytest

from gan_lab.config.options import (
    add_folders,
    added_folders,
    file_of,
    find_conf,
    groups,
    mentions,
    options_of,
)
from gan_lab.errors import ConfigError


@pytest.fixture(autouse=True)
def forgotten():
    yield
    add_folders([])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "loss").mkdir()
    (tmp_path / "loss" / "mine.yaml").touch()
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    return tmp_path


def test_an_added_folder_has_options_and_groups_beside_the_own_ones(folder):
    before = groups()

    add_folders([folder])

    assert "mine" in options_of("loss")
    assert set(groups()) - set(before) == {"mine", "mine/deep"}
    assert file_of("loss", "mine") == folder / "loss" / "mine.yaml"
    add_folders([])
    assert groups() == before


def test_an_option_that_would_never_be_read_is_refused_and_nothing_is_added(folder):
    (folder / "loss" / "lsgan.yaml").touch()

    with pytest.raises(ConfigError, match=r"lsgan\.yaml would never be read, because .*conf"):
        add_folders([folder])

    assert added_folders() == ()


def test_two_folders_with_one_option_are_refused(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "loss").mkdir()
    (other / "loss" / "mine.yaml").touch()

    with pytest.raises(ConfigError, match="has the same name"):
        add_folders([folder, other])


def test_the_own_folder_and_one_named_twice_count_once(folder):
    add_folders([find_conf(), folder, folder])

    assert added_folders() == (folder,)


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="nowhere is no folder"):
        add_folders([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("option", "name", "is_there"),
    [
        ("ring", "protocol", True),
        ("ring", "covered", False),  # in a comment alone
        ("unpaired", "b", True),
        ("unpaired", "c", False),
        ("horse2zebra", "b", True),  # of unpaired, which it begins with
        ("horse2zebra", "c", False),
    ],
)
def test_a_name_is_looked_for_in_the_files_of_an_option(option, name, is_there):
    assert mentions("data", option, name) == is_there
