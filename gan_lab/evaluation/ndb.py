"""The number of statistically different bins, and the divergence between the bins' shares.

Richardson and Weiss, 2018, arXiv:1805.12462, section 3. Shape legend: N = images, D = dimensions,
K = bins.
"""

from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Annotated, final

import torch
from sklearn.cluster import MiniBatchKMeans
from torch import Tensor

from gan_lab.evaluation.metric import Better, SampleMetric, random_part
from gan_lab.evaluation.samples import Samples
from gan_lab.ranges import Range

BLOCK = 4096  # images that are compared with the bins together
CLUSTERED = 10_000  # real images that the bins are found from
SMALLEST_BIN = 10  # images of each kind per bin, on average, that the test needs
FEWEST_BINS = 10
Bins = Annotated[int, Range(2, 100_000)]
Level = Annotated[float, Range(0, 1, open_low=True, open_high=True)]


@final
class NDB(SampleMetric):
    """`ndb`, `ndb_js` and their nulls, in features; `ndb_pixels` and `ndb_js_pixels` in pixels.

    The real images are clustered; a bin is different if the shares of real and of generated images
    in it differ by a two-proportion z-test. In pixels only images (uint8) are counted, and only by
    the metric of the first feature space. The test needs 10 images of each kind to a bin, on
    average: 1,000 for 100 bins; fewer than ten bins see little.

    Args:
        extractor: see `SampleMetric`.
        primary: see `SampleMetric`.
        bins: K; fewer where there are fewer than 10 real images to a bin.
        alpha: significance level of the two-sided test.
    """

    def __init__(
        self,
        extractor: str,
        primary: bool = True,
        bins: Bins = 100,
        alpha: Level = 0.05,
    ) -> None:
        super().__init__(extractor, primary)
        self.alpha = alpha
        self.bins = bins
        # In a second space of pixels its bins would be those that the first one has as ndb_pixels.
        self.of_pixels = extractor == "pixels"
        self._bins: dict[str, Tensor] = {}
        none_yet = torch.zeros(bins, dtype=torch.int64)
        self.add_state("feature_counts", none_yet, dist_reduce_fx="sum")
        self.add_state("pixel_counts", none_yet.clone(), dist_reduce_fx="sum")
        for space in ("feature", "pixel"):
            self.register_buffer(f"{space}_centres", None)
            self.register_buffer(f"real_{space}_counts", None)

    @property
    def sensible_from(self) -> int:
        """As many images to a bin as the test needs, and ten bins at least."""
        bins = 0 if self.feature_centres is None else len(self.feature_centres)
        return SMALLEST_BIN * max(bins, FEWEST_BINS)

    def fit(self, real: Samples) -> None:
        """Find the bins and count the real images in each."""
        bins = min(self.bins, max(1, len(real) // SMALLEST_BIN))
        spaces = {"feature": real.features}
        if self.primary and real.pixels.dtype == torch.uint8:
            spaces["pixel"] = real.pixels.flatten(1)
        for space, points in spaces.items():
            centres = cluster(points, bins, self.draw)
            counts = assign(points, centres).bincount(minlength=self.bins)
            self.register_buffer(f"{space}_centres", centres)
            self.register_buffer(f"real_{space}_counts", counts)

    def update(self, generated: Samples) -> None:
        """Count the images in the bins."""
        found = assign(generated.features, self.feature_centres)
        self.feature_counts += found.bincount(minlength=self.bins)
        if self.pixel_centres is not None:
            found = assign(generated.pixels.flatten(1), self.pixel_centres)
            self.pixel_counts += found.bincount(minlength=self.bins)

    def compute(self) -> dict[str, float]:
        """Return the numbers of different bins, 0 to K, and the divergences in nats, 0 to log 2."""
        real, generated = self.real_feature_counts, self.feature_counts
        self.need(int(generated.sum()))
        differs = different(real, generated, self.alpha)
        self._bins = {"real": real, "generated": generated.clone(), "different": differs}
        found = {
            "ndb": float(differs.sum()),
            "ndb_null": self.alpha * len(self.feature_centres),
            "ndb_js": jensen_shannon(real, generated),
            "ndb_js_floor": expected_divergence(
                len(self.feature_centres), int(real.sum()), int(generated.sum())
            ),
        }
        if self.pixel_centres is not None:
            real, generated = self.real_pixel_counts, self.pixel_counts
            found["ndb_pixels"] = float(different(real, generated, self.alpha).sum())
            found["ndb_js_pixels"] = jensen_shannon(real, generated)
        return {f"{name}{self.suffix}": value for name, value in found.items()}

    @property
    def better(self) -> Mapping[str, Better]:
        """Fewer differences are better."""
        names = ["ndb", "ndb_js"]
        if self.pixel_centres is not None:
            names += ["ndb_pixels", "ndb_js_pixels"]
        return {f"{name}{self.suffix}": "lower" for name in names}

    @property
    def perfect(self) -> Mapping[str, str]:
        """The bins that differ by chance, and the divergence of finite samples."""
        return {
            name: f"{'ndb_js_floor' if name.startswith('ndb_js') else 'ndb_null'}{self.suffix}"
            for name in self.better
        }

    @property
    def units(self) -> Mapping[str, str]:
        """Bins are counted."""
        names = [*self.better, *self.perfect.values()]
        return {name: "nats" if name.startswith("ndb_js") else "bins" for name in names}

    def bin_counts(self) -> Mapping[str, Tensor]:
        """Return the images of both kinds in each bin of features, and whether it differs."""
        used = len(self.feature_centres)
        return {name: counts[:used] for name, counts in self._bins.items()}


def cluster(points_ND: Tensor, bins: int, draw: int = 0) -> Tensor:
    """Return the centres `(K, D)`, float32, of clusters in a random part of the points."""
    part = random_part(points_ND, CLUSTERED, draw).cpu().float().numpy()
    kmeans = MiniBatchKMeans(bins, n_init=1, batch_size=BLOCK, random_state=draw).fit(part)
    return torch.from_numpy(kmeans.cluster_centers_).to(points_ND.device, torch.float32)


def assign(points_ND: Tensor, centres_KD: Tensor) -> Tensor:
    """Return the nearest centre of each point, int64 `(N,)`."""
    return torch.cat(list(_assign(points_ND, centres_KD)))


def _assign(points_ND: Tensor, centres_KD: Tensor) -> Iterator[Tensor]:
    size = centres_KD.square().sum(dim=1)
    for block in points_ND.split(BLOCK):
        yield torch.addmm(size, block.float(), centres_KD.T, alpha=-2).argmin(dim=1)


def different(real: Tensor, generated: Tensor, alpha: float) -> Tensor:
    """Return for each bin whether its shares differ: a pooled two-proportion z-test, two-sided.

    A bin that is empty on both sides does not differ.

    Args:
        real: counts `(K,)`.
        generated: counts `(K,)`.
        alpha: significance level.
    """
    n, m = real.sum(), generated.sum()
    pooled = (real + generated).double() / (n + m)
    error = (pooled * (1 - pooled) * (1 / n + 1 / m)).sqrt()
    limit = NormalDist().inv_cdf(1 - alpha / 2)
    return (real / n.double() - generated / m.double()).abs() > limit * error


def jensen_shannon(real: Tensor, generated: Tensor) -> float:
    """Return the Jensen-Shannon divergence of the shares in nats, from 0 to log 2."""
    p, q = real.double() / real.sum(), generated.double() / generated.sum()
    entropy = torch.special.entr
    return max(0.0, (entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2).sum().item())


def expected_divergence(bins: int, n: int, m: int) -> float:
    """Return the mean divergence of two samples of one distribution, to first order in 1/n."""
    return (bins - 1) / 8 * (1 / n + 1 / m)
