"""MNIST over photographs: each digit blended with a part of a CIFAR-10 image, 28x28, RGB.

Made as MNIST-M is: channel by channel `|digit - patch|`, Ganin et al., 2016, arXiv:1505.07818,
section 5.2.1. Theirs are patches of the BSDS500 photographs, so numbers on the two sets are not to
be compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data import store
from gan_lab.data.base import ImageDataset
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.mnist import MNIST
from gan_lab.data.published import PublishedSplits

BLOCK = 4096


@final
@dataclass(frozen=True, kw_only=True)
class MNISTCIFAR(PublishedSplits, ImageDataset):
    """Handwritten digits over photographs; classes are "0" to "9". Options: see `ImageDataset`.

    Photographs and places are drawn once, the same ones on every machine: for the digits of train
    from CIFAR-10's training images, for those of test from its test images. `split` is train, test,
    or valid, which is a part of train; train_without_valid is the rest. `dir` may hold the raw
    files of MNIST and of CIFAR-10; what is made of them takes 0.2 GB.
    """

    kept_as: ClassVar[str] = "mnist_cifar"

    size: int | tuple[int, int] = 28

    @property
    def channels(self) -> int:
        """Red, green, blue."""
        return 3

    def prepare(self) -> None:
        """Prepare MNIST and CIFAR-10, and make the file of them, unless it is there."""
        if not self.prepared.is_file():
            # Before, since their files may be made in the same folder, which is locked then.
            for source in (MNIST(dir=self.dir), CIFAR10(dir=self.dir)):
                source.prepare()
        super().prepare()

    def fill(self, writer: store.Writer) -> None:
        """Blend the digits of MNIST with photographs of CIFAR-10."""
        for split in ("train", "test"):
            digits = MNIST(dir=self.dir, split=split).load()
            photographs = CIFAR10(dir=self.dir, split=split).load().pixels
            writer.add(f"{split}.labels", [digits.labels.numpy()])
            writer.add(f"{split}.images", blends(digits.pixels, photographs, split))
        writer.add_class_names(digits.class_names)


def blends(digits_N1HW: Tensor, photographs_MCHW: Tensor, *address: str) -> Iterator[np.ndarray]:
    """Yield `|digit - patch|`, uint8 `(n, C, h, w)`, of some digits after the other.

    Args:
        digits_N1HW: uint8, `h` by `w` pixels.
        photographs_MCHW: uint8, at least as large.
        address: of the random choice of photographs and of places in them.
    """
    n, (height, width) = len(digits_N1HW), digits_N1HW.shape[2:]
    patches = photographs_MCHW.unfold(2, height, 1).unfold(3, width, 1)  # (M, C, ., ., h, w), views
    random = seeding.generator("cpu", 0, "MNISTCIFAR", *address)
    chosen, tops, lefts = (
        torch.randint(most, (n,), generator=random)
        for most in (len(patches), patches.shape[2], patches.shape[3])
    )
    for places in torch.arange(n).split(BLOCK):
        behind = patches[chosen[places], :, tops[places], lefts[places]].short()
        yield (digits_N1HW[places].short() - behind).abs().to(torch.uint8).numpy()
