"""Translations beside what they should have become, where that is known.

Shape legend: P = pairs, Q = images of the target, C, H, W = image.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import torch
from torch import Tensor
from torchmetrics.functional.image import structural_similarity_index_measure

from gan_lab.evaluation.directions import Direction, Directions, Translate, translated
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric

BETTER: Mapping[str, Better] = {
    "l1": "lower", "ssim": "higher", "retrieval": "higher", "retrieval_rank": "lower"
}  # fmt: skip


@final
class TruePairs(ModelMetric):
    """`VIEW/l1`, `ssim`, `retrieval` and `retrieval_rank`, for data that say what images show.

    - `l1`: mean absolute difference to the true counterpart, as a share of the value range;
    - `ssim`: structural similarity to it (Wang et al., 2004), at most 1;
    - `retrieval`: share of translations to which no real image of the target is nearer than it, by
      squared differences of pixels;
    - `retrieval_rank`: its mean rank among them, from 1.

    Beside each, what who cannot translate gets: `..._copy` hands on what it was given,
    `..._nearest` hands over the training image of the target that is nearest to it.
    """

    asks: ClassVar = "translate"

    def attach(self, known: Directions) -> None:
        """Take the images, and see what those get that cannot translate."""
        super().attach(known)
        self.trivial: dict[str, float] = {}
        for view, direction in self.known.paired.items():
            given = direction.images[direction.pairs[:, 0]]
            nearest = direction.known_targets[distances(given, direction.known_targets).argmin(1)]
            for word, images in (("copy", given), ("nearest", nearest)):
                found = self.compare(images, direction)
                self.trivial |= {f"{view}/{name}_{word}": n for name, n in found.items()}

    def __call__(self, translate: Translate) -> dict[str, float]:
        """Return the numbers of each direction, and those of the trivial translators."""
        found: dict[str, float] = {}
        for view, direction in self.known.paired.items():
            images = translated(translate, direction.images[direction.pairs[:, 0]], view)
            found |= {f"{view}/{name}": n for name, n in self.compare(images, direction).items()}
        return found | self.trivial

    def compare(self, images_PCHW: Tensor, direction: Direction) -> dict[str, float]:
        """Return the four numbers of what stands for translations of the paired images."""
        places = direction.pairs[:, 1]
        truth = direction.targets[places]
        to_all = distances(images_PCHW, direction.targets)
        # Ties count as nearer, so that who always hands over the same image gains nothing.
        ranks = (to_all <= to_all.gather(1, places[:, None])).sum(dim=1)
        ssim = structural_similarity_index_measure(images_PCHW, truth, data_range=self.known.extent)
        return {
            "l1": ((images_PCHW - truth).abs().mean() / self.known.extent).item(),
            "ssim": ssim.item(),
            "retrieval": (ranks == 1).double().mean().item(),
            "retrieval_rank": ranks.double().mean().item(),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """Of the four numbers."""
        return {f"{view}/{name}": way for view in self.known.paired for name, way in BETTER.items()}


def distances(one_PCHW: Tensor, other_QCHW: Tensor) -> Tensor:
    """Return the distances of all pairs of images, `(P, Q)`."""
    return torch.cdist(one_PCHW.flatten(1), other_QCHW.flatten(1))
