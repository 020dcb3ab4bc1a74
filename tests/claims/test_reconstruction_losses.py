"""L1 and L2 as reconstruction losses."""

import pytest

from gan_lab.claims.reconstruction_losses import L1, L2, check


@pytest.mark.slow
def test_the_claim_holds():
    assert check().holds


@pytest.mark.slow
def test_it_fails_with_either_loss_in_the_place_of_the_other():
    assert not check(absolute=L2).holds
    assert not check(squared=L1).holds
