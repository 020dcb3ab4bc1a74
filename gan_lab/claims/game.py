"""The game between p_data and p_g where both are known: probabilities of a few hundred points.

Expectations are sums here, so what the theorems say holds up to rounding. A discriminator is one
logit per point, free of any network.

Shape legend: M = points, ... = any number of games side by side.
"""

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.losses.adversarial import AdversarialLoss, DiscriminatorLoss, Minimax, NonSaturating

MINIMAX = Minimax()
NON_SATURATING = NonSaturating()
LINE = torch.linspace(-10, 10, 401, dtype=torch.float64)


def gaussian(mean: float, std: float) -> Tensor:
    """Return the probabilities `(M,)` of a Gaussian on the points of `LINE`."""
    return torch.softmax(-0.5 * ((LINE - mean) / std) ** 2, dim=0)


def random_mixtures(n: int, name: str) -> Tensor:
    """Return `n` mixtures of three Gaussians on `LINE`, `(n, M)`; the same name, the same ones."""
    random = seeding.generator("cpu", 0, "claims", name)
    weights, means, stds = torch.rand(3, n, 3, 1, dtype=torch.float64, generator=random)
    bumps = torch.softmax(-0.5 * ((LINE - 8 * (means - 0.5)) / (0.3 + stds)) ** 2, dim=2)
    mixtures = (weights * bumps).sum(dim=1)
    return mixtures / mixtures.sum(dim=1, keepdim=True)


def loss_at_points(
    loss: AdversarialLoss, logits: Tensor, p_data: Tensor, p_g: Tensor
) -> DiscriminatorLoss:
    """Return what each point adds to the discriminator's expected loss, all of shape `(..., M)`."""
    # The loss takes the mean of its batch, so every point is a batch of one.
    each = logits.reshape(-1, 1)
    real, fake = torch.vmap(loss.discriminator)(each, each)
    return DiscriminatorLoss(real.view_as(logits) * p_data, fake.view_as(logits) * p_g)


def value(loss: AdversarialLoss, logits: Tensor, p_data: Tensor, p_g: Tensor) -> Tensor:
    """Return V(D, G) `(...)` of the discriminator with these logits `(..., M)`."""
    parts = loss_at_points(loss, logits, p_data, p_g)
    return loss.value(DiscriminatorLoss(parts.real.sum(dim=-1), parts.fake.sum(dim=-1)))


@torch.no_grad()
def best_logits(loss: AdversarialLoss, p_data: Tensor, p_g: Tensor) -> Tensor:
    """Return the logits `(..., M)` of least loss, each found by search: no formula, no gradient."""
    low, high = torch.full_like(p_data, -50.0), torch.full_like(p_data, 50.0)
    for _ in range(64):
        third = (high - low) / 3
        left, right = (
            sum(loss_at_points(loss, logits, p_data, p_g)) for logits in (low + third, high - third)
        )
        low = torch.where(left > right, low + third, low)
        high = torch.where(left > right, high, high - third)
    return (low + high) / 2


def kl(p: Tensor, q: Tensor) -> Tensor:
    """Return the Kullback-Leibler divergence from q to p in nats, `(...)`."""
    return (torch.special.xlogy(p, p) - torch.special.xlogy(p, q)).sum(dim=-1)


def jensen_shannon(p: Tensor, q: Tensor) -> Tensor:
    """Return the Jensen-Shannon divergence in nats, `(...)`, from 0 to log 2."""
    middle = (p + q) / 2
    return (kl(p, middle) + kl(q, middle)) / 2
