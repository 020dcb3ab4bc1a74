"""What sets of music share: pieces become phrases of four bars, kept in one file.

Pieces are divided into train and test, not phrases, of which two of one piece are often the same.
"""

import hashlib
import math
import os
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from torch import Tensor

from gan_lab.data import store
from gan_lab.data.base import Form, Images, check_one_of
from gan_lab.data.passed_over import by_reason, passed_over
from gan_lab.data.piano_roll import (
    PITCHES,
    SHAPE,
    SOUNDS,
    STEPS,
    Piece,
    UnusablePieceError,
    rolls_of,
)
from gan_lab.data.progress import say_once
from gan_lab.data.select import select
from gan_lab.errors import ConfigError, DataError
from gan_lab.plurals import counted

SPLITS = ("train", "test")
TESTED = 10  # one piece of so many is for testing
# To be raised when the same music makes other rolls or another division.
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """What sets of music add to `ImageDataset`; options that make no sense of them are fixed.

    Each phrase is a piano roll, uint8 `(1, 64, 84)`, 0 or 255: see `gan_lab.data.piano_roll`.
    `dir`, `limit` and `value_range` (of silence and sound): see `ImageDataset`.

    Attributes:
        split: train, or test: a tenth of the pieces, those whose rolls have the smallest SHA-256.
    """

    form: ClassVar[Form] = "piano rolls"
    test_split: ClassVar[str] = "test"
    classifier_size: ClassVar[tuple[int, int]] = (STEPS, PITCHES)

    size: tuple[int, int] = (STEPS, PITCHES)
    load_size: None = field(default=None, init=False)
    classes: None = field(default=None, init=False)
    flip: bool = field(default=False, init=False)
    binarise: str = field(default="none", init=False)
    condition: Literal["none"] = field(default="none", init=False)
    labelled: None = field(default=None, init=False)

    @property
    def channels(self) -> int:
        """One: a pitch sounds or does not."""
        return 1

    @property
    @abstractmethod
    def called(self) -> str:
        """What messages call these data, such as `data.dir=SONGS`."""

    @abstractmethod
    def pieces(self) -> Iterator[tuple[str, Callable[[], Piece]]]:
        """Yield the name of each piece, in a fixed order, and a function that reads it.

        It works as long as no other piece is asked for, and raises UnusablePieceError for a piece
        that cannot be read.
        """

    def check(self) -> None:
        """Refuse an unknown split, and any other size, for which notes would be blurred."""
        check_one_of("data.split", self.split, SPLITS)
        if self.size != (STEPS, PITCHES):
            raise ConfigError(
                f"data.size={self.size}: piano rolls are {STEPS}x{PITCHES}; leave it out."
            )

    def to_pixels(self, images_NCHW: Tensor) -> Tensor:
        """Return rolls in the value range as `load` does: what is nearer to sound than to silence.

        uint8 on the CPU, 0 or 255.
        """
        return (super().to_pixels(images_NCHW) >= 128).byte() * SOUNDS

    def prepare(self) -> None:
        """Make the file of all phrases, unless it is there; what it holds is said each time."""
        path = self.prepared
        store.create_once(path, self._fill)
        if os.environ.get("LOCAL_RANK", "0") == "0":
            for line in store.read_notes(path):
                say_once(f"{self.called}: {line}")

    def load(self) -> Images:
        """Return the phrases of the split, mapped from the file, piece by piece."""
        images = store.read_split(self.prepared, self.split)
        if len(images) == 0:
            raise DataError(
                f"data.split={self.split}: {self.called} holds one piece only, which is for "
                f"training; add others."
            )
        return select(images, classes=None, limit=self.limit, size=self.image_shape[1:])

    def _fill(self, writer: store.Writer) -> None:
        passed: dict[str, list[str]] = {}
        lacks: Counter[str] = Counter()
        bits: dict[bytes, np.ndarray] = {}  # an eighth of the rolls' room, by their SHA-256
        for name, read in self.pieces():
            try:
                rolls, lacking = rolls_of(read())
                audible = rolls[rolls.any(axis=(1, 2, 3))]
                if len(audible) == 0:
                    raise UnusablePieceError("without a note in four bars")
                sha256 = hashlib.sha256(audible).digest()
                if sha256 in bits:
                    raise UnusablePieceError("the same as another")
            except UnusablePieceError as reason:
                passed.setdefault(str(reason), []).append(name)
                continue
            bits[sha256] = np.packbits(audible.reshape(len(audible), -1) > 0, axis=1)
            lacks += lacking
        if not bits:
            raise DataError(
                f"{self.called}: no piece has four bars of 4/4 to learn from: "
                f"{by_reason(passed)}. Choose other music."
            )
        parts = divided(bits)
        for split, part in parts.items():
            writer.add(f"{split}.images", _blocks(part))
        said = [_understood(parts), passed_over(passed, len(bits)), _left_out(lacks)]
        writer.add_notes(list(filter(None, said)), {})


def divided(pieces: Mapping[bytes, np.ndarray]) -> dict[str, list[np.ndarray]]:
    """Return the pieces of each split, a tenth of them, but never all, for testing.

    Args:
        pieces: by their SHA-256, which alone decide, whatever the names and the order.
    """
    tested = set(sorted(pieces)[: math.ceil(len(pieces) / TESTED) if len(pieces) > 1 else 0])
    return {
        split: [
            piece for sha256, piece in pieces.items() if (sha256 in tested) == (split == "test")
        ]
        for split in SPLITS
    }


def _blocks(pieces: list[np.ndarray]) -> Iterator[np.ndarray]:
    yield np.zeros((0, *SHAPE), np.uint8)  # there may be no piece
    for bits in pieces:
        rolls = np.unpackbits(bits, axis=1, count=math.prod(SHAPE))
        yield rolls.reshape(-1, *SHAPE) * np.uint8(SOUNDS)


def _understood(parts: Mapping[str, list[np.ndarray]]) -> str:
    return "; ".join(
        f"{split} has {counted(sum(map(len, part)), 'phrase')} of {counted(len(part), 'piece')}"
        for split, part in parts.items()
    )


def _left_out(lacks: Counter[str]) -> str:
    """Return in words which notes of the other pieces are left out."""
    notes = ", ".join(f"{number:,} {where}" for where, number in lacks.most_common())
    return f"notes left out of these: {notes}" if notes else ""
