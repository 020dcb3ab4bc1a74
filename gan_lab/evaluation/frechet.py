"""The Fréchet distance between two sets of features, each taken for a Gaussian.

Heusel et al., 2017, arXiv:1706.08500, equation 6. With the features of the 2015 Inception network
it is the FID. Shape legend: N = images, D = features, R = rank.
"""

from collections.abc import Mapping
from typing import NamedTuple, final

import torch
from torch import Tensor
from torchmetrics.utilities import dim_zero_cat

from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.samples import Samples

BLOCK = 4096  # rows that are brought to float64 together


class Moments(NamedTuple):
    """Mean and covariance of features, in float64.

    Attributes:
        count: N.
        mean: `(D,)`.
        covariance: `(D, D)`, unbiased: divided by N - 1.
        root: `(R, D)` with `root.T @ root = covariance`, or None where it has to be worked out.
    """

    count: int
    mean: Tensor
    covariance: Tensor
    root: Tensor | None = None


@final
class FrechetDistance(SampleMetric):
    """`fid` with the extractor "inception", otherwise `fd_EXTRACTOR`, and `_bias` beside it.

    torchmetrics' own class with identity features is not used. Its result has the precision of the
    features, `half()` on a module that holds it changes the real side's moments (6.47 for 0.00065
    at mean 1e4), and with fewer images than features X against X is -5e-5 instead of 0.

    Sums of the generated features and of their products are streamed in float64, with the real mean
    subtracted first. The features themselves are kept only as long as they are not more than their
    dimensions, where they lead to the exact distance. It says something from more images than
    features on, of either kind; before, a covariance is singular and mostly chance.
    """

    least = 2

    def __init__(self, extractor: str, primary: bool = True) -> None:
        super().__init__(extractor, primary)
        self.name = "fid" if extractor == "inception" else f"fd_{extractor}"
        self.headline = self.name
        # Without a shape until the first block says what D is.
        self.add_state("n", torch.zeros((), dtype=torch.int64), dist_reduce_fx="sum")
        self.add_state("total", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("products", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("few", [], dist_reduce_fx="cat")

    @property
    def sensible_from(self) -> int:
        """See above."""
        known = hasattr(self, "real_mean")
        return len(self.real_mean) + 1 if known else self.least

    def fit(self, real: Samples) -> None:
        """Learn the real moments, a root of the covariance and its eigenvalues."""
        self.need(len(real))
        known = moments(real.features)
        self.register_buffer("real_n", torch.tensor(known.count))
        self.register_buffer("real_mean", known.mean)
        self.register_buffer("real_covariance", known.covariance)
        self.register_buffer(
            "real_root", root_of(known.covariance) if known.root is None else known.root
        )
        self.register_buffer("real_eigenvalues", torch.linalg.eigvalsh(known.covariance))

    def update(self, generated: Samples) -> None:
        """Add features `(N, D)` to the sums."""
        centred = generated.features.double() - self.real_mean
        self.n = self.n + len(centred)
        self.total = self.total + centred.sum(dim=0)
        self.products = self.products + centred.T @ centred
        if self.n <= centred.shape[1]:
            self.few.append(centred)
        else:
            self.few = [centred[:0]]

    def compute(self) -> dict[str, float]:
        """Return the distance and the value that a perfect generator would get on average."""
        n, n_real = int(self.n), int(self.real_n)
        self.need(n)
        offset = self.total / n
        covariance = (self.products - n * torch.outer(offset, offset)) / (n - 1)
        few = dim_zero_cat(self.few)
        root = (few - offset) / (n - 1) ** 0.5 if len(few) == n else None
        return {
            self.name: frechet_distance(
                Moments(n_real, torch.zeros_like(offset), self.real_covariance, self.real_root),
                Moments(n, offset, covariance, root),
            ),
            f"{self.name}_bias": expected_bias(self.real_eigenvalues, n_real, n),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """Near is better."""
        return {self.name: "lower"}

    @property
    def perfect(self) -> Mapping[str, str]:
        """See `expected_bias`."""
        return {self.name: f"{self.name}_bias"}


def moments(features: Tensor) -> Moments:
    """Return the moments of features `(N, D)`, N at least 2; also a root if N is at most D."""
    n, dimensions = features.shape
    mean = sum(block.double().sum(dim=0) for block in features.split(BLOCK)) / n
    products = torch.zeros(dimensions, dimensions, dtype=torch.float64, device=features.device)
    for block in features.split(BLOCK):
        centred = block.double() - mean
        products += centred.T @ centred
    root = None
    if n <= dimensions:
        _, spread, directions = torch.linalg.svd(features.double() - mean, full_matrices=False)
        kept = _not_noise(spread)
        root = spread[kept, None] * directions[kept] / (n - 1) ** 0.5
    return Moments(n, mean, products / (n - 1), root)


def root_of(covariance: Tensor) -> Tensor:
    """Return a matrix `(R, D)` whose transpose times itself is the covariance `(D, D)`."""
    eigenvalues, eigenvectors = torch.linalg.eigh(covariance)
    kept = _not_noise(eigenvalues)
    return eigenvalues[kept].sqrt()[:, None] * eigenvectors[:, kept].T


def frechet_distance(a: Moments, b: Moments) -> float:
    """Return |mean_a - mean_b|^2 + Tr(S_a + S_b - 2 (S_a S_b)^(1/2)).

    With S_a = A^T A, the last trace is the sum of the roots of the eigenvalues of A S_b A^T, which
    is symmetric, or with S_b = B^T B the sum of the singular values of A B^T, which is exact even
    if there are fewer images than features. Rounding can make the distance slightly negative.
    """
    root_a = root_of(a.covariance) if a.root is None else a.root
    if b.root is None:
        squares = torch.linalg.eigvalsh(root_a @ b.covariance @ root_a.T)
        overlap = squares.clamp(min=0).sqrt().sum()
    else:
        overlap = torch.linalg.svdvals(root_a @ b.root.T).sum()
    spread = a.covariance.trace() + b.covariance.trace()
    return ((a.mean - b.mean).square().sum() + spread - 2 * overlap).item()


def expected_bias(eigenvalues: Tensor, n_a: int, n_b: int) -> float:
    """Return the mean distance between two samples of the same Gaussian, to first order in 1/n.

    (1/n_a + 1/n_b) [sum_i l_i + 1/2 sum_ij l_i l_j (1 + delta_ij) / (l_i + l_j)].

    Args:
        eigenvalues: l, of the covariance, float64 `(D,)`; those of rounding, at most 0, are left
            out.
        n_a: size of one sample.
        n_b: size of the other.
    """
    l = eigenvalues[eigenvalues > 0]  # noqa: E741
    pairs = l[:, None] * l / (l[:, None] + l)
    spread = (pairs.sum() + pairs.trace()) / 2
    return (1 / n_a + 1 / n_b) * (l.sum() + spread).item()


def _not_noise(values: Tensor) -> Tensor:
    # The others are zeros that rounding has moved; their roots would be far larger than they are.
    return values > values.max() * len(values) * torch.finfo(values.dtype).eps
