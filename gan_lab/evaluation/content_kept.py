"""Whether translations still show what was translated."""

from collections.abc import Mapping
from typing import ClassVar, final

from gan_lab.evaluation.directions import Translate, translated
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class ContentKept(ModelMetric):
    """`VIEW/content_kept`: share of translations that a classifier reads as their originals.

    For data that have a classifier of what images show, whatever their class: of digits in ink the
    digit. A model that changes nothing does not get all: the classifier expects the new look.
    """

    asks: ClassVar = "translate"

    def __call__(self, translate: Translate) -> dict[str, float]:
        """Return the share of each direction whose images can be read."""
        found = {}
        for view, direction in self.known.legible.items():
            contents = direction.read(translated(translate, direction.images, view))
            same = contents == direction.contents
            found[f"{view}/content_kept"] = same.double().mean().item()
        return found

    @property
    def better(self) -> Mapping[str, Better]:
        """More is kept."""
        return {f"{view}/content_kept": "higher" for view in self.known.legible}

    @property
    def perfect(self) -> Mapping[str, float]:
        """All of it."""
        return {f"{view}/content_kept": 1.0 for view in self.known.legible}
