"""Covered modes, high-quality share and reverse KL of points that should follow a mixture.

The rules are those of the authors' own code; see the protocols in gan_lab/data/mixtures.py.

"distance", of PacGAN (Lin et al., 2018, arXiv:1712.04086): a point belongs to its nearest mode if
its Euclidean distance is below 3 standard deviations, and the shares of the modes are those among
the points that belong to one. Real points reach a high-quality share of 1 - exp(-9/2) = 0.98889.

"box", of Self-conditioned GAN (Liu et al., 2020, arXiv:2006.10728): a point belongs to a mode if
each coordinate is below 3 standard deviations away, but the shares count all points, each for the
mode nearest to it. Real points reach erf(3/sqrt(2))^2 = 0.99461.

Shape legend: N = points, K = modes.
"""

import math
from collections.abc import Mapping
from typing import final

import torch
from torch import Tensor

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.points import Points
from gan_lab.evaluation.samples import Samples

PER_MODE = 10  # points for each mode
RADIUS = 3  # standard deviations; strictly below


@final
class MixtureModes(SampleMetric):
    """How many modes of a mixture are covered, how evenly, and how many points belong to none.

    `attach` tells it the mixture, of K modes. From fewer than 10 K points even a perfect generator
    misses modes. Arguments: see `SampleMetric`.
    """

    def __init__(self, extractor: str, primary: bool = True) -> None:
        super().__init__(extractor, primary)
        self._histogram: Tensor | None = None

    @classmethod
    def applies_to(cls, extractor: Extractor) -> bool:
        """Return whether the features are points of a known mixture."""
        return isinstance(extractor, Points)

    def attach(self, extractor: Points) -> None:
        """Take the mixture's modes and the rule of belonging from the extractor."""
        self.std = extractor.std
        self.quality_rule = extractor.quality_rule
        self.register_buffer("centres", extractor.centres.clone(), persistent=False)
        none_yet = torch.zeros(len(self.centres), dtype=torch.int64)
        self.add_state("belonging", none_yet, dist_reduce_fx="sum")
        self.add_state("nearest", none_yet.clone(), dist_reduce_fx="sum")

    @property
    def sensible_from(self) -> int:
        """See above."""
        return PER_MODE * len(self.centres)

    def fit(self, real: Samples) -> None:
        """Nothing is learned from real points: the mixture is known."""

    def update(self, generated: Samples) -> None:
        """Count the points `(N, 2)` for their modes."""
        # float64, because 3 standard deviations can be a hundredth of the coordinates.
        away = generated.features.double()[:, None] - self.centres.double()
        distance, mode = away.square().sum(dim=2).sqrt().min(dim=1)
        if self.quality_rule == "box":
            distance = away.abs().amax(dim=2).gather(1, mode[:, None]).squeeze(1)
        belongs = distance < RADIUS * self.std
        self.nearest += mode.bincount(minlength=len(self.centres))
        self.belonging += mode[belongs].bincount(minlength=len(self.centres))

    def compute(self) -> dict[str, float]:
        """Return the counts and shares; KL in nats, from the modes' shares to even ones.

        If no point belongs to a mode, the KL is log K, its largest value.
        """
        self._histogram = self.belonging.clone()
        total = len(self.centres)
        n = int(self.nearest.sum())
        counted = (self.nearest if self.quality_rule == "box" else self.belonging).double()
        shares = counted / counted.sum().clamp(min=1)
        kl = math.log(total) + torch.special.xlogy(shares, shares).sum().item()
        return {
            f"modes/covered{self.suffix}": float(self.belonging.count_nonzero()),
            f"modes/total{self.suffix}": float(total),
            f"modes/high_quality{self.suffix}": self.belonging.sum().item() / n,
            f"modes/kl_uniform{self.suffix}": max(0.0, kl),
            f"modes/kl_floor{self.suffix}": (total - 1) / (2 * n),
            f"modes/effective{self.suffix}": total * math.exp(-kl),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """More modes, more points that belong to one, and more even shares."""
        return {
            f"modes/covered{self.suffix}": "higher",
            f"modes/high_quality{self.suffix}": "higher",
            f"modes/kl_uniform{self.suffix}": "lower",
            f"modes/effective{self.suffix}": "higher",
        }

    @property
    def perfect(self) -> Mapping[str, str]:
        """All modes, as even as chance lets them be."""
        return {
            f"modes/covered{self.suffix}": f"modes/total{self.suffix}",
            f"modes/kl_uniform{self.suffix}": f"modes/kl_floor{self.suffix}",
        }

    @property
    def units(self) -> Mapping[str, str]:
        """Modes are counted, or their effective number is given; divergences are in nats."""
        counted, in_nats = ("covered", "total", "effective"), ("kl_uniform", "kl_floor")
        return {f"modes/{name}{self.suffix}": "modes" for name in counted} | {
            f"modes/{name}{self.suffix}": "nats" for name in in_nats
        }

    def histogram(self) -> Tensor | None:
        """Return the points that belong to each mode, int64 `(K,)`."""
        return self._histogram
