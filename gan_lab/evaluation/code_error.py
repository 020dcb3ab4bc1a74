"""The error of classes that a model has found without labels, as a classifier of real images.

Shape legend: N = images, K = codes, L = classes of the data.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from gan_lab import seeding
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class CodeError(ModelMetric):
    """`code_error`: the share of images whose code is not that of their class.

    Which code stands for which class is found on one half of the images, by the assignment with the
    fewest errors (Kuhn, 1955, the Hungarian method), and the errors are counted on the other half:
    so the choice of the best of all assignments does not flatter the number. Chen et al., 2016,
    arXiv:1606.03657, section 7.2, match "to a digit type" and do not say on which images.
    """

    asks: ClassVar = "classify"
    of_codes: ClassVar = True

    def __call__(self, classify: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return the error on the second half of the images, which are in random order."""
        logits_NK, labels = self.known.logits(classify), self.known.labels
        first, second = halves(len(labels))
        codes = logits_NK.argmax(dim=1)
        known = match(codes[first], labels[first], logits_NK.shape[1], self.known.n_classes)
        errors = known[codes[second]] != labels[second]
        return {"code_error": errors.double().mean().item()}

    @property
    def better(self) -> Mapping[str, Better]:
        """Fewer errors."""
        return {"code_error": "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """None."""
        return {"code_error": 0.0}


def halves(n: int) -> tuple[Tensor, Tensor]:
    """Return the places of `n` images in two halves by chance, the same ones each time."""
    random = seeding.generator("cpu", 0, "halves of the images", n)
    first, second = torch.randperm(n, generator=random).chunk(2)
    return first, second


def match(codes_N: Tensor, labels_N: Tensor, k: int, n_classes: int) -> Tensor:
    """Return the class of each code `(K,)`, so that most images have the code of their class.

    Each class belongs to one code at most; codes that are left over get -1, which is no class.

    Args:
        codes_N: int64.
        labels_N: int64.
        k: K.
        n_classes: L.
    """
    counts = (codes_N * n_classes + labels_N).bincount(minlength=k * n_classes)
    rows, columns = linear_sum_assignment(counts.reshape(k, n_classes).numpy(), maximize=True)
    classes = torch.full((k,), -1)
    classes[torch.from_numpy(rows)] = torch.from_numpy(columns)
    return classes
