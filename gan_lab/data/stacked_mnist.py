"""Stacked MNIST: three random handwritten digits as the red, green and blue of one image.

1,000 modes, one per triple of digits. Introduced by Metz, Poole, Pfau, Sohl-Dickstein, 2017,
arXiv:1611.02163; the two protocols are those of Lin, Khetan, Fanti, Oh, 2018, arXiv:1712.04086
(code: fjxmlzn/PacGAN, stacked_MNIST_experiments/).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, final

import numpy as np
import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data import store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.files import data_folder
from gan_lab.data.mnist import MNIST
from gan_lab.data.select import select_for

SPLITS = ("train", "test")
BLOCK = 4096


@dataclass(frozen=True)
class Protocol:
    """How an experiment makes its triples.

    Attributes:
        digits: the MNIST splits that the digits of the training triples come from.
        triples: for training.
        evaluation_samples: generated images of one evaluation, and triples of the test split, whose
            digits are MNIST's test digits.
    """

    digits: tuple[str, ...]
    triples: int
    evaluation_samples: int


PROTOCOLS = {
    # The authors draw from all 70,000 digits, so the test split's digits occur in training too.
    "pacgan_veegan": Protocol(("train", "test"), triples=128_000, evaluation_samples=26_000),
    # The authors draw a fresh triple for each image, 64 million in all; here each of these comes
    # 250 times in a run of that length.
    "pacgan_unrolled": Protocol(("train",), triples=256_000, evaluation_samples=25_600),
}


@final
@dataclass(frozen=True, kw_only=True)
class StackedMNIST(ImageDataset):
    """Three digits in one RGB image; classes are "000" to "999", red first.

    The triples are drawn once, the same ones on every machine, and kept in the cache (0.4 GB for
    pacgan_veegan, 0.7 GB for pacgan_unrolled). Further options: see `ImageDataset`; `dir` may hold
    the four raw files of MNIST.

    Attributes:
        protocol: pacgan_veegan or pacgan_unrolled; see `Protocol`.
    """

    channel_classifier: ClassVar[str] = "mnist_cnn"

    size: int | tuple[int, int] = 28
    protocol: Literal["pacgan_unrolled", "pacgan_veegan"] = "pacgan_unrolled"

    @property
    def channels(self) -> int:
        """RGB."""
        return 3

    @property
    def evaluation_samples(self) -> int:
        """As many as the protocol says."""
        return PROTOCOLS[self.protocol].evaluation_samples

    def check(self) -> None:
        """Refuse an unknown split."""
        check_one_of("data.split", self.split, SPLITS)

    def prepare(self) -> None:
        """Make the protocol's file out of MNIST, unless it is there."""
        MNIST(dir=self.dir).prepare()
        store.create_once(self.prepared, self._fill)

    def load(self) -> Images:
        """Return the split, mapped from the protocol's file as far as the options allow."""
        images = store.read_split(self.prepared, self.split)
        return select_for(self, images)

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return data_folder("stacked_mnist", self.dir) / f"{self.protocol}.safetensors"

    def _fill(self, writer: store.Writer) -> None:
        protocol = PROTOCOLS[self.protocol]
        parts = {"train": (protocol.digits, protocol.triples)}
        parts["test"] = (("test",), protocol.evaluation_samples)
        for split, (sources, count) in parts.items():
            digits = [MNIST(dir=self.dir, split=source).load() for source in sources]
            pixels_N1HW = torch.cat([part.pixels for part in digits])
            labels_N = torch.cat([part.labels for part in digits])
            triples_T3 = torch.randint(
                len(labels_N),
                (count, 3),
                generator=seeding.generator("cpu", 0, "StackedMNIST", self.protocol, split),
            )
            place_values = torch.tensor([100, 10, 1])
            writer.add(f"{split}.labels", [(labels_N[triples_T3] * place_values).sum(1).numpy()])
            writer.add(f"{split}.images", stacks(pixels_N1HW, triples_T3))
        writer.add_class_names([f"{number:03d}" for number in range(1000)])


def stacks(pixels_N1HW: Tensor, triples_T3: Tensor) -> Iterator[np.ndarray]:
    """Yield the images `(n, 3, H, W)` of some triples after the other.

    Args:
        pixels_N1HW: gray images.
        triples_T3: which three of them make each image.
    """
    for block in triples_T3.split(BLOCK):
        yield pixels_N1HW[block, 0].numpy()
