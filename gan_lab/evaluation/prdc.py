"""Precision, recall, density and coverage by nearest neighbours.

Precision and recall: Kynkäänniemi et al., 2019, arXiv:1904.06991. Density and coverage: Naeem et
al., 2020, arXiv:2002.09797, section 3, with their k = 5. Shape legend: N = images, D = features.
"""

import math
from collections.abc import Mapping
from typing import Annotated, NamedTuple, final

import torch
from torch import Tensor

from gan_lab.errors import ConfigError
from gan_lab.evaluation.metric import Better, Limit, SampleMetric, random_part
from gan_lab.evaluation.neighbours import block_size, centred, nearest
from gan_lab.evaluation.samples import Samples
from gan_lab.ranges import Range

Neighbours = Annotated[int, Range(1, 10_000)]

BALLS = 40  # images for each neighbour, from which on balls are small


class Scores(NamedTuple):
    """The four shares; density alone can be above 1."""

    precision: float
    recall: float
    density: float
    coverage: float


@final
class PRDC(SampleMetric):
    """How many generated images lie among the real ones, and the other way round.

    An image's ball reaches to its k-th nearest neighbour among its like, which itself lies outside
    (strictly below, as in the authors' code), so the ball of an image with k copies is empty. As
    many real as generated images are compared, because coverage depends on the ratio.

    From few images the balls are as large as the whole cloud, and everything lies in one of them:
    it says something from 40 k images of each kind on, 200 for the usual k.

    Args:
        extractor: see `SampleMetric`.
        primary: see `SampleMetric`.
        k: neighbours.
        limit: compare at most so many images of each kind, chosen at random.

    Raises:
        ConfigError: so few images have no k-th neighbour.
    """

    def __init__(
        self,
        extractor: str,
        primary: bool = True,
        k: Neighbours = 5,
        limit: Limit = 10_000,
    ) -> None:
        if limit <= k:
            raise ConfigError(
                f"evaluation.metrics.prdc.limit={limit} must be above "
                f"evaluation.metrics.prdc.k={k}, because an image has one "
                f"neighbour less than there are images."
            )
        super().__init__(extractor, primary)
        self.keep_features()
        self.k = k
        self.least = k + 1
        self.limit = limit

    @property
    def sensible_from(self) -> int:
        """See above."""
        return BALLS * self.k

    def fit(self, real: Samples) -> None:
        """Keep the features of the real images and the radii of their balls."""
        self.need(len(real))
        self.register_buffer("real", random_part(real.features, self.limit, self.draw))
        self.register_buffer("real_radii", nearest(self.real, self.k)[:, -1].clone())

    def update(self, generated: Samples) -> None:
        """Keep the features."""
        self.keep(generated)

    def compute(self) -> dict[str, float]:
        """Return the four shares and the coverage that a perfect generator would get."""
        generated = self.kept(len(self.real))
        n = len(generated)
        self.need(n)
        real, radii = self.real[:n], self.real_radii
        if n < len(self.real):
            radii = nearest(real, self.k)[:, -1]
        scores = shares(real, generated, radii, nearest(generated, self.k)[:, -1], self.k)
        found = {**scores._asdict(), "coverage_null": expected_coverage(n, n, self.k)}
        return {f"{name}{self.suffix}": value for name, value in found.items()}

    @property
    def better(self) -> Mapping[str, Better]:
        """More is better in each."""
        return {f"{name}{self.suffix}": "higher" for name in Scores._fields}

    @property
    def perfect(self) -> Mapping[str, float | str]:
        """Of precision and recall nobody knows."""
        return {
            f"density{self.suffix}": 1.0,
            f"coverage{self.suffix}": f"coverage_null{self.suffix}",
        }


def shares(
    real: Tensor, generated: Tensor, real_radii: Tensor, generated_radii: Tensor, k: int
) -> Scores:
    """Return the scores of generated features `(M, D)` among real ones `(N, D)`.

    Args:
        real: features.
        generated: features.
        real_radii: distance of each to its k-th neighbour in `real`, `(N,)`.
        generated_radii: the same in `generated`, `(M,)`.
        k: see above.
    """
    x, y = centred(real, real), centred(generated, real)
    # |x - y|^2 < radius^2, rearranged such that each block needs one term of one of the two alone.
    x_size, y_size = x.square().sum(dim=1), y.square().sum(dim=1)
    x_reach, y_reach = _squared(real_radii) - x_size, _squared(generated_radii)
    per_generated = torch.zeros_like(y_size)  # real balls around each, whole numbers
    covered = torch.zeros(len(x), dtype=torch.bool, device=x.device)
    recalled = torch.zeros_like(covered)
    together = block_size(x.device)
    for rows in torch.arange(len(x), device=x.device).split(together):
        for columns in torch.arange(len(y), device=x.device).split(together):
            relative = torch.addmm(y_size[columns], x[rows], y[columns].T, alpha=-2)
            # Numbers instead of truth values: summing those is much faster.
            inside = torch.lt(relative, x_reach[rows, None], out=torch.empty_like(relative))
            per_generated[columns] += inside.sum(dim=0)
            covered[rows] |= inside.amax(dim=1) > 0
            relative -= y_reach[columns]
            recalled[rows] |= relative.amin(dim=1) < -x_size[rows]
    return Scores(
        precision=(per_generated > 0).double().mean().item(),
        recall=recalled.double().mean().item(),
        density=per_generated.double().mean().item() / k,
        coverage=covered.double().mean().item(),
    )


def expected_coverage(n: int, m: int, k: int) -> float:
    """Return the mean coverage of `n` real images by `m` others of the same distribution."""
    return 1 - math.prod((n - i) / (n + m - i) for i in range(1, k + 1))


def _squared(radii: Tensor) -> Tensor:
    # Nothing is strictly nearer than 0, whatever rounding says.
    return torch.where(radii > 0, radii.square(), -torch.inf)
