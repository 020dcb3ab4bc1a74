"""The 1,797 handwritten digits that scikit-learn carries: 8x8, gray; at hand without a download.

Source: E. Alpaydin, C. Kaynak: Optical recognition of handwritten digits, UCI repository (1998).
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import torch

from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.select import select_for

SPLITS = ("train", "test")
# A split of our own: every fifth image of each digit is for testing.
TEST_EVERY = 5
BRIGHTEST = 16


@final
@dataclass(frozen=True, kw_only=True)
class Digits(ImageDataset):
    """Small handwritten digits; classes are "0" to "9". Options: see `ImageDataset`.

    `dir` is not used: the images come with scikit-learn.
    """

    test_split: ClassVar[str] = "test"
    published: ClassVar[bool] = True
    classifier_size: ClassVar[int] = 16  # twice their own

    size: int | tuple[int, int] = 32

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def check(self) -> None:
        """Refuse a split that is neither train nor test."""
        check_one_of("data.split", self.split, SPLITS)

    def prepare(self) -> None:
        """There is nothing to fetch and nothing to keep."""

    def load(self) -> Images:
        """Return the split, out of scikit-learn's own file."""
        # Imported here, because it takes a second that the other data sets need not wait for.
        from sklearn.datasets import load_digits

        digits = load_digits()
        is_test = np.zeros(len(digits.images), bool)
        for digit in range(10):
            is_test[np.flatnonzero(digits.target == digit)[::TEST_EVERY]] = True
        chosen = is_test if self.split == "test" else ~is_test
        pixels = np.rint(digits.images[chosen, None] * (255 / BRIGHTEST)).astype(np.uint8)
        labels = torch.from_numpy(digits.target[chosen].astype(np.int64))
        names = tuple(str(digit) for digit in range(10))
        images = Images(torch.from_numpy(pixels), labels, names)
        return select_for(self, images)
