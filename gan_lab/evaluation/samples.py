"""What one pass over images hands to every metric."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor


class Features(NamedTuple):
    """What a feature extractor sees in images.

    Attributes:
        features: float32 `(N, D)`.
        logits: float32 `(N, K)`, unnormalised log-probabilities of the classes, or None.
    """

    features: Tensor
    logits: Tensor | None = None


@dataclass(frozen=True)
class Samples:
    """Some of the images of an evaluation, real or generated, and what the extractor sees in them.

    Attributes:
        pixels: as stored: uint8 `(N, C, H, W)`; points of the plane are float32 `(N, 2, 1, 1)`.
        features: float32 `(N, D)`.
        positions: int64 `(N,)`, where each image stands among all; several processes share the
            images between them, and by this they agree on one order.
        logits: float32 `(N, K)`, or None without a classifier.
        labels: int64 `(N,)` as the extractor numbers its classes, -1 where an image has none: of
            real images, and of those that were asked to be of a class; or None.
    """

    pixels: Tensor
    features: Tensor
    positions: Tensor
    logits: Tensor | None = None
    labels: Tensor | None = None

    def __len__(self) -> int:
        return len(self.features)
