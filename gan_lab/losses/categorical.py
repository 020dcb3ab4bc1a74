"""Pixels of 256 levels, each with a probability of its own.

Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759, section 2.2: no level is near to
another one, unless the network learns that it is. A likelihood of whole numbers, so that bits per
dimension are those that papers report.

Shape legend: N = images, C, H, W = image.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.losses.likelihoods import Likelihood

LEVELS = 256


@final
@dataclass(frozen=True, kw_only=True)
class Categorical(Likelihood):
    """One of 256 levels from black to white, whose logits the network says: a softmax."""

    outputs: ClassVar = LEVELS

    def of_pixels(self, said_NCHWP: Tensor, pixels_NCHW: Tensor) -> Tensor:
        """Return the logarithm of the probability of each pixel's level."""
        # What is no number makes what the network says none, too: no reason to break off here.
        levels = (pixels_NCHW * (LEVELS - 1)).round().nan_to_num().clamp(0, LEVELS - 1).long()
        chosen = said_NCHWP.gather(-1, levels[..., None]).squeeze(-1)
        return chosen - said_NCHWP.logsumexp(dim=-1)

    def mean(self, said_NCHWP: Tensor) -> Tensor:
        """Return the mean of the levels."""
        levels = torch.linspace(0, 1, LEVELS, dtype=said_NCHWP.dtype, device=said_NCHWP.device)
        return said_NCHWP.softmax(dim=-1) @ levels

    def pixels(self, said: Tensor, chances: Tensor) -> Tensor:
        """Return the first level up to which all together are likelier than the chance."""
        below = said.softmax(dim=-1).cumsum(dim=-1) <= chances[..., None]
        # Rounding may leave a sum below 1.
        return below.sum(dim=-1).clamp(max=LEVELS - 1).to(said.dtype) / (LEVELS - 1)
