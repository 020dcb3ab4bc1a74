"""What can be counted in music, before it is translated and after.

Shape legend: N = rolls, T = steps, P = pitches.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.evaluation.directions import Directions, Translate
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.evaluation.music import OCTAVE, sounding

STEPS_PER_BAR = 16
MAJOR = (0, 2, 4, 5, 7, 9, 11)  # semitones above the tonic; those of its relative minor, too


@final
class MusicNumbers(ModelMetric):
    """Five numbers of translations, `VIEW/...`, and of originals, `VIEW/..._before`.

    - `notes_per_bar`: notes that begin, a note that is struck again while it sounds not counted;
    - `voices`: pitches that sound at once, mean over the steps that are not silent;
    - `silence`: share of the steps in which nothing sounds;
    - `pitch_range`: semitones between the lowest and the highest note of a phrase, mean over those
      with notes;
    - `in_key`: share of what sounds that is of the one of twelve scales which a phrase keeps to
      most; twelve tones that are equally frequent have 7/12 = 0.583.

    None of them has a better way: translations should come near to originals of the other set.
    """

    asks: ClassVar = "translate"
    of_music: ClassVar = True

    def attach(self, known: Directions) -> None:
        """Take the rolls, and count in them."""
        super().attach(known)
        self.before = {
            f"{view}/{name}_before": number
            for view, direction in known.by_view.items()
            for name, number in numbers(sounding(known.to_pixels(direction.images))).items()
        }

    def __call__(self, translate: Translate) -> dict[str, float]:
        """Return the numbers of each direction."""
        found = {}
        for view in self.known.by_view:
            sounds = sounding(self.known.heard(translate, view))
            found |= {f"{view}/{name}": number for name, number in numbers(sounds).items()}
        return found | self.before

    @property
    def better(self) -> Mapping[str, Better]:
        """None of them."""
        return {}


def numbers(sounds_NTP: Tensor) -> dict[str, float]:
    """Return the five numbers of rolls, 0 where nothing sounds at all."""
    n, steps, pitches = sounds_NTP.shape
    begins = sounds_NTP.clone()
    begins[:, 1:] &= ~sounds_NTP[:, :-1]
    voices_NT = sounds_NTP.sum(dim=2)
    audible_NP = sounds_NTP.any(dim=1)
    places_P = torch.arange(pitches)
    highest_N = torch.where(audible_NP, places_P, -1).amax(dim=1)
    lowest_N = torch.where(audible_NP, places_P, pitches).amin(dim=1)
    return {
        "notes_per_bar": begins.sum().item() / (n * steps / STEPS_PER_BAR),
        "voices": ratio(voices_NT.sum(), (voices_NT > 0).sum()),
        "silence": (voices_NT == 0).double().mean().item(),
        "pitch_range": ratio(
            (highest_N - lowest_N).clamp(min=0).sum(), audible_NP.any(dim=1).sum()
        ),
        "in_key": ratio(in_best_key(sounds_NTP).sum(), sounds_NTP.sum()),
    }


def in_best_key(sounds_NTP: Tensor) -> Tensor:
    """Return how many cells of each roll are of the scale that most of them are of, `(N,)`."""
    cells_NP = sounds_NTP.sum(dim=1)
    classes_N12 = torch.stack([cells_NP[:, k::OCTAVE].sum(dim=1) for k in range(OCTAVE)], dim=1)
    keys = [[(tonic + step) % OCTAVE for step in MAJOR] for tonic in range(OCTAVE)]
    return torch.stack([classes_N12[:, key].sum(dim=1) for key in keys], dim=1).amax(dim=1)


def ratio(part: Tensor, whole: Tensor) -> float:
    """Return a quotient, 0 where there is nothing."""
    return (part / whole.clamp(min=1)).item()
