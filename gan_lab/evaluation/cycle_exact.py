"""What of music is the same again after the way to the other set and back."""

from collections.abc import Mapping
from typing import ClassVar, final

from gan_lab.evaluation.directions import Translate
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.evaluation.music import sounding


@final
class CycleExact(ModelMetric):
    """`VIEW/cycle_exact`, `VIEW/cycle_overlap`: of what sounds in originals and what comes back.

    - `cycle_exact`: share of the rolls' cells that are the same; silence makes up most of them;
    - `cycle_overlap`: cells that sound in both as a share of those that sound in one.

    What is translated back is what sounds in translations, and nothing that is too faint for it.
    """

    asks: ClassVar = "translate"
    of_music: ClassVar = True

    def __call__(self, translate: Translate) -> dict[str, float]:
        """Return the numbers of each direction that has a way back."""
        found = {}
        for view, direction in self.known.with_a_way_back.items():
            before = sounding(self.known.to_pixels(direction.images))
            _, back = self.known.heard_there_and_back(translate, view)
            after = sounding(back)
            either = (before | after).sum().item()
            overlap = (before & after).sum().item() / either if either else 1.0
            found[f"{view}/cycle_exact"] = (before == after).double().mean().item()
            found[f"{view}/cycle_overlap"] = overlap
        return found

    @property
    def better(self) -> Mapping[str, Better]:
        """The more comes back."""
        names = ("cycle_exact", "cycle_overlap")
        return {f"{view}/{name}": "higher" for view in self.known.with_a_way_back for name in names}
