"""How strongly the genre of music changes, as a classifier of both genres sees it.

Brunner, Wang, Wattenhofer, Zhao, 2018, arXiv:1809.07575, section on the evaluation metric.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.evaluation.directions import Directions, Translate
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.evaluation.music import TRIVIAL

TOGETHER = 200  # rolls that the classifier sees at once


@final
class GenreStrength(ModelMetric):
    """`VIEW/strength`, and `strength`, the mean of both directions, for piano rolls.

    With P the mean probability that the classifier gives to the set that originals are of, it is
    half of `P(originals) - P(translations)` and of `P(what comes back) - P(translations)`: from -1
    to 1, and 0 for copies. What is translated back is what sounds, unlike in the paper.

    Beside it `VIEW/p_source`, `p_source_translated` and `p_source_back`, the three P; the
    classifier's own share of right answers, `genre_accuracy`; and what those get who cannot
    translate: `..._one_voice` leaves the highest voice alone, `..._octaves` adds the octave below
    each note; each translates back as the other one does.
    """

    asks: ClassVar = "translate"
    of_music: ClassVar = True
    needs_classifier: ClassVar = True

    def attach(self, known: Directions) -> None:
        """Take the rolls, and see what those get that cannot translate."""
        super().attach(known)
        self.originals: dict[str, float] = {}
        self.beside: dict[str, float] = {}
        right, count = 0.0, 0
        for view, direction in known.with_a_way_back.items():
            rolls = known.to_pixels(direction.images)
            probabilities = self.probabilities(rolls, view)
            right += (probabilities > 0.5).sum().item()
            count += len(rolls)
            self.originals[view] = probabilities.mean().item()
            for word, (there, back) in TRIVIAL.items():
                made = there(rolls)
                strength = self.strength(view, made, back(made))
                self.beside[f"{view}/strength_{word}"] = strength["strength"]
        self.beside["genre_accuracy"] = right / max(count, 1)

    def __call__(self, translate: Translate) -> dict[str, float]:
        """Return the numbers of each direction that has a way back, and of both."""
        found: dict[str, float] = {}
        for view in self.originals:
            made, back = self.known.heard_there_and_back(translate, view)
            found |= {f"{view}/{name}": n for name, n in self.strength(view, made, back).items()}
        each = [found[f"{view}/strength"] for view in self.originals]
        return found | {"strength": sum(each) / max(len(each), 1)} | self.beside

    def strength(self, view: str, made: Tensor, back: Tensor) -> dict[str, float]:
        """Return the strength of translations and what comes back of them, and its parts."""
        before = self.originals[view]
        after, again = (self.probabilities(rolls, view).mean().item() for rolls in (made, back))
        return {
            "strength": ((before - after) + (again - after)) / 2,
            "p_source": before,
            "p_source_translated": after,
            "p_source_back": again,
        }

    @torch.no_grad()
    def probabilities(self, rolls: Tensor, view: str) -> Tensor:
        """Return the probability that each roll, as stored, is of the view's source."""
        classifier = self.known.classifier
        place = classifier.class_names.index(self.known.by_view[view].source)
        logits = torch.cat([classifier(part).logits for part in rolls.split(TOGETHER)])
        return logits.double().softmax(dim=1)[:, place]

    @property
    def better(self) -> Mapping[str, Better]:
        """The stronger."""
        return dict.fromkeys(
            ["strength", *(f"{view}/strength" for view in self.originals)], "higher"
        )
