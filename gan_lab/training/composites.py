"""What the discriminator of Puzzle-GAN is shown as fake besides generated images.

Shape legend: N = images, C, H, W = image.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from gan_lab.training.assembling import Puzzle

Composite = Literal[
    "shuffled_parts", "shuffled_background", "generated_parts", "generated_background"
]


def composites_of(
    kinds: Sequence[Composite], puzzle: Puzzle, made_NCHW: Tensor, others_NCHW: Tensor
) -> list[Tensor]:
    """Return composites of each kind: parts of one image on the background of another.

    Parts are what the true mask covers. `shuffled` ones are of another real image.
    """
    real, mask = puzzle.images, puzzle.masks
    found = {
        "shuffled_parts": lambda: torch.where(mask > 0, others_NCHW, real),
        "shuffled_background": lambda: torch.where(mask > 0, real, others_NCHW),
        "generated_parts": lambda: torch.where(mask > 0, made_NCHW, real),
        "generated_background": lambda: torch.where(mask > 0, real, made_NCHW),
    }
    return [found[kind]() for kind in kinds]
