"""Where a task's files go, as `out=` says."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from gan_lab.durable import replacing
from gan_lab.errors import ConfigError


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Name the key to change where `out` cannot be written."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"out={out} cannot be written ({error.strerror or error}).") from error


def output_folder(out: Path) -> Path:
    """Return the folder `out`, made now, before time is spent on what goes into it.

    Raises:
        ConfigError: it cannot be made.
    """
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    return out


def write_pictures(out: Path, pictures: Mapping[str, Image.Image]) -> None:
    """Write each picture as `NAME.png` into the folder `out`.

    Raises:
        ConfigError: `out` cannot be written.
    """
    for name, picture in pictures.items():
        with writing(out), replacing(out / f"{name}.png") as file:
            picture.save(file, "PNG")


def write_arrays(out: Path, name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write the arrays as `NAME.npz` into the folder `out`.

    Raises:
        ConfigError: `out` cannot be written.
    """
    with writing(out), replacing(out / f"{name}.npz") as file:
        np.savez_compressed(file, **arrays)
