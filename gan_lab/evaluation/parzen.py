"""The log-likelihood of real test images under Gaussian windows around generated ones.

Goodfellow et al., 2014, arXiv:1406.2661, section 5 and table 1, with the settings of their own code
(goodfeli/adversarial, parzen_ll.py); the estimate is that of Breuleux et al., 2011. Shape legend:
N = real images, M = generated images, D = pixel values of an image, S = widths.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor
from torchmetrics.utilities import dim_zero_cat

from gan_lab.data.base import Images
from gan_lab.errors import ConfigError
from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.samples import Samples
from gan_lab.ranges import Range

BLOCK = 1024  # images of each kind that are compared together
VALIDATION = 1000  # the width is chosen on the first so many images of the split "valid"
WHITE = 255
FEWEST = 100
Width = Annotated[float, Range(0, 1000, open_low=True)]


@final
class ParzenWindow(SampleMetric):
    """`parzen_log_likelihood` of the test images, `parzen_standard_error` and `parzen_sigma`.

    The width sigma of the windows is the one under which the validation images are most likely:
    `parzen_validation` says how likely, to choose a checkpoint by what the test images do not know.
    All generated images are kept as pixels, since sigma is not known before the last of them. From
    fewer than 100 windows the widest is the best whatever the images are.

    Args:
        extractor: see `SampleMetric`.
        primary: see `SampleMetric`.
        sigma_range: the smallest and the largest width to try, for pixels from 0 to 1.
        sigmas: how many to try, evenly in their logarithm.

    Raises:
        ConfigError: the larger width comes first.
    """

    other_splits: ClassVar[tuple[str, ...]] = ("valid", "test")
    of_pixels: ClassVar[bool] = True

    def __init__(
        self,
        extractor: str,
        primary: bool = True,
        sigma_range: tuple[Width, Width] = (0.1, 1.0),
        sigmas: Annotated[int, Range(1, 1000)] = 10,
    ) -> None:
        super().__init__(extractor, primary)
        low, high = sigma_range
        if low > high:
            raise ConfigError(
                f"evaluation.metrics.parzen.sigma_range={[low, high]} must have the smaller number "
                f"first."
            )
        ends = math.log10(low), math.log10(high)
        self.sigmas = torch.logspace(*ends, sigmas, dtype=torch.float64).tolist()
        self.add_state("pixels", [], dist_reduce_fx="cat")
        self._warned = False

    @property
    def sensible_from(self) -> int:
        """See above."""
        return FEWEST

    def attach_split(self, split: str, images: Images) -> None:
        """Take the images that sigma is chosen on, and those that are scored."""
        pixels = images.pixels[:VALIDATION] if split == "valid" else images.pixels
        self.register_buffer(split, pixels, persistent=False)

    def fit(self, real: Samples) -> None:
        """Nothing is learned from the images that the generator was trained on."""

    def update(self, generated: Samples) -> None:
        """Keep the pixels."""
        self.pixels.append(generated.pixels)

    def compute(self) -> dict[str, float]:
        """Return mean and standard error over the test images in nats, and the sigma chosen."""
        generated = dim_zero_cat(self.pixels)
        self.need(len(generated))
        of_widths = log_likelihood(self.valid, generated, self.sigmas).mean(dim=1)
        best = int(of_widths.argmax())
        self._warn_if_at_the_end(best)
        sigma = self.sigmas[best]
        found = log_likelihood(self.test, generated, [sigma])[0]
        return {
            "parzen_log_likelihood": found.mean().item(),
            "parzen_standard_error": found.std(correction=0).item() / len(found) ** 0.5,
            "parzen_sigma": sigma,
            "parzen_validation": of_widths[best].item(),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """Likelier images are better."""
        return {"parzen_log_likelihood": "higher", "parzen_validation": "higher"}

    @property
    def units(self) -> Mapping[str, str]:
        """Of a log-likelihood per image."""
        return {"parzen_log_likelihood": "nats", "parzen_validation": "nats"}

    def _warn_if_at_the_end(self, best: int) -> None:
        fixed = self.sigmas[0] == self.sigmas[-1]
        if best in (0, len(self.sigmas) - 1) and not fixed and not self._warned:
            self._warned = True
            which, other = ("largest", "larger") if best else ("smallest", "smaller")
            warnings.warn(
                f"parzen_sigma={self.sigmas[best]:.3g} is the {which} that was tried, and a "
                f"{other} one may be better: widen evaluation.metrics.parzen.sigma_range, unless "
                "the numbers are to be compared with published ones.",
                stacklevel=2,
            )


def log_likelihood(pixels_N: Tensor, generated_M: Tensor, sigmas: Sequence[float]) -> Tensor:
    """Return log p(x) of each image in nats, float64 `(S, N)`; pixels count from 0 to 1.

    log p(x) = log mean_j exp(-|x - s_j|^2 / (2 sigma^2)) - D log(sigma sqrt(2 pi))

    Only a block of the N x M distances exists at a time.

    Args:
        pixels_N: the images x, uint8 `(N, ...)`.
        generated_M: the images s around which the windows stand, uint8 `(M, ...)`.
        sigmas: S widths.
    """
    blocks = []
    for x in pixels_N.split(BLOCK):
        total = torch.full((len(sigmas), len(x)), -torch.inf, dtype=torch.float64, device=x.device)
        for s in generated_M.split(BLOCK):
            distances = squared_distances(x, s)
            parts = [(distances / (-2 * (WHITE * sigma) ** 2)).logsumexp(1) for sigma in sigmas]
            total = torch.logaddexp(total, torch.stack(parts))
        blocks.append(total)
    dimensions = pixels_N[0].numel()
    sums_SN = torch.cat(blocks, dim=1)
    norms = [dimensions * math.log(sigma * math.sqrt(math.tau)) for sigma in sigmas]
    return sums_SN - math.log(len(generated_M)) - sums_SN.new_tensor(norms)[:, None]


def squared_distances(x_N: Tensor, y_M: Tensor) -> Tensor:
    """Return |x - y|^2 of uint8 images, float64 `(N, M)`: whole numbers, without rounding."""
    x, y = x_N.flatten(1).double(), y_M.flatten(1).double()
    products = torch.addmm(y.square().sum(dim=1), x, y.T, alpha=-2)
    return products.add_(x.square().sum(dim=1, keepdim=True))
