"""MNIST with a caption of each digit, made of what is measured: "a thick seven leaning left".

A caption says the digit, and what is remarkable about it: a stroke thinner or thicker, a slant, a
shape narrower or wider than is usual. What is usual is not said.

Shape legend: N = images, P = properties.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.data import handwriting
from gan_lab.data.base import ConditionKind, ImageDataset, Images, check_one_of
from gan_lab.data.mnist import MNIST
from gan_lab.data.published import SPLITS
from gan_lab.data.select import resized, select_for
from gan_lab.data.texts import tokens_of, vocabulary
from gan_lab.errors import ConfigError

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# What is said of a property below the lower bound, between both, and above the upper one.
STROKE = ("thin", "", "thick")
SHAPE = ("narrow", "", "wide")
SLANT = ("leaning left", "", "leaning right")
PROPERTIES = ("digit", "stroke", "shape", "slant")
# About a quarter of MNIST's training images is below, and a quarter above. Pixels; pixels to the
# right per pixel upwards.
STROKE_BOUNDS = (2.0, 2.8)
SLANT_BOUNDS = (-0.05, 0.25)
# Of each digit, since every one is narrower than every zero.
SHAPE_BOUNDS = (
    (0.73, 0.97), (0.15, 0.22), (0.59, 0.83), (0.50, 0.66), (0.70, 0.99),
    (0.56, 0.75), (0.56, 0.81), (0.51, 0.72), (0.48, 0.65), (0.52, 0.73),
)  # fmt: skip
MEASURED = (28, 28)  # pixels
BLOCK = 4096


@final
@dataclass(frozen=True, kw_only=True)
class CaptionedDigits(ImageDataset):
    """Handwritten digits and captions; classes are "0" to "9". Options: see `ImageDataset`.

    `split` and `dir` are those of MNIST. Captions say what the digits of 28x28 pixels are like,
    whatever `size` is.
    """

    test_split: ClassVar[str] = "test"
    classifier: ClassVar[str] = "mnist_cnn"

    size: int | tuple[int, int] = 28
    condition: ConditionKind = "text"

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def check(self) -> None:
        """Refuse a split that is not there, and mirrored digits, which lean the other way."""
        check_one_of("data.split", self.split, SPLITS)
        if self.flip and self.condition == "text":
            raise ConfigError(
                "data.flip=true mirrors digits, and their captions say which way they lean: leave "
                "it out."
            )

    def prepare(self) -> None:
        """Prepare MNIST."""
        MNIST(dir=self.dir).prepare()

    def load(self) -> Images:
        """Return the split, captioned on the spot."""
        digits = MNIST(dir=self.dir, split=self.split).load()
        captions = CAPTIONS[numbered(described(digits.pixels, digits.labels))]
        return select_for(self, replace(digits, captions=captions, words=WORDS))

    def properties(self, pixels_N1HW: Tensor, digits_N: Tensor) -> Mapping[str, Tensor]:
        """Return what a caption of each image would say, int64 `(N,)` by the name of a property.

        Args:
            pixels_N1HW: uint8, as stored, of any size.
            digits_N: which digit each is, int64.
        """
        if pixels_N1HW.shape[2:] != MEASURED:
            pixels_N1HW = resized(pixels_N1HW, MEASURED)
        return dict(zip(PROPERTIES, described(pixels_N1HW, digits_N).T, strict=True))

    def properties_asked(self, captions_NT: Tensor) -> Mapping[str, Tensor]:
        """Return what captions, as `load` returns them, say of each property, int64 `(N,)`."""
        same_NC = (captions_NT[:, None].cpu() == CAPTIONS).all(dim=2)
        return dict(zip(PROPERTIES, MEANINGS[same_NC.int().argmax(dim=1)].T, strict=True))

    @property
    def prepared(self) -> Path:
        """That of MNIST: the rest follows from it."""
        return MNIST(dir=self.dir).prepared


def described(pixels_N1HW: Tensor, digits_N: Tensor) -> Tensor:
    """Return what is to be said of digits, int64 `(N, P)`: 0 below, 1 between, 2 above the bounds.

    The first property is the digit itself.

    Args:
        pixels_N1HW: uint8, brighter where the pen was; of 28x28 pixels, as the bounds are.
        digits_N: int64.
    """
    parts = []
    for pixels, digits in zip(pixels_N1HW.split(BLOCK), digits_N.split(BLOCK), strict=True):
        ink = pixels[:, 0].float() / 255
        parts.append(
            torch.stack(
                [
                    digits,
                    between(handwriting.stroke(ink), torch.tensor(STROKE_BOUNDS)),
                    between(handwriting.breadth(ink), torch.tensor(SHAPE_BOUNDS)[digits]),
                    between(handwriting.slant(ink), torch.tensor(SLANT_BOUNDS)),
                ],
                dim=1,
            )
        )
    return torch.cat(parts)


def between(numbers_N: Tensor, bounds: Tensor) -> Tensor:
    """Return 0 for what is below the first bound, 2 for what is above the second, else 1."""
    return 1 - (numbers_N < bounds[..., 0]).long() + (numbers_N > bounds[..., 1]).long()


def caption(digit: int, stroke: int, shape: int, slant: int) -> str:
    """Return the words for properties, numbered as `described` does."""
    words = [STROKE[stroke], SHAPE[shape], DIGITS[digit], SLANT[slant]]
    said = " ".join(filter(None, words))
    return f"{'an' if said.startswith('eight') else 'a'} {said}"


def numbered(properties_NP: Tensor) -> Tensor:
    """Return the places in `MEANINGS` of what `described` returns, int64 `(N,)`."""
    digits, *others = properties_NP.T
    number = digits
    for each in others:
        number = 3 * number + each
    return number


MEANINGS = torch.tensor(list(product(range(10), range(3), range(3), range(3))))
SENTENCES = tuple(caption(*meaning) for meaning in MEANINGS.tolist())
WORDS = vocabulary(SENTENCES)
CAPTIONS = tokens_of(SENTENCES, WORDS)
