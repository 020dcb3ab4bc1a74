"""One file per data set: arrays in the safetensors format, written as a stream, read as a map.

A file holds `<split>.images` (uint8, `(N, C, H, W)`), `<split>.labels` and `<split>.subjects`
(int64, `(N,)`) and `class_names` (JSON), all but the images only where they are known; its metadata
holds the SHA-256 of all array bytes. Format: https://github.com/huggingface/safetensors#format
(header length, JSON header, bytes).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, final

import numpy as np
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gan_lab.data.base import Images
from gan_lab.data.files import locked
from gan_lab.durable import replacing
from gan_lab.errors import DataError

# The header is written last but stands first, so its place is kept; the format allows blanks.
HEADER_BYTES = 4096
LENGTH_BYTES = 8
NOTES_BYTES = 2500  # of the header
DTYPES = {"uint8": "U8", "int64": "I64"}
# Hashing this much takes a few seconds; for larger files the length has to do.
VERIFIED_BYTES = 2 << 30


@final
class Writer:
    """Takes arrays block by block, so that a data set never has to fit into memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._entries: dict[str, dict] = {}
        self._sha256 = hashlib.sha256()
        self._end = 0
        self._notes: list[str] = []
        self._originals: dict[str, int] = {}
        file.seek(LENGTH_BYTES + HEADER_BYTES)

    def add(self, name: str, blocks: Iterable[np.ndarray]) -> None:
        """Append one array, given as consecutive blocks `(n, ...)` of its first dimension.

        Args:
            name: the array's name in the file.
            blocks: at least one; uint8 or int64, alike but for n.
        """
        rows = 0
        for block in blocks:
            if rows == 0:
                self._align(block.itemsize)
                start, dtype, shape = self._end, DTYPES[block.dtype.name], block.shape[1:]
            rows += len(block)
            self._append(np.ascontiguousarray(block))
        self._enter(name, dtype, (rows, *shape), start)

    def add_split(self, name: str, pixels: np.ndarray, labels: np.ndarray) -> None:
        """Append the images `(N, C, H, W)` and labels `(N,)` of one split."""
        self.add(f"{name}.labels", [labels.astype(np.int64)])
        self.add(f"{name}.images", [pixels])

    def add_class_names(self, names: Sequence[str]) -> None:
        """Append one word per class."""
        self.add("class_names", [np.frombuffer(json.dumps(names).encode(), np.uint8)])

    def add_captions(self, name: str, tokens: np.ndarray, words: Sequence[str]) -> None:
        """Append the captions `(N, T)` of one split, as tokens, and their words."""
        self.add(f"{name}.captions", [tokens])
        self.add("words", [np.frombuffer(json.dumps(words).encode(), np.uint8)])

    def add_notes(self, notes: Sequence[str], originals: Mapping[str, int]) -> None:
        """Keep what is known of where the arrays come from; it is no content of theirs.

        Args:
            notes: lines to be said, cut short if they are long.
            originals: a few numbers by name.
        """
        self._originals = dict(originals)
        length = NOTES_BYTES
        while len(json.dumps(json.dumps([note[:length] for note in notes]))) > NOTES_BYTES:
            length //= 2
        self._notes = [note if len(note) <= length else f"{note[:length]}..." for note in notes]

    def finish(self) -> None:
        """Write the header, after the last array."""
        metadata = {
            "sha256": self._sha256.hexdigest(),
            "notes": json.dumps(self._notes),
            "originals": json.dumps(self._originals),
        }
        header = json.dumps({"__metadata__": metadata, **self._entries}).encode()
        if len(header) > HEADER_BYTES:
            raise AssertionError(f"a header of {len(header)} bytes does not fit")
        self._file.seek(0)
        self._file.write(HEADER_BYTES.to_bytes(LENGTH_BYTES, "little"))
        self._file.write(header.ljust(HEADER_BYTES))

    def _append(self, block: np.ndarray) -> None:
        data = memoryview(block).cast("B") if block.size else b""
        self._file.write(data)
        self._sha256.update(data)
        self._end += len(data)

    def _align(self, itemsize: int) -> None:
        # A mapped array has to start at a multiple of its item's size, and the format allows no
        # gaps: a filler of a few bytes goes between.
        missing = -self._end % itemsize
        if missing:
            start = self._end
            self._append(np.zeros(missing, np.uint8))
            self._enter(f"filler.{start}", "U8", (missing,), start)

    def _enter(self, name: str, dtype: str, shape: tuple[int, ...], start: int) -> None:
        offsets = [start, self._end]
        self._entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": offsets}


