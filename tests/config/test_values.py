"""Types of plain values, and their names."""

from collections.abc import Sequence

import pytest

from gan_lab.config.values import described, fits, shown


@pytest.mark.parametrize(
    ("value", "hint", "expected"),
    [
        (1, int, True),
        (True, int, False),
        (1.0, int, False),
        (1, float, True),
        (True, float, False),
        ("1", float, False),
        (None, int | None, True),
        (2, str | int, True),
        ([1, 2], Sequence[int], True),
        ([1, "a"], Sequence[int], False),
        ("ab", Sequence[str], False),
        ([1.0, 2], tuple[float, float], True),
        ({}, dict, True),
    ],
)
def test_a_value_fits_its_type_or_not(value, hint, expected):
    assert fits(value, hint) is expected


def test_types_and_values_are_shown_as_a_person_types_them():
    assert described(int | None) == "a whole number or null"
    assert described(Sequence[str]) == "a list"
    assert [shown(value) for value in (None, True, False, "x", 1.5)] == [
        "null", "true", "false", "x", "1.5",
    ]  # fmt: skip
