"""C(G) = -log 4 + 2 JSD, and not with another divergence or loss."""

import math

import pytest

from gan_lab.claims.game import jensen_shannon, kl
from gan_lab.claims.jensen_shannon import check
from gan_lab.losses.adversarial import LeastSquares


def test_the_claim_holds_with_the_values_known_for_gaussians():
    outcome = check()

    found = [outcome.numbers[f"C of two Gaussians {gap} apart"] for gap in (1, 2, 4, 6)]
    assert outcome.holds
    assert outcome.numbers["C where p_g = p_data"] == pytest.approx(-math.log(4))
    assert found == pytest.approx([-1.1635, -0.7126, -0.1209, -0.0077], abs=1e-4)


@pytest.mark.parametrize("divergence", [kl, lambda p, q: jensen_shannon(p, q) / 2])
def test_it_fails_with_another_divergence(divergence):
    assert not check(divergence=divergence).holds


def test_it_fails_with_another_loss():
    assert not check(loss=LeastSquares()).holds
