"""Many small pictures to prepare: JPEG files of 64x64 pixels, a thousand to a folder.

    python -m benchmarks.pictures FOLDER COUNT

They are smooth noise, always the same, and each is another one. What is there already stays.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 64
COARSE = 8
IN_FOLDER = 1000


def make(folder: Path, count: int) -> None:
    """Make the first `count` pictures."""
    for first in range(0, count, IN_FOLDER):
        part = folder / f"{first // IN_FOLDER:04}"
        if part.is_dir():
            continue
        making = part.with_name(f"{part.name}.making")
        making.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(first)
        rows = min(IN_FOLDER, count - first)
        noise = random.integers(0, 256, (rows, COARSE, COARSE, 3), np.uint8)
        for number, coarse in enumerate(noise, first):
            picture = Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BILINEAR)
            picture.save(making / f"{number:07}.jpg")
        making.rename(part)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
