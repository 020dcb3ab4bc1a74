"""Whether the data at hand are those that a checkpoint was trained on.

A checkpoint carries the SHA-256 that was noted when its data were prepared, of each source. The
same data in another place are the same; other pictures in the same place are not.
"""

from collections.abc import Mapping
from pathlib import Path

from gan_lab.assembly.saved_config import Reopened
from gan_lab.config.overrides import parse
from gan_lab.config.plain import words_typed
from gan_lab.data import store
from gan_lab.data.base import ImageDataset
from gan_lab.data.unpaired import key_of, keys_of
from gan_lab.errors import CheckpointError, DataError

SHOWN = 12  # characters of a SHA-256


def identity(dataset: ImageDataset) -> dict[str, str | None]:
    """Return the SHA-256 of each source's prepared data.

    None where the configuration alone says what they are.

    Raises:
        DataError: they are not prepared.
    """
    return {name: _sha256(source.prepared) for name, source in dataset.sources.items()}


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
        for name, source in dataset.sources.items():
            _write_nowhere_unasked(name, source, reopened)
    dataset.prepare()
    if reopened and "data_sha256" in reopened.checkpoint:
        _refuse_others(identity(dataset), reopened)


def _sha256(path: Path | None) -> str | None:
    return None if path is None else store.content_sha256(path)


def _write_nowhere_unasked(name: str, dataset: ImageDataset, reopened: Reopened) -> None:
    """Keep a stranger's checkpoint from choosing a folder that something is written into."""
    key = f"{key_of(name)}.dir"
    if dataset.dir is None or any(parse(word).key_or_group == key for word in words_typed()):
        return
    folder = Path(dataset.dir).expanduser().absolute()
    try:
        with keys_of(name):
            path = dataset.prepared
    except DataError:  # what it is made from is not there, which preparing says or changes
        return
    if path is not None and path.is_relative_to(folder) and not path.exists():
        raise CheckpointError(
            f"ckpt={reopened.config.ckpt} names {key}={dataset.dir}, where these data are not "
            f"prepared. Type {key}= with that folder to prepare them there, or with another."
        )


def _refuse_others(now: Mapping[str, str | None], reopened: Reopened) -> None:
    before = reopened.checkpoint["data_sha256"]
    changed = [name for name in now if name not in before or before[name] != now[name]]
    if not changed or reopened.config.allow_config_change:
        return
    lines = [
        f"  {key_of(name)}, by their SHA-256: {_shown(before.get(name))} -> {_shown(now[name])}\n"
        for name in changed
    ]
    raise CheckpointError(
        f"ckpt={reopened.config.ckpt} was trained on other data:\n{''.join(lines)}"
        f"Point {key_of(changed[0])}.dir= to the old data, or accept the new ones with "
        f"allow_config_change=true."
    )


def _shown(sha256: str | None) -> str:
    return "(made on the spot)" if sha256 is None else f"{sha256[:SHOWN]}..."
