"""A long preparation in parts: one that was killed goes on behind those that it had made.

Parts lie in a folder beside the file that they become. Each is a file of its own, whole or not
there at all, and its name says which images it is of, so that the list of names is the manifest.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, final

import numpy as np

from gan_lab.data import store
from gan_lab.durable import remove_unfinished, replacing

PART_BYTES = 64 << 20  # of pixels


@final
class Parts:
    """The parts of one file, side by side.

    Args:
        path: of the file that they become.
        count: images in all, readable or not.
        length: images of each part, the last one's fewer.
    """

    def __init__(self, path: Path, count: int, length: int) -> None:
        self.folder = path.with_suffix(".parts")
        self.ranges = [
            range(first, min(first + length, count)) for first in range(0, count, length)
        ]
        if self.folder.is_dir():
            remove_unfinished(self.folder)

    def file(self, which: range) -> Path:
        """Return where the part of these images is, or will be."""
        return self.folder / f"{which.start}-{which.stop}.safetensors"

    def done(self) -> list[range]:
        """Return the parts that are there."""
        return [which for which in self.ranges if self.file(which).is_file()]

    def write(self, which: range, pixels: Iterator[np.ndarray], told: Callable[[], Any]) -> None:
        """Make one part.

        Args:
            which: images.
            pixels: uint8 blocks `(n, C, H, W)`, at least one, of those that are readable.
            told: returns what else is known, once the blocks are used up; plain data.
        """
        self.folder.mkdir(exist_ok=True)
        with replacing(self.file(which)) as file:
            writer = store.Writer(file)
            writer.add("pixels", pixels)
            writer.add("told", [np.frombuffer(json.dumps(told()).encode(), np.uint8)])
            writer.finish()

    def read(self, which: range) -> tuple[np.ndarray, Any]:
        """Return the pixels of a part, mapped from its file, and what else is known.

        Raises:
            DataError: the file is truncated or altered.
        """
        arrays = store.read(self.file(which))
        return arrays["pixels"].numpy(), json.loads(arrays["told"].numpy().tobytes())


def remove_parts(path: Path) -> None:
    """Remove the parts of a file that is whole by now."""
    shutil.rmtree(path.with_suffix(".parts"), ignore_errors=True)
