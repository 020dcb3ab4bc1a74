"""The error of a classifier that a model has become, on images that nothing was trained on."""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

from torch import Tensor

from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class ClassificationError(ModelMetric):
    """`test_error`: the share of the data's test images that get the wrong class."""

    asks: ClassVar = "classify"

    def __call__(self, classify: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return the share of images whose largest logit is not that of their label."""
        errors = self.known.logits(classify).argmax(dim=1) != self.known.labels
        return {"test_error": errors.double().mean().item()}

    @property
    def better(self) -> Mapping[str, Better]:
        """Fewer errors."""
        return {"test_error": "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """None."""
        return {"test_error": 0.0}
