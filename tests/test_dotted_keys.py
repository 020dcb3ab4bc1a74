"""Nested dictionaries by their dotted keys."""

from gan_lab.dotted_keys import leaves


def test_keys_are_dotted_and_lists_and_empty_tables_are_values():
    nested = {"a": {"b": [1, 2], "c": {}}, "d": None}

    assert leaves(nested) == {"a.b": [1, 2], "a.c": {}, "d": None}


def test_nothing_has_no_keys():
    assert leaves({}) == {}
