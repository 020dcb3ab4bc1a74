"""Covered modes: which classes the generator makes, by a classifier's judgement, and how evenly.

The count and the KL are those of PacGAN (Lin et al., 2018, arXiv:1712.04086); the robust count is
our own, because a classifier's mistakes alone cover modes. Shape legend: N = images, K = classes.
"""

import math
from collections.abc import Mapping
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.samples import Samples

CONFIDENT = 0.9  # largest probability of an image that counts for the robust count
PER_MODE = 10  # images for each mode: each of K is then missed by one in 22,000 draws
ROBUST_SHARE = 0.2  # of an even share, that a mode has to reach there


@final
class Modes(SampleMetric):
    """`modes/...`: classes with at least one image, with a fair share, and how even the shares are.

    `attach` tells it the number of classes, K. From fewer than 10 K images even a perfect generator
    misses classes. Arguments: see `SampleMetric`.
    """

    of_classes: ClassVar = True

    def __init__(self, extractor: str, primary: bool = True) -> None:
        super().__init__(extractor, primary)
        self._histogram: Tensor | None = None

    @classmethod
    def applies_to(cls, extractor: Extractor) -> bool:
        """Return whether a classifier tells classes apart; mixtures have a metric of their own."""
        return extractor.is_classifier and len(extractor.class_names) > 1

    def attach(self, extractor: Extractor) -> None:
        """Take the number of classes from the extractor."""
        self.classes = len(extractor.class_names)
        none_yet = torch.zeros(self.classes, dtype=torch.int64)
        self.add_state("counts", none_yet, dist_reduce_fx="sum")
        self.add_state("confident_counts", none_yet.clone(), dist_reduce_fx="sum")
        self.add_state("confidence", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")

    @property
    def sensible_from(self) -> int:
        """See above."""
        return PER_MODE * self.classes

    def fit(self, real: Samples) -> None:
        """Learn the real images' share of each class: by their labels, else by the classifier."""
        classes = real.logits.argmax(dim=1)
        if real.labels is not None:
            classes = torch.where(real.labels >= 0, real.labels.long(), classes)
        self.register_buffer(
            "real_shares", classes.bincount(minlength=self.classes).double() / len(real)
        )

    def update(self, generated: Samples) -> None:
        """Count the images for the classes that their logits `(N, K)` are largest in."""
        confidence, mode = generated.logits.double().softmax(dim=1).max(dim=1)
        self.counts += mode.bincount(minlength=self.classes)
        self.confident_counts += mode[confidence >= CONFIDENT].bincount(minlength=self.classes)
        self.confidence += confidence.sum()

    def compute(self) -> dict[str, float]:
        """Return the counts, the mean confidence, and the KL in nats from the generated shares."""
        self._histogram = self.counts.clone()
        n = int(self.counts.sum())
        self.need(n)
        shares = self.counts.double() / n
        entropy = torch.special.entr(shares).sum().item()
        fair = ROBUST_SHARE * n / self.classes
        return {
            f"modes/covered{self.suffix}": float(self.counts.count_nonzero()),
            f"modes/covered_robust{self.suffix}": float((self.confident_counts >= fair).sum()),
            f"modes/total{self.suffix}": float(self.classes),
            f"modes/kl_uniform{self.suffix}": max(0.0, math.log(self.classes) - entropy),
            f"modes/kl_data{self.suffix}": divergence(shares, self.real_shares),
            f"modes/kl_floor{self.suffix}": (self.classes - 1) / (2 * n),
            f"modes/effective{self.suffix}": math.exp(entropy),
            f"modes/mean_confidence{self.suffix}": self.confidence.item() / n,
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """More modes, more even shares, and images that the classifier is sure of."""
        return {
            f"modes/covered{self.suffix}": "higher",
            f"modes/covered_robust{self.suffix}": "higher",
            f"modes/kl_uniform{self.suffix}": "lower",
            f"modes/kl_data{self.suffix}": "lower",
            f"modes/effective{self.suffix}": "higher",
            f"modes/mean_confidence{self.suffix}": "higher",
        }

    @property
    def perfect(self) -> Mapping[str, str]:
        """All classes, as even as chance lets them be."""
        return {
            f"modes/covered{self.suffix}": f"modes/total{self.suffix}",
            f"modes/covered_robust{self.suffix}": f"modes/total{self.suffix}",
            f"modes/kl_uniform{self.suffix}": f"modes/kl_floor{self.suffix}",
            f"modes/kl_data{self.suffix}": f"modes/kl_floor{self.suffix}",
        }

    @property
    def units(self) -> Mapping[str, str]:
        """Classes are counted, or their effective number is given; divergences are in nats."""
        counted = ("covered", "covered_robust", "total", "effective")
        in_nats = ("kl_uniform", "kl_data", "kl_floor")
        return {f"modes/{name}{self.suffix}": "classes" for name in counted} | {
            f"modes/{name}{self.suffix}": "nats" for name in in_nats
        }

    def histogram(self) -> Tensor | None:
        """Return the images of each class in the last `compute`, int64 `(K,)`."""
        return self._histogram


def divergence(p: Tensor, q: Tensor) -> float:
    """Return KL(p || q) in nats; infinite where p has what q lacks."""
    return max(0.0, (torch.special.xlogy(p, p) - torch.special.xlogy(p, q)).sum().item())
