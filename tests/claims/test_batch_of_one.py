"""Minibatches of one and of many."""

import pytest

from gan_lab.claims.batch_of_one import check


@pytest.mark.slow
def test_the_claim_holds():
    assert check().holds


def test_it_fails_where_all_minibatches_are_large():
    assert not check(batches=(100, 100, 100), iterations=20).holds
