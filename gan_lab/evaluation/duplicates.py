"""Duplicates: samples that are nearer to each other than real images are.

After the birthday test of Arora and Zhang, 2017, arXiv:1706.08224, who looked at the nearest pairs;
here a share of the real images' own distances draws the line. Shape legend: N = images.
"""

from collections.abc import Mapping
from typing import final

import torch
from torch import Tensor

from gan_lab.evaluation.metric import Better, Limit, SampleMetric, random_part
from gan_lab.evaluation.neighbours import nearest
from gan_lab.evaluation.samples import Samples

QUANTILE = 0.01


@final
class Duplicates(SampleMetric):
    """`duplicates`: the share of generated images with another one strangely near, or equal.

    Strangely near is below the distance that 1% of the real images keep to their nearest real
    neighbour, among as many images; so a perfect generator has 1% duplicates. One in a hundred can
    be told from 100 images on.

    Args:
        extractor: see `SampleMetric`.
        primary: see `SampleMetric`.
        limit: compare at most so many images of each kind, chosen at random.
    """

    least = 2

    def __init__(self, extractor: str, primary: bool = True, limit: Limit = 10_000) -> None:
        super().__init__(extractor, primary)
        self.keep_features()
        self.limit = limit

    @property
    def sensible_from(self) -> int:
        """As many as have one of them below the quantile."""
        return round(1 / QUANTILE)

    def fit(self, real: Samples) -> None:
        """Keep the features of the real images and the distance that is strangely near."""
        self.need(len(real))
        self.register_buffer("real", random_part(real.features, self.limit, self.draw))
        self.register_buffer("near", strangely_near(self.real))

    def update(self, generated: Samples) -> None:
        """Keep the features."""
        self.keep(generated)

    def compute(self) -> dict[str, float]:
        """Return the share, from 0 to 1."""
        generated = self.kept(len(self.real))
        n = len(generated)
        self.need(n)
        near = self.near if n == len(self.real) else strangely_near(self.real[:n])
        distance = nearest(generated, 1)
        duplicate = (distance < near) | (distance == 0)
        return {f"duplicates{self.suffix}": duplicate.double().mean().item()}

    @property
    def better(self) -> Mapping[str, Better]:
        """Fewer is better."""
        return {f"duplicates{self.suffix}": "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """As many as real images have, by definition."""
        return {f"duplicates{self.suffix}": QUANTILE}


def strangely_near(real: Tensor) -> Tensor:
    """Return the distance below which 1% of the real features `(N, D)` have a neighbour."""
    return torch.quantile(nearest(real, 1), QUANTILE)
