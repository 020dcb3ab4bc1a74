"""Agreement: whether generated images are of the class that they were asked for.

Shape legend: N = images, K = classes of the extractor.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.samples import Samples


@final
class Agreement(SampleMetric):
    """`agreement`, and `agreement_real` beside it: the classifier's own share of right answers.

    A Fréchet distance does not see whether labels are obeyed: it stays the same if all of them are
    shifted by one. Arguments: see `SampleMetric`.
    """

    of_conditions: ClassVar = True

    @classmethod
    def applies_to(cls, extractor: Extractor) -> bool:
        """Return whether a classifier tells classes apart."""
        return extractor.is_classifier and len(extractor.class_names) > 1

    def attach(self, extractor: Extractor) -> None:
        """Take the number of classes from the extractor."""
        none_yet = torch.zeros(len(extractor.class_names), dtype=torch.int64)
        self.add_state("asked", none_yet, dist_reduce_fx="sum")
        self.add_state("agreed", none_yet.clone(), dist_reduce_fx="sum")
        self._by_class: Mapping[str, Tensor] = {}

    def fit(self, real: Samples) -> None:
        """Learn the share of real images that the classifier puts where their labels say."""
        asked, agreed = counts(real, len(self.asked))
        self.register_buffer("real_agreement", agreed.sum() / asked.sum().clamp(min=1).double())

    def update(self, generated: Samples) -> None:
        """Count the images of each class that was asked for, and those that are of it."""
        asked, agreed = counts(generated, len(self.asked))
        self.asked += asked
        self.agreed += agreed

    def compute(self) -> dict[str, float]:
        """Return both shares."""
        n = int(self.asked.sum())
        self.need(n)
        self._by_class = {f"agreement{self.suffix}": self.agreed.double() / self.asked}
        return {
            f"agreement{self.suffix}": int(self.agreed.sum()) / n,
            f"agreement_real{self.suffix}": self.real_agreement.item(),
        }

    def by_class(self) -> Mapping[str, Tensor]:
        """Return the share of each class in the last `compute`, NaN where none was asked for."""
        return self._by_class

    @property
    def better(self) -> Mapping[str, Better]:
        """More of them."""
        return {f"agreement{self.suffix}": "higher"}

    @property
    def perfect(self) -> Mapping[str, str]:
        """As real images are."""
        return {f"agreement{self.suffix}": f"agreement_real{self.suffix}"}


def counts(samples: Samples, classes: int) -> tuple[Tensor, Tensor]:
    """Return how many images have each label, and how many of them the classifier puts there."""
    known = samples.labels >= 0
    labels = samples.labels[known]
    right = samples.logits[known].argmax(dim=1) == labels
    return labels.bincount(minlength=classes), labels[right].bincount(minlength=classes)
