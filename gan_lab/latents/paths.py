"""Paths from one latent to another.

Shape legend: N = paths, S = steps, both ends included, Z = latent dimension.
"""

from typing import Literal

import torch
from torch import Tensor

from gan_lab.latents.priors import Prior, Uniform
from gan_lab.latents.structured import Structured

Kind = Literal["straight", "spherical"]


def path_for(prior: Prior) -> Kind:
    """Return the path along which the generator was trained.

    Gaussian latents lie near a sphere, and a straight line between two of them leads through its
    inside, where the prior hardly ever goes (White, 2016, arXiv:1609.04468). A uniform prior's cube
    holds every straight line between its points. Between two classes of structured latents lie
    shares of both, which no prior draws in any case; of uniform factors the same cube holds.
    """
    return "straight" if isinstance(prior, Uniform | Structured) else "spherical"


def path(kind: Kind, starts_NZ: Tensor, ends_NZ: Tensor, steps: int) -> Tensor:
    """Return `(N, S, Z)`: evenly spaced latents from each start to its end."""
    share_S1 = torch.linspace(0, 1, steps, device=starts_NZ.device)[:, None]
    between = {"straight": _straight, "spherical": _spherical}[kind]
    return between(starts_NZ[:, None], ends_NZ[:, None], share_S1)


def _straight(starts: Tensor, ends: Tensor, share: Tensor) -> Tensor:
    return torch.lerp(starts, ends, share)


def _spherical(starts: Tensor, ends: Tensor, share: Tensor) -> Tensor:
    """Turn at an even speed from one direction to the other, while the length changes evenly.

    Between equal or opposite directions, which span no plane to turn in, the way is straight.
    """
    lengths = starts.norm(dim=-1, keepdim=True), ends.norm(dim=-1, keepdim=True)
    first, last = starts / lengths[0], ends / lengths[1]
    angle = torch.acos((first * last).sum(dim=-1, keepdim=True).clamp(-1, 1))
    turned = (first * ((1 - share) * angle).sin() + last * (share * angle).sin()) / angle.sin()
    on_the_arc = torch.lerp(*lengths, share) * turned
    return torch.where(angle.sin() > 1e-3, on_the_arc, _straight(starts, ends, share))
