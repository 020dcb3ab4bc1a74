"""Checkpoints that are whole or not there, and known to be unaltered.

`manifest.json` beside them records the SHA-256, the iteration and the versions of each. It is
written before a checkpoint takes its name, so at every instant each file's hash stands in it.
"""

import hashlib
import json
import os
import shutil
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, final

import torch

from gan_lab import faults
from gan_lab.durable import UNFINISHED, remove_unfinished, replacing, sync_folder
from gan_lab.errors import CheckpointError
from gan_lab.runs import exported_weights
from gan_lab.runs.checkpoint_validation import FORMATS, reason_to_refuse, unpacks_to_more
from gan_lab.runs.parsing import DamageError, parse_json, read_text
from gan_lab.runs.provenance import versions
from gan_lab.runs.records import by_name, count, fields, text
from gan_lab.safe_reading import IrregularError, is_zip, open_regular

MANIFEST = "manifest.json"
LAST = "last.ckpt"
PREVIOUS = "previous.ckpt"
# Versions are of whoever wrote it; others may be told.
MANIFEST_FORM = by_name(
    fields({"sha256": text, "iteration": count, "versions": by_name(text)}, needed=["sha256"])
)
WHERE_THEY_ARE = " Runs keep them in RUN/checkpoints/."


def write_checkpoint(checkpoint: Mapping[str, Any], path: Path) -> None:
    """Save `checkpoint` as `path`; the last.ckpt so far becomes previous.ckpt.

    A kill at any moment leaves whole files: the one before, or the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_unfinished(path.parent)
    manifest = read_manifest(path.parent)
    staged = path.with_name(f"{UNFINISHED}{path.name}")
    with replacing(staged) as file:
        hashing = _HashingFile(file)
        try:
            torch.save(dict(checkpoint), hashing)
        except RuntimeError as error:  # torch's words for a write that failed
            raise hashing.failure or error from error
    entries = {
        path.name: {
            "sha256": hashing.hexdigest(),
            "iteration": checkpoint["clock"]["iteration"],
            "versions": versions(),
        }
    }
    if path.exists():
        known = {entry["sha256"]: entry for entry in manifest.values()}
        entry = known.get(_sha256(path))
        if entry:
            # It is there until the new one takes its name, and as previous.ckpt longer.
            entries[PREVIOUS if path.name == LAST else f"{path.name} before"] = entry
        # A damaged one must not take the place of the good one before it.
        if path.name == LAST and (entry or not manifest):
            _duplicate(path, path.with_name(PREVIOUS))
    faults.moment(f"before_manifest/{path.name}")
    with replacing(path.with_name(MANIFEST)) as file:
        file.write(json.dumps({**manifest, **entries}, indent=2).encode())
    faults.moment(f"after_manifest/{path.name}")
    staged.replace(path)
    faults.moment(f"in_place/{path.name}")
    sync_folder(path.parent)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return the verified contents of a checkpoint, tensors on the CPU.

    Raises:
        CheckpointError: it is missing, or its bytes are not those that were written, or it was
            not made by gan_lab, or by one that wrote another format.
    """
    try:
        sha256, hashes = _hash_and_known(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(f"ckpt={path} does not exist.{_others_near(path)}") from error
    except IrregularError as error:
        raise CheckpointError(f"ckpt={error}.{_others_near(path)}") from error
    except OSError as error:
        raise CheckpointError(f"ckpt={path} cannot be read ({error.strerror}).") from error
    if not hashes:
        warnings.warn(f"{path} has no {MANIFEST} beside it and is not verified.", stacklevel=2)
    elif sha256 not in hashes:
        raise CheckpointError(
            f"ckpt={path} is not the file that was written: it is truncated or altered, or a copy "
            f"that {MANIFEST} beside it does not list.{_other_than(path)}"
        )
    try:
        if path.suffix == exported_weights.ENDING:
            checkpoint = exported_weights.read(path)
        elif unpacks_to_more(path):
            raise zipfile.BadZipFile
        else:
            checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except CheckpointError:
        raise
    except Exception as error:
        reason = type(error).__name__
        raise CheckpointError(
            f"ckpt={path} cannot be read as a checkpoint ({reason})."
            f"{_other_than(path) or WHERE_THEY_ARE}"
        ) from error
    if reason := reason_to_refuse(checkpoint):
        raise CheckpointError(f"ckpt={path} was not made by gan_lab: {reason}.")
    if (number := checkpoint.get("format", 1)) not in FORMATS:
        raise CheckpointError(
            f"ckpt={path} is of format {number}, which this version of gan_lab does not read: "
            f"train anew, or use the version that wrote it."
        )
    return checkpoint


def newest_whole(folder: Path) -> tuple[Path | None, list[Path]]:
    """Return the newer of last.ckpt and previous.ckpt that is unaltered, and those that are not.

    Returns:
        The path, None if `folder` holds neither; and the damaged ones that were passed over.

    Raises:
        CheckpointError: there is one or the other, but none that the manifest vouches for.
    """
    # Unlike Path.exists, this does not fail in a folder that may not be read.
    found = [path for path in (folder / LAST, folder / PREVIOUS) if os.path.exists(path)]  # noqa: PTH110
    for position, path in enumerate(found):
        with suppress(OSError):
            sha256, hashes = _hash_and_known(path)
            if sha256 in hashes:
                return path, found[:position]
    if found:
        raise CheckpointError(
            f"None of {', '.join(map(str, found))} is as {MANIFEST} beside it says. Name a "
            f"checkpoint with ckpt=, or another directory with hydra.run.dir=."
        )
    return None, []


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Return `{file name: {"sha256", "iteration", "versions"}}`; empty without a manifest."""
    path = folder / MANIFEST
    try:
        content = read_text(path)
        return {} if content is None else MANIFEST_FORM(parse_json(content))
    except DamageError as error:
        raise CheckpointError(
            f"{path} {error}. Restore it, or delete it to load checkpoints unverified."
        ) from error


def _hash_and_known(path: Path) -> tuple[str, set[str]]:
    """Return the SHA-256 of a file and those that the manifest beside it lists.

    The run may be writing its next checkpoints meanwhile, which is no damage: the file's hash
    stands in each manifest that is there as long as the file is.
    """
    while True:
        before = _identity(path)
        sha256 = _sha256(path)
        hashes = {entry["sha256"] for entry in read_manifest(path.parent).values()}
        if sha256 in hashes or _identity(path) == before:
            return sha256, hashes


def _identity(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a checkpoint; of what is none, and may be endless, an empty word."""
    with open_regular(path) as file:
        # As torch saves; this is told by the file's end. Of the other kind a regular file will do.
        if path.suffix != exported_weights.ENDING and not is_zip(file):
            return ""
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _others_near(path: Path) -> str:
    """Return which checkpoints lie where `path` leads, or else where they usually lie."""
    folder = path if path.is_dir() else path.parent
    names = (*folder.glob("*.ckpt"), *folder.glob("checkpoints/*.ckpt"))
    found = sorted(str(name) for name in names if name.is_file())
    return f" There: {', '.join(found)}." if found else WHERE_THEY_ARE


def _other_than(path: Path) -> str:
    other = path.with_name(PREVIOUS)
    return f" Try ckpt={other}." if other.exists() and other != path else ""


def _duplicate(source: Path, target: Path) -> None:
    """Give `source` a second name, taking that name away from an older file in one step."""
    staged = target.with_name(f"{UNFINISHED}{target.name}")
    try:
        os.link(source, staged)
    except OSError:  # file systems without hard links
        with source.open("rb") as original, replacing(target) as copy:
            shutil.copyfileobj(original, copy)
        return
    staged.replace(target)
    # A rename between two names of one file, left by a kill, does nothing.
    staged.unlink(missing_ok=True)


@final
class _HashingFile:
    """A file opened for writing that knows the SHA-256 of what went through it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        faults.moment("checkpoint_bytes")
        self._sha256.update(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        self._file.flush()

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()
