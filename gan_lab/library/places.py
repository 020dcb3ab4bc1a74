"""What a path leads to: the checkpoint of a run, or of a folder with an exported model."""

import os
from pathlib import Path

from gan_lab.runs import exported_weights

ENDINGS = (".ckpt", exported_weights.ENDING)


def checkpoint_of(place: str | os.PathLike[str]) -> Path:
    """Return the checkpoint that is meant: a run's directory is for its best one, else its last.

    A folder that `save_pretrained` wrote is for the only file of weights in it.
    """
    path = Path(place).expanduser().absolute()
    if (path / exported_weights.NAME).is_file():
        return path / exported_weights.NAME
    if path.is_dir():
        best, last = (path / "checkpoints" / name for name in ("best.ckpt", "last.ckpt"))
        return best if best.exists() else last
    return path


def leads_to_a_model(place: str | os.PathLike[str]) -> bool:
    """Return whether a path is for a checkpoint, and not for images."""
    path = Path(place).expanduser().absolute()
    return path.suffix in ENDINGS or (path.is_dir() and checkpoint_of(path).exists())
