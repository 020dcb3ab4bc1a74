"""How likely a model says that images are which nothing was trained on.

Shape legend: N = images.
"""

import math
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor

from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.plurals import counted
from gan_lab.ranges import Range


@final
class NegativeLogLikelihood(ModelMetric):
    """`nll`, `nll_standard_error` and `bits_per_dimension` of the data's test images.

    In nats per image, and in bits per number of an image. A model that has a bound only, such as a
    VAE, says less of itself than is true: its `nll` is an upper bound, which falls with `samples`.
    Densities of gray pixels count from 0 (black) to 1 (white); these can be below 0, and cannot be
    compared with those of binary images.

    Args:
        samples: importance samples of each image's bound.

    Attributes:
        density: of the model, `exact` or `bound`.
    """

    asks: ClassVar = "log_prob"
    density: str = "exact"

    def __init__(self, samples: Annotated[int, Range(1, 10**6)] = 1) -> None:
        self.samples = samples

    def __call__(self, log_prob: Callable[..., Tensor]) -> dict[str, float]:
        """Return the mean over all images."""
        found = [
            log_prob(images, self.samples, "nll", number).double().cpu()
            for number, images in enumerate(self.known.batches())
        ]
        values_N = -torch.cat(found)
        dimensions = self.known.images.pixels[0].numel()
        return {
            "nll": values_N.mean().item(),
            "nll_standard_error": values_N.std(correction=0).item() / len(values_N) ** 0.5,
            "bits_per_dimension": values_N.mean().item() / dimensions / math.log(2),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """The likelier, the better."""
        return {"nll": "lower", "bits_per_dimension": "lower"}

    @property
    def units(self) -> Mapping[str, str]:
        """Nats, and of which bound."""
        kinds = {"exact": "nats", "bound": f"nats, bound of {counted(self.samples, 'sample')}"}
        return {"nll": kinds[self.density], "bits_per_dimension": "bits"}
