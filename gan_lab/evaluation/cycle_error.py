"""What is lost on the way to the other set and back."""

from collections.abc import Mapping
from typing import ClassVar, final

from gan_lab.evaluation.directions import Translate, translated, translated_back
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class CycleError(ModelMetric):
    """`VIEW/cycle_error`: mean absolute difference of images and what comes back of them.

    As a share of the value range, from 0 to 1. It says nothing of the translation itself: a model
    that changes nothing has 0.
    """

    asks: ClassVar = "translate"

    def __call__(self, translate: Translate) -> dict[str, float]:
        """Return one number of each direction that has a way back."""
        found = {}
        for view, direction in self.known.with_a_way_back.items():
            there = translated(translate, direction.images, view)
            back = translated_back(translate, there, direction)
            error = (back - direction.images).abs().mean() / self.known.extent
            found[f"{view}/cycle_error"] = error.item()
        return found

    @property
    def better(self) -> Mapping[str, Better]:
        """The less is lost."""
        return {f"{view}/cycle_error": "lower" for view in self.known.with_a_way_back}
