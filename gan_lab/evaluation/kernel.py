"""The kernel distance: squared maximum mean discrepancy with a cubic kernel.

Bińkowski et al., 2018, arXiv:1801.01401, section 4. With Inception features it is the KID.
Shape legend: N = images, D = features.
"""

from collections.abc import Mapping, Sequence
from typing import final

import torch
from torch import Tensor

from gan_lab.evaluation.metric import Better, Limit, SampleMetric, random_part
from gan_lab.evaluation.samples import Samples

FEWEST = 100


@final
class KernelDistance(SampleMetric):
    """`kid_EXTRACTOR`, unbiased, from all pairs; `kid_EXTRACTOR_std`, its spread over subsets.

    The subsets are disjoint parts of the real and of the generated images, each combined with each:
    100 pairs if there are 10,000 images. Their kernel sums are parts of the full sum, so they cost
    nothing. With fewer than two subsets on either side there is no spread. The estimate is unbiased
    at any number of images, but from fewer than 100 of each kind its error hides everything.

    Args:
        extractor: see `SampleMetric`.
        primary: see `SampleMetric`.
        limit: compare at most so many real and so many generated images, chosen at random.
        subset_size: images in a subset.
    """

    least = 2

    def __init__(
        self, extractor: str, primary: bool = True, limit: Limit = 10_000, subset_size: Limit = 1000
    ) -> None:
        super().__init__(extractor, primary)
        self.keep_features()
        self.limit = limit
        self.subset_size = subset_size
        self.name = f"kid_{extractor}"

    @property
    def sensible_from(self) -> int:
        """See above."""
        return FEWEST

    def fit(self, real: Samples) -> None:
        """Keep the features of the real images and the kernel sums between their blocks."""
        self.need(len(real))
        self.register_buffer("real", random_part(real.features, self.limit, self.draw))
        self.register_buffer("real_sums", sums_within(self.real.split(self.subset_size)))

    def update(self, generated: Samples) -> None:
        """Keep the features."""
        self.keep(generated)

    def compute(self) -> dict[str, float]:
        """Return the squared discrepancy, which can be slightly negative, and its spread."""
        generated = self.kept(self.limit)
        self.need(len(generated))
        real, fake = self.real.split(self.subset_size), generated.split(self.subset_size)
        between = sums_between(real, fake)
        within = sums_within(fake)
        found = {
            self.name: discrepancy(
                self.real_sums.sum(), within.sum(), between.sum(), len(self.real), len(generated)
            ).item()
        }
        n, m = len(self.real) // self.subset_size, len(generated) // self.subset_size
        if min(n, m) >= 2:
            subsets = discrepancy(
                self.real_sums.diagonal()[:n, None],
                within.diagonal()[:m],
                between[:n, :m],
                self.subset_size,
                self.subset_size,
            )
            found[f"{self.name}_std"] = spread(subsets)
        return found

    @property
    def better(self) -> Mapping[str, Better]:
        """Near is better."""
        return {self.name: "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """The estimate has no bias."""
        return {self.name: 0.0}


def sums_between(x: Sequence[Tensor], y: Sequence[Tensor]) -> Tensor:
    """Return the sum of the kernel over all pairs, float64, for each two blocks."""
    return torch.stack([torch.stack([cubes(a, b).sum(dim=1).double().sum() for b in y]) for a in x])


def sums_within(x: Sequence[Tensor]) -> Tensor:
    """Return the same for the blocks of one set, leaving out the pairs of a row with itself."""
    sums = torch.zeros(len(x), len(x), dtype=torch.float64, device=x[0].device)
    for i, a in enumerate(x):
        kernel = cubes(a, a).fill_diagonal_(0)
        sums[i, i] = kernel.sum(dim=1).double().sum()
        for j in range(i):
            sums[i, j] = sums[j, i] = cubes(a, x[j]).sum(dim=1).double().sum()
    return sums


def cubes(x_ND: Tensor, y_MD: Tensor) -> Tensor:
    """Return the kernel (x y / D + 1)^3 `(N, M)`."""
    one = torch.ones((), dtype=x_ND.dtype, device=x_ND.device)
    return torch.addmm(one, x_ND, y_MD.T, alpha=1 / x_ND.shape[1]).pow_(3)


def discrepancy(xx: Tensor, yy: Tensor, xy: Tensor, n: int, m: int) -> Tensor:
    """Return the unbiased estimate from the three sums over `n` x and `m` y."""
    return xx / (n * (n - 1)) + yy / (m * (m - 1)) - 2 * xy / (n * m)


def spread(table: Tensor) -> float:
    """Return the standard deviation of one cell of a table `(A, B)` of subset against subset.

    Cells of a row or a column share a subset; half the mean squared difference of those that share
    none is an unbiased variance.
    """
    rows, columns = table.shape
    squares = table.square().sum()
    alike = table.sum(dim=0).square().sum() + table.sum(dim=1).square().sum() - squares
    products = (table.sum().square() - alike) / ((rows - 1) * (columns - 1))
    return ((squares - products) / table.numel()).clamp(min=0).sqrt().item()
