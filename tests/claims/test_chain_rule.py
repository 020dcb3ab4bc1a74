"""Products of conditionals: counted, summed, and compared with what is known."""

import numpy as np
import pytest

from gan_lab.claims import chain_rule
from gan_lab.claims.chain_rule import check, every_image, free_numbers, told_of


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["free numbers of a table, 2^n - 1"] == 511
    assert outcome.numbers["of a Markov chain, 2n - 1"] == 17
    assert outcome.numbers["of independent pixels, n"] == 9


def test_it_fails_if_a_shorter_memory_is_called_enough():
    assert not check(enough=7).holds


def test_it_fails_if_probabilities_do_not_sum_to_one(monkeypatch):
    monkeypatch.setattr(chain_rule, "total", lambda network: 1 + 1e-9)

    assert not check().holds


@pytest.mark.parametrize(("memory", "expected"), [(0, 4), (1, 7), (2, 1 + 2 + 4 + 4), (3, 15)])
def test_memories_are_counted(memory, expected):
    assert free_numbers(4, memory) == expected


def test_the_nearest_distribution_is_itself_where_it_has_such_a_memory():
    random, images = np.random.default_rng(0), every_image(5)
    first, follows = 0.3, random.uniform(size=(5, 2))  # P(white | the one before)
    p = np.where(images[:, 0] == 1, first, 1 - first)
    for i in range(1, 5):
        white = follows[i, images[:, i - 1]]
        p = p * np.where(images[:, i] == 1, white, 1 - white)

    assert told_of(images, p, 1) == pytest.approx(p)
    assert told_of(images, p, 4) == pytest.approx(p)
    assert np.abs(told_of(images, p, 0) - p).max() > 0.01
    assert told_of(images, p, 0).sum() == pytest.approx(1)
