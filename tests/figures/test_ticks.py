"""Ticks at round numbers of what was logged."""

import pytest

from gan_lab.figures.ticks import round_ticks


@pytest.mark.parametrize(
    ("places", "ticks"),
    [
        ([], []),
        ([4], [4]),
        ([1000, 2000], [1000, 2000]),
        ([100, 200, 300, 400], [100, 200, 300, 400]),
        (range(1000, 9000, 1000), [2000, 4000, 6000, 8000]),
        (range(50, 401, 50), [100, 200, 300, 400]),
        ([1000, 2000, 3000, 3500], [1000, 2000, 3000]),
        (range(333, 333 * 4, 333), [333, 666, 999]),
        (range(1, 101), [20, 40, 60, 80, 100]),
        (range(10, 5001, 10), [1000, 2000, 3000, 4000, 5000]),
        ([500, 700], [500, 700]),
        ([2], [2]),
    ],
)
def test_ticks_are_round_numbers_of_evaluations(places, ticks):
    assert round_ticks(list(places), 6) == ticks


@pytest.mark.parametrize("n", [2, 3, 7, 39, 41, 5000])
def test_there_are_never_too_many_and_never_only_one(n):
    for every in (1, 7, 250, 10_000):
        ticks = round_ticks([every * (i + 1) for i in range(n)], 5)

        assert 2 <= len(ticks) <= 5
        assert all(every <= tick <= every * n for tick in ticks)
