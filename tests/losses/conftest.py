"""Discriminators whose gradient by the images is known, and what a phase sees of them."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from gan_lab.losses.terms import Judged, PhaseOutputs, RandomNumbers

PIXELS = 6


def images(n: int, seed: int) -> Tensor:
    """Return images `(n, 1, 2, 3)`, float64."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, 1, 2, 3, generator=generator, dtype=torch.float64)


def linear(slope: list[float]) -> nn.Module:
    """Return `D(x) = slope . x`, whose gradient is `slope` everywhere."""
    layer = nn.Linear(PIXELS, 1, bias=False).double()
    layer.weight.data = torch.tensor([slope], dtype=torch.float64)
    return nn.Sequential(nn.Flatten(), layer, nn.Flatten(0))


def curved() -> nn.Module:
    """Return a small smooth network, whose gradient differs from image to image."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(PIXELS, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0)
    )
    return network.double()


@pytest.fixture
def seen() -> Callable[..., PhaseOutputs]:
    """Return what D's phase has seen of four real and four generated images."""

    def outputs(
        discriminator: nn.Module, shares: Tensor | None = None, noise: Tensor | None = None
    ) -> PhaseOutputs:
        def judge(batch):
            pictures, condition = batch
            return Judged(pictures, condition, discriminator(pictures))

        real, fake = (images(4, seed).requires_grad_() for seed in (1, 2))
        return PhaseOutputs(
            judge, judge((real, None)), judge((fake, None)), RandomNumbers(shares, noise)
        )

    return outputs


def slope_by_differences(function: Callable[[Tensor], Tensor], point: Tensor) -> Tensor:
    """Return the gradient of a scalar by central differences, in float64."""
    step, slope = 1e-5, torch.zeros_like(point)
    for index in range(point.numel()):
        move = torch.zeros(point.numel(), dtype=point.dtype)
        move[index] = step
        there = [function(point + sign * move.view_as(point)).item() for sign in (1, -1)]
        slope.view(-1)[index] = (there[0] - there[1]) / (2 * step)
    return slope
