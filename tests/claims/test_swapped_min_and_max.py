"""The game in both orders."""

import pytest

from gan_lab.claims.swapped_min_and_max import P_DATA, check, play


@pytest.mark.slow
def test_the_claim_holds():
    assert check().holds


@pytest.mark.slow
def test_it_fails_with_either_order_in_the_place_of_the_other():
    assert not check(swapped="min max").holds
    assert not check(usual="max min").holds


def test_p_g_is_a_density_in_every_round():
    path = play("max min")

    assert path.sum(dim=1).tolist() == pytest.approx([1] * len(path))
    assert P_DATA.sum().item() == pytest.approx(1)
