"""R-precision: whether an image is closer to the text that it was made of than to others.

Shape legend: N = images, R = texts that compete, F = features, C = different captions.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data.base import Batch, Images
from gan_lab.evaluation.illustrations import Illustrations, by_blocks
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.ranges import Range


@final
class RPrecision(ModelMetric):
    """`r_precision`: the share of images whose own caption is the nearest of `texts`.

    Xu et al., 2018, arXiv:1711.10485, section 4.1: among 99 others. Who says what is near is a
    matcher of real images and captions that knows nothing of the model. `r_precision_real` is the
    same of real images that the matcher was not trained on: more cannot be asked. An image that
    has nothing to do with its text gets 1 / `texts`.

    Args:
        texts: how many compete, the own one included; the others are drawn from the different
            captions, of which one may come twice.
    """

    asks: ClassVar = "sample"

    known: Illustrations

    def __init__(self, texts: Annotated[int, Range(2, 10_000)] = 100) -> None:
        self.texts = texts

    def __call__(self, sample: Callable[..., Batch]) -> dict[str, float]:
        """Return both shares."""
        return {
            "r_precision": self.share(self.known.made(sample)),
            "r_precision_real": self.share(self.known.images),
        }

    def share(self, images: Images) -> float:
        """Return the share of images whose own caption wins."""
        seen_NF = by_blocks(self.known.images_seen, images.pixels)
        own_N = (seen_NF * by_blocks(self.known.texts_seen, images.captions)).sum(dim=1)
        different_CF = by_blocks(self.known.texts_seen, self.known.different)
        rivals_NR = rivals(images.captions, self.known.different, self.texts - 1)
        best = [
            (different_CF[places_R] @ seen_F).max()
            for seen_F, places_R in zip(seen_NF, rivals_NR, strict=True)
        ]
        return (own_N > torch.stack(best)).double().mean().item()

    @property
    def better(self) -> Mapping[str, Better]:
        """More of them."""
        return {"r_precision": "higher"}

    @property
    def perfect(self) -> Mapping[str, str]:
        """As real images are."""
        return {"r_precision": "r_precision_real"}


def rivals(captions_NT: Tensor, different_CT: Tensor, n: int) -> Tensor:
    """Return the places of `n` captions that compete with each of `captions_NT`, `(N, R)`.

    They are drawn by chance, always the same ones, and are never the caption itself.

    Args:
        captions_NT: tokens.
        different_CT: each caption once; two at least.
        n: how many of each.
    """
    random = seeding.generator("cpu", 0, "rivals", len(captions_NT), n)
    places_NR = torch.randint(len(different_CT), (len(captions_NT), n), generator=random)
    own = [(different_CT == caption).all(dim=1).nonzero().flatten() for caption in captions_NT]
    own_N = torch.tensor([int(place[0]) if len(place) else -1 for place in own])
    return (places_NR + (places_NR == own_N[:, None])) % len(different_CT)
