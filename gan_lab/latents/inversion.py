"""The latents of given images, found by optimisation through the generator.

Shape legend: N = images, R = restarts, Z = latent dimension, T = steps.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.optim import Adam


class Inverted(NamedTuple):
    """What `invert` found.

    Attributes:
        latents: of every restart after the last step, `(N, R, Z)`.
        errors: mean squared differences before each step and after the last, `(T + 1, N, R)`.
    """

    latents: Tensor
    errors: Tensor


def invert(
    generate: Callable[[Tensor], Tensor],
    images_NCHW: Tensor,
    starts_NRZ: Tensor,
    *,
    steps: int,
    lr: float,
) -> Inverted:
    """Return z* = argmin ||G(z) - x||^2 of each image, from several starts at once.

    Adam, whose learning rate falls evenly to zero, moves all latents side by side. They are free:
    nothing holds them where the prior would draw them.

    Args:
        generate: maps latents to images, and lets gradients through.
        images_NCHW: x, in the range of `generate`.
        starts_NRZ: where each restart begins.
        steps: of Adam.
        lr: its learning rate at first, in the latents' unit.
    """
    n, restarts, _ = starts_NRZ.shape
    targets = images_NCHW.repeat_interleave(restarts, dim=0)
    latents = starts_NRZ.flatten(0, 1).clone().requires_grad_()
    optimizer = Adam([latents], lr=lr)
    errors = []
    for step in range(steps + 1):
        error = (generate(latents) - targets).square().mean(dim=(1, 2, 3))
        errors.append(error.detach())
        if step < steps:
            optimizer.param_groups[0]["lr"] = lr * (1 - step / steps)
            (latents.grad,) = torch.autograd.grad(error.sum(), latents)
            optimizer.step()
    return Inverted(
        latents.detach().unflatten(0, (n, restarts)),
        torch.stack(errors).unflatten(1, (n, restarts)),
    )
