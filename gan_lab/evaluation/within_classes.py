"""The Fréchet distance within classes: between images of a class and those asked to be of it.

Shape legend: N = images, K = classes of the extractor, D = features.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import torch
from torch import Tensor
from torchmetrics.utilities import dim_zero_cat

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.frechet import expected_bias, frechet_distance, moments
from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.samples import Samples


@final
class WithinClasses(SampleMetric):
    """`fd_within_EXTRACTOR`, the mean over classes, and `_bias` beside it.

    Benny, Galanti, Benaim, Wolf, 2021, arXiv:2004.12361 call it WCFID. It says something if each
    class has more images than features, of either kind. Arguments: see `SampleMetric`.
    """

    of_conditions: ClassVar = True
    of_classes: ClassVar = True
    least = 2

    def __init__(self, extractor: str, primary: bool = True) -> None:
        super().__init__(extractor, primary)
        self.name = f"fd_within_{extractor}"
        self._by_class: Mapping[str, Tensor] = {}
        self.keep_features()
        self.add_state("labels", [], dist_reduce_fx="cat")

    @classmethod
    def applies_to(cls, extractor: Extractor) -> bool:
        """Return whether its classes are those that images are asked for."""
        return extractor.is_classifier and len(extractor.class_names) > 1

    def attach(self, extractor: Extractor) -> None:
        """Take the number of classes from the extractor."""
        self.classes = len(extractor.class_names)

    @property
    def sensible_from(self) -> int:
        """See above; the rarest class decides."""
        if not hasattr(self, "real_features"):
            return self.least
        share = self.real_labels.bincount().double()
        rarest = (share[share > 0] / len(self.real_labels)).min().item()
        return round((self.real_features.shape[1] + 1) / rarest)

    def fit(self, real: Samples) -> None:
        """Keep the features of the images that have a label."""
        known = real.labels >= 0
        self.need(int(known.sum()))
        self.register_buffer("real_features", real.features[known])
        self.register_buffer("real_labels", real.labels[known])

    def update(self, generated: Samples) -> None:
        """Keep features and labels."""
        self.keep(generated)
        self.labels.append(generated.labels)

    def compute(self) -> dict[str, float]:
        """Return the mean distance, and what perfect samples would get on average."""
        features, labels = dim_zero_cat(self.features), dim_zero_cat(self.labels)
        found: dict[int, tuple[float, float]] = {}
        for label in self.real_labels.unique().tolist():
            real = self.real_features[self.real_labels == label]
            generated = features[labels == label]
            if len(generated):  # one class alone may be asked for
                self.need(min(len(real), len(generated)))
                found[label] = distance_and_bias(real, generated)
        distances, biases = zip(*found.values(), strict=True)
        by_class = torch.full((self.classes,), torch.nan, dtype=torch.float64)
        by_class[list(found)] = torch.tensor(distances, dtype=torch.float64)
        self._by_class = {self.name: by_class}
        return {
            self.name: sum(distances) / len(found),
            f"{self.name}_bias": sum(biases) / len(found),
        }

    def by_class(self) -> Mapping[str, Tensor]:
        """Return the distance of each class in the last `compute`."""
        return self._by_class

    @property
    def better(self) -> Mapping[str, Better]:
        """Near is better."""
        return {self.name: "lower"}

    @property
    def perfect(self) -> Mapping[str, str]:
        """See `expected_bias`."""
        return {self.name: f"{self.name}_bias"}


def distance_and_bias(real: Tensor, generated: Tensor) -> tuple[float, float]:
    """Return the Fréchet distance between features `(N, D)`, and its expected bias."""
    a, b = moments(real), moments(generated)
    bias = expected_bias(torch.linalg.eigvalsh(a.covariance), len(real), len(generated))
    return frechet_distance(a, b), bias
