"""What numbers and lists fit."""

import math

import pytest

from gan_lab.ranges import Length, Range


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        (Range(0, 1), [0, 0.5, 1, True - 1], [-1e-9, 1.1, math.nan, math.inf, "0", None, True]),
        (Range(0, 1, open_low=True), [1e-300, 1], [0, -1]),
        (Range(0, 1, open_high=True), [0, 0.999], [1, 2]),
        (Range(1), [1, 2**63 - 1, 1e308], [0, 2**63, math.inf, math.nan]),
        (Range(high=5), [5, -1e308], [6, -math.inf, math.nan]),
        (Range(0, math.inf), [0, math.inf], [-1, -math.inf, math.nan]),
        (Range(), [0, -5.5], [math.nan, math.inf, -math.inf]),
        (Length(1, 2), [[1], (1, 2)], [[], [1, 2, 3], "a", 1, None]),
        (Length(2), [[1, 2], [0] * 99], [[1]]),
    ],
)
def test_a_limit_knows_what_fits(limits, inside, outside):
    assert [value for value in inside if not limits.fits(value)] == []
    assert [value for value in outside if limits.fits(value)] == []


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Range(0, 1), "from 0 to 1"),
        (Range(0, 1, open_high=True), "from 0 to below 1"),
        (Range(0, 1, open_low=True), "above 0 and at most 1"),
        (Range(0, 1, open_low=True, open_high=True), "above 0 and below 1"),
        (Range(1), "of at least 1"),
        (Range(0, open_low=True), "above 0"),
        (Range(high=5), "of at most 5"),
        (Range(1, 10_000), "from 1 to 10,000"),
        (Range(), ""),
        (Length(1), "of 1 or more"),
        (Length(2, 4), "of 2 to 4"),
        (Length(2, 2), "of 2"),
    ],
)
def test_a_limit_says_itself_behind_a_noun(limits, words):
    assert str(limits) == words
