"""Algorithm 1 with several k."""

import pytest

from gan_lab.claims.discriminator_steps import check


@pytest.mark.slow
def test_the_claim_holds():
    assert check().holds


def test_it_fails_before_the_games_have_come_there():
    assert not check(iterations=30).holds