def create_once(path: Path, fill: Callable[[Writer], None]) -> None:
    """Make the file at `path` unless it is there; of several processes one works, the others wait.

    Args:
        path: the file to make.
        fill: adds the arrays.

    Raises:
        DataError: the folder cannot be written, or whatever `fill` raises.
    """
    if path.is_file():
        return
    with locked(path.parent):
        if path.is_file():
            return
        with replacing(path) as file:
            writer = Writer(file)
            fill(writer)
            writer.finish()


def content_sha256(path: Path) -> str:
    """Return the SHA-256 of all array bytes, as it was noted when they were written.

    The same images in another place have the same; the bytes are not read again.

    Raises:
        DataError: the file is missing, or its header is damaged.
    """
    try:
        return _metadata(path)["sha256"]
    except KeyError as error:
        raise _damaged(path) from error


def read_notes(path: Path) -> list[str]:
    """Return the lines that were kept with the arrays.

    Raises:
        DataError: the file is missing, or its header is damaged.
    """
    return json.loads(_metadata(path).get("notes", "[]"))


def read_originals(path: Path) -> dict[str, int]:
    """Return the numbers that were kept with the arrays.

    Raises:
        DataError: the file is missing, or its header is damaged.
    """
    return json.loads(_metadata(path).get("originals", "{}"))


def read(path: Path) -> dict[str, Tensor]:
    """Map every array of the file into memory, after a check of its bytes.

    Raises:
        DataError: the file is missing, truncated or altered.
    """
    if not path.is_file():
        raise DataError(f"{path} is not there; `prepare` makes it.")
    try:
        with safe_open(path, framework="pt") as file:
            _verify(path, file.metadata() or {})
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError) as error:
        raise _damaged(path) from error


def read_split(path: Path, split: str) -> Images:
    """Return the images of one split; what is known of them only where the file has it.

    Raises:
        DataError: the file is missing, truncated or altered.
    """
    arrays = read(path)
    if f"{split}.images" not in arrays:
        raise _damaged(path)
    names = ("images", "labels", "subjects", "captions")
    pixels, labels, subjects, captions = (arrays.get(f"{split}.{name}") for name in names)
    return Images(
        pixels, labels, class_names(arrays), subjects, captions=captions, words=words(arrays)
    )


def class_names(arrays: dict[str, Tensor]) -> tuple[str, ...]:
    """Return the class names among the arrays of a file, or an empty tuple."""
    return _listed(arrays, "class_names")


def words(arrays: dict[str, Tensor]) -> tuple[str, ...]:
    """Return the words of captions among the arrays of a file, or an empty tuple."""
    return _listed(arrays, "words")


def _listed(arrays: dict[str, Tensor], name: str) -> tuple[str, ...]:
    if name not in arrays:
        return ()
    return tuple(json.loads(arrays[name].numpy().tobytes()))


def _metadata(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise DataError(f"{path} is not there; `prepare` makes it.")
    try:
        with safe_open(path, framework="pt") as file:
            return file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise _damaged(path) from error


def _verify(path: Path, metadata: dict[str, str]) -> None:
    if path.stat().st_size > VERIFIED_BYTES:
        return
    with path.open("rb") as file:
        file.seek(LENGTH_BYTES + HEADER_BYTES)
        if hashlib.file_digest(file, "sha256").hexdigest() != metadata.get("sha256"):
            raise _damaged(path)


def _damaged(path: Path) -> DataError:
    return DataError(f"{path} is truncated or altered; delete it and run again to make it anew.")
