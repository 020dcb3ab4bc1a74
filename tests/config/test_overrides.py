"""Words of a command line as Hydra reads them."""

import re

import pytest

from gan_lab.config.overrides import group_of, key_of, parse, values


@pytest.mark.parametrize(
    ("word", "key"),
    [("seed=1", "seed"), ("+model.pack=2", "model.pack"), ("data@data.a=mnist", "data@data.a")],
)
def test_a_word_is_about_its_key_whatever_signs_stand_before_it(word, key):
    assert key_of(parse(word)) == key


@pytest.mark.parametrize("word", ["seed", "=1", "a=[1,", "a=" + 500 * "["])
def test_what_is_not_of_the_form_key_and_value_is_an_error(word):
    with pytest.raises(ValueError, match=re.escape(word)):
        parse(word)


def test_the_group_of_a_word_is_what_stands_before_the_place_of_its_option():
    assert group_of("data@data.a") == group_of("data") == "data"


def test_every_single_value_is_found_at_any_depth():
    assert list(values({"a": [1, {"b": "c"}]})) == ["a", 1, "b", "c"]
