"""What sounds in piano rolls, and the translators of music that anyone can write.

Shape legend: N = rolls, T = steps, P = pitches.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

OCTAVE = 12
SOUNDS = 255


def sounding(rolls_N1TP: Tensor) -> Tensor:
    """Return which pitches sound `(N, T, P)`, of rolls as they are stored."""
    return rolls_N1TP[:, 0] >= 128


def one_voice(rolls_N1TP: Tensor) -> Tensor:
    """Return rolls in which the highest pitch of each step is left alone."""
    sounds = rolls_N1TP >= 128
    above = sounds.flip(-1).cumsum(dim=-1).flip(-1)  # sounding pitches from each one upwards
    return (sounds & (above == 1)).byte() * SOUNDS


def octaves(rolls_N1TP: Tensor) -> Tensor:
    """Return rolls in which the octave below each pitch sounds, too, as far as there is one."""
    lower = torch.zeros_like(rolls_N1TP)
    lower[..., :-OCTAVE] = rolls_N1TP[..., OCTAVE:]
    return torch.maximum(rolls_N1TP, lower)


# By name: the translator, and the one that a translation of it is translated back by.
TRIVIAL: Mapping[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "one_voice": (one_voice, octaves),
    "octaves": (octaves, one_voice),
}
