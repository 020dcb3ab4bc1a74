"""Whether the data at hand are those that a checkpoint was trained on.

A checkpoint carries the SHA-256 that was noted when its data were prepared. The same data in
another place are the same; other pictures in the same place are not.
"""

from pathlib import Path
from typing import Any

from gan_lab.assembly.saved_config import Reopened
from gan_lab.config.plain import words_typed
from gan_lab.config.trust import parse
from gan_lab.data import store
from gan_lab.data.base import ImageDataset
from gan_lab.errors import CheckpointError

SHOWN = 12  # characters of a SHA-256


def identity(dataset: ImageDataset) -> str | None:
    """Return the SHA-256 of prepared data; None where the configuration alone says what they are.

    Raises:
        DataError: they are not prepared.
    """
    path = dataset.prepared
    return None if path is None else store.content_sha256(path)


def prepare(dataset: ImageDataset, reopened: Reopened | None) -> None:
    """Prepare the data of a run, which have to be those of the checkpoint that it goes on from.

    Args:
        dataset: of the run.
        reopened: the checkpoint; None for a new run.

    Raises:
        CheckpointError: they are others, and that is not allowed; or its configuration names a
            folder in which nothing is prepared yet.
        DataError: they cannot be prepared.
    """
    if reopened:
        _write_nowhere_unasked(dataset, reopened)
    dataset.prepare()
    if reopened and "data_sha256" in reopened.checkpoint:
        _refuse_others(identity(dataset), reopened)


def _write_nowhere_unasked(dataset: ImageDataset, reopened: Reopened) -> None:
    """Keep a stranger's checkpoint from choosing a folder that something is written into."""
    if dataset.dir is None or any(_is_about_the_folder(word) for word in words_typed()):
        return
    folder, path = Path(dataset.dir).expanduser().absolute(), dataset.prepared
    if path is not None and path.is_relative_to(folder) and not path.exists():
        raise CheckpointError(
            f"ckpt={reopened.config.ckpt} names data.dir={dataset.dir}, where these data are not "
            f"prepared. Type data.dir= with that folder to prepare them there, or with another."
        )


def _is_about_the_folder(word: str) -> bool:
    return parse(word).key_or_group == "data.dir"


def _refuse_others(now: Any, reopened: Reopened) -> None:
    before = reopened.checkpoint["data_sha256"]
    if before == now or reopened.config.allow_config_change:
        return
    raise CheckpointError(
        f"ckpt={reopened.config.ckpt} was trained on other data:\n"
        f"  data, by their SHA-256: {_shown(before)} -> {_shown(now)}\n"
        f"Point data.dir= to the old data, or accept the new ones with "
        f"allow_config_change=true."
    )


def _shown(sha256: str | None) -> str:
    return "(made on the spot)" if sha256 is None else f"{sha256[:SHOWN]}..."
