"""MNIST in several inks: the same handwriting on other papers, RGB, to translate between.

A black digit on white, a white one on blue, and a white one with a red rim on yellow. Everything
about the digit is in each of them, so a translation can be perfect: see `gray_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, final

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from gan_lab import seeding
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.domains import checked_domains
from gan_lab.data.mnist import MNIST
from gan_lab.data.select import select_for

SPLITS = ("train", "test")
BLOCK = 512  # small ones stay in the processor's cache
FIRST_OF_TEST = 60_000  # of the numbers of test images, behind those of train


@dataclass(frozen=True)
class Ink:
    """How a digit is drawn, in red, green and blue from 0 to 255.

    Attributes:
        paper: behind the digit.
        stroke: the digit itself.
        rim: red and green of one pixel around it; None: there is none. Blue is left as it is, and
            so shows the digit without its rim.
    """

    paper: tuple[int, int, int]
    stroke: tuple[int, int, int]
    rim: tuple[int, int] | None = None


INKS = {
    "black": Ink(paper=(255, 255, 255), stroke=(0, 0, 0)),
    "blue": Ink(paper=(30, 60, 170), stroke=(255, 255, 255)),
    "red": Ink(paper=(255, 225, 80), stroke=(255, 255, 255), rim=(205, 20)),
}


@final
@dataclass(frozen=True, kw_only=True)
class DigitsInInk(ImageDataset):
    """Handwritten digits in some inks; classes are the inks. Options: see `ImageDataset`.

    `split` is train, where each digit of MNIST is in one ink only, or test, where each is in all of
    them, in the same order. `subjects` says which digit of MNIST an image shows. `dir` may hold the
    four raw files of MNIST.

    Attributes:
        inks: black, blue, red, in the order of the classes. With a single one, classes are "0" to
            "9".
    """

    test_split: ClassVar[str] = "test"
    by_class: ClassVar[bool] = True
    content_classifier: ClassVar[str] = "mnist_cnn"

    size: int | tuple[int, int] = 28
    inks: Sequence[str] = tuple(INKS)

    @property
    def channels(self) -> int:
        """Red, green, blue."""
        return 3

    def check(self) -> None:
        """Refuse a split or an ink that is not there."""
        check_one_of("data.split", self.split, SPLITS)
        object.__setattr__(self, "inks", checked_domains("data.inks", self.inks, tuple(INKS)))

    def prepare(self) -> None:
        """Prepare MNIST."""
        MNIST(dir=self.dir).prepare()

    def load(self) -> Images:
        """Return the split, drawn on the spot."""
        digits = MNIST(dir=self.dir, split=self.split).load()
        shown = [self._shown(ink, len(digits)) for ink in self.inks]
        numbers = torch.cat(shown)
        if len(self.inks) == 1:
            labels, names = digits.labels[numbers], digits.class_names
        else:
            counts = torch.tensor([len(part) for part in shown])
            labels, names = torch.arange(len(shown)).repeat_interleave(counts), self.inks
        blocks = [
            inked(digits.pixels[block], INKS[ink])
            for ink, part in zip(self.inks, shown, strict=True)
            for block in part.split(BLOCK)
        ]
        subjects = numbers + (FIRST_OF_TEST if self.split == "test" else 0)
        images = Images(torch.cat(blocks), labels, names, subjects)
        return select_for(self, images)

    def bare(self, images: Images) -> Tensor:
        """Return the digits in gray, as MNIST has them; of a single ink whatever the classes."""
        if len(self.inks) == 1:
            return gray_of(images.pixels, INKS[self.inks[0]])
        digits = torch.empty_like(images.pixels[:, :1])
        for label, ink in enumerate(images.class_names):
            of_ink = images.labels == label
            digits[of_ink] = gray_of(images.pixels[of_ink], INKS[ink])
        return digits

    @property
    def prepared(self) -> Path:
        """That of MNIST: the rest follows from it."""
        return MNIST(dir=self.dir).prepared

    def _shown(self, ink: str, count: int) -> Tensor:
        """Return which of so many digits of MNIST are in this ink, in ascending order."""
        if self.split == "test":
            return torch.arange(count)
        # Drawn for all inks, whichever are chosen: so no digit is in two sets of one ink each.
        order = torch.randperm(count, generator=seeding.generator("cpu", 0, "DigitsInInk"))
        return order[list(INKS).index(ink) :: len(INKS)].sort().values


def inked(digits_N1HW: Tensor, ink: Ink) -> Tensor:
    """Return digits in an ink, uint8 `(N, 3, H, W)`.

    Args:
        digits_N1HW: uint8, 255 where the pen was.
        ink: how they are drawn.
    """
    paper, stroke = _colour(ink.paper), _colour(ink.stroke)
    share = digits_N1HW.float() / 255
    images = torch.lerp(paper, stroke, share)
    if ink.rim is not None:
        around = max_pool2d(share, 3, stride=1, padding=1) - share
        images[:, :2] = torch.lerp(images[:, :2], _colour(ink.rim), around)
    return images.round_().to(torch.uint8)


def gray_of(images_N3HW: Tensor, ink: Ink) -> Tensor:
    """Return the digits that images in an ink show, as MNIST has them, uint8 `(N, 1, H, W)`.

    It undoes `inked`, up to 1 of 255 levels, and so lets a classifier of MNIST judge translations.

    Args:
        images_N3HW: uint8, real or generated.
        ink: in which they are drawn.
    """
    channels = [2] if ink.rim is not None else [0, 1, 2]
    paper, stroke = (_colour(colour)[:, channels] for colour in (ink.paper, ink.stroke))
    # The nearest point on the line from the paper's colour to that of the stroke.
    along = stroke - paper
    share = ((images_N3HW[:, channels].float() - paper) * along).sum(1, keepdim=True)
    return (255 * share / along.square().sum()).round_().clamp_(0, 255).to(torch.uint8)


def _colour(levels: tuple[int, ...]) -> Tensor:
    return torch.tensor(levels, dtype=torch.float32).view(1, -1, 1, 1)
