"""Types of plain values, and their names."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import pytest

from gan_lab.config.values import complaint, described, fits, shown
from gan_lab.ranges import Length, Range
from gan_lab.schedules import Course


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
        (float("nan"), float, False),
        (float("inf"), float, False),
        (10**19, int, False),
        (float("inf"), Annotated[float, Range(0, math.inf)], True),
        (0, Annotated[float, Range(0, 1, open_low=True)] | None, False),
        (None, Annotated[float, Range(0, 1, open_low=True)] | None, True),
        ([1, 0], Sequence[Annotated[int, Range(1)]], False),
        ([], Annotated[Sequence[int], Length(1)], False),
        ([2], Annotated[Sequence[int], Length(1)], True),
        ("skip", Literal["skip", "refuse"], True),
        (1, Literal["auto", True], False),
        ({}, dict, True),
    ],
)
def test_a_value_fits_its_type_or_not(value, hint, expected):
    assert fits(value, hint) is expected


def test_types_and_values_are_shown_as_a_person_types_them():
    assert described(int | None) == "a whole number or null"
    assert described(Sequence[str]) == "a list of words"
    assert [shown(value) for value in (None, True, False, "x", 1.5)] == [
        "null", "true", "false", "x", "1.5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "hint", "sentence"),
    [
        (2, Annotated[float, Range(0, 1)], "k=2 must be a number from 0 to 1."),
        ("skp", Literal["skip", "refuse"], "k=skp is not known. Did you mean 'skip'?"),
        (3, Literal["auto", True, False], "k=3 is not known. Known here: auto, false, true."),
        ([0], Sequence[Annotated[int, Range(1)]], "k=[0] must be a list of whole numbers of at "
         "least 1."),
        ([], Annotated[Sequence[Annotated[int, Range(1, 9)]], Length(1)], "k=[] must be a list of "
         "1 or more whole numbers from 1 to 9."),
        (1, tuple[Annotated[float, Range(0)], Annotated[float, Range(0)]], "k=1 must be a list of "
         "2 numbers of at least 0."),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_gets_one_sentence_with_what_would(value, hint, sentence):
    assert complaint("k", value, hint) == sentence


def test_a_number_beyond_64_bits_is_told_so():
    assert complaint("seed", 10**22, Annotated[int, Range(0)]) == (
        f"seed={10**22} must be a whole number of at least 0 that fits into 64 bits."
    )


def test_what_is_wrong_with_a_course_is_said():
    hint = Annotated[float, Range(0, 1000)] | Course

    assert complaint("optimizer.lr", {"cosine": [0.1, 0.01]}, hint) == (
        "optimizer.lr={cosine: [0.1, 0.01]} must be a number from 0 to 1,000 or a course such as "
        "{linear: [1, 0.5], iterations: 1000}; it says neither iterations nor images."
    )
