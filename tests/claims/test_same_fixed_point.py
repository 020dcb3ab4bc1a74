"""Both generator losses rest at p_g = p_data, and a wrong one does not."""

import torch

from gan_lab.claims import same_fixed_point
from gan_lab.claims.game import MINIMAX
from gan_lab.claims.same_fixed_point import check


class Repelled:
    """The minimax loss with its sign turned."""

    def generator(self, fake_logits_N):
        return -MINIMAX.generator(fake_logits_N)


def test_the_claim_holds_and_minimax_takes_longer():
    outcome = check()

    assert outcome.holds
    slow, fast = (outcome.numbers[f"{name}: steps until within 0.1"] for name in
                  ("log(1 - D)", "-log D"))  # fmt: skip
    assert slow > 2 * fast


def test_it_fails_with_the_sign_turned():
    assert not check(saturating=Repelled()).holds
    assert not check(other=Repelled()).holds


def test_it_fails_with_a_best_d_of_other_data(monkeypatch):
    honest = same_fixed_point.best_logits
    # D* for p_data = N(1, 1): everything is shifted by 1.
    monkeypatch.setattr(
        same_fixed_point, "best_logits", lambda x, mean, std: honest(x, mean, std) + x
    )

    assert not check().holds


def test_the_best_logits_are_the_log_ratio_of_both_densities():
    normal = torch.distributions.Normal
    x = torch.linspace(-3, 3, 7)

    found = same_fixed_point.best_logits(x, torch.tensor(0.5), torch.tensor(2.0))

    torch.testing.assert_close(found, normal(0, 1).log_prob(x) - normal(0.5, 2).log_prob(x))
