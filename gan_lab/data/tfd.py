"""The Toronto Face Database: about 102,000 faces, 48x48, gray; 4,178 with one of seven expressions.

Source: J. Susskind, A. Anderson, G. Hinton: The Toronto Face Database, technical report UTML TR
2010-001, University of Toronto (2010). It is given out on request only, as a MATLAB file with
`images` (N, 48, 48), `labs_ex` (N, 1) and `folds` (N, 5).
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, final

import numpy as np
import torch
from torch import Tensor

from gan_lab.data import store
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.files import data_folder
from gan_lab.data.progress import say
from gan_lab.data.select import select_for, spread
from gan_lab.errors import ConfigError, DataError, did_you_mean
from gan_lab.ranges import Range
from gan_lab.safe_reading import STEP_BYTES, TooLargeError, open_regular

FILES = ("TFD_48x48.mat", "TFD_96x96.mat")
CLASS_NAMES = ("anger", "disgust", "fear", "happy", "sad", "surprise", "neutral")
# What the numbers in `folds` mean.
FOLD_CODES = {"unlabeled": 0, "train": 1, "valid": 2, "test": 3}
FOLDS = 5
BLOCK = 4096
MATLAB_HEADER_BYTES = 128
MATLAB_PACKED = 15
# Faces are not packed to less than a hundredth.
MOST_UNPACKED_BYTES = 256 << 20
MOST_UNPACKED_RATIO = 100


@final
@dataclass(frozen=True, kw_only=True)
class TFD(ImageDataset):
    """Faces; classes are expressions, and most images have none (-1).

    Attributes:
        dir: TFD_48x48.mat or TFD_96x96.mat, or the folder of one; what is made from it is kept in
            the cache.
        split: one or several of unlabeled, train, valid and test, joined by "+".
        fold: which of the five published divisions into these four, 0 to 4.
    """

    test_split: ClassVar[str] = "test"

    split: str = "unlabeled+train"
    size: int | tuple[int, int] = 48
    fold: Annotated[int, Range(0, FOLDS - 1)] = 0

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def check(self) -> None:
        """Refuse a part of the split that TFD does not have."""
        for part in self.split.split("+"):
            if part not in FOLD_CODES:
                raise ConfigError(
                    f"data.split={self.split}: TFD has no '{part}'.{did_you_mean(part, FOLD_CODES)}"
                    f" Join any of {', '.join(FOLD_CODES)} by '+'."
                )

    def prepare(self) -> None:
        """Convert the .mat file into the cache, unless it has been."""
        store.create_once(self.prepared, lambda writer: _convert(self._source(), writer))

    def load(self) -> Images:
        """Return the images of the chosen fold that belong to the split."""
        arrays = store.read(self.prepared)
        codes = torch.tensor([FOLD_CODES[part] for part in self.split.split("+")])
        chosen = torch.isin(arrays["folds"][:, self.fold], codes)
        if self.classes is not None:
            # The many faces without an expression drop out here, before their pixels are copied.
            chosen &= arrays["all.labels"] >= 0
        rows = chosen.nonzero().flatten()
        if self.classes is None:
            rows = _limited(arrays["all.labels"], rows, self.limit)
        images = Images(arrays["all.images"][rows], arrays["all.labels"][rows], CLASS_NAMES)
        return select_for(self, images)

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return _prepared(self._source())

    def _source(self) -> Path:
        place = data_folder("tfd", self.dir)
        candidates = [place] if place.suffix == ".mat" else [place / name for name in FILES]
        for path in candidates:
            if path.is_file():
                return path
        raise DataError(
            f"There is no {candidates[0]}. TFD, the Toronto Face Database, is given "
            "out on request only, by its author Josh Susskind at the University of Toronto, after "
            "signing its licences.\n"
            f"Put {FILES[0]} there, or name it with data.dir=/path/to/{FILES[0]}."
        )


def _limited(labels: Tensor, rows: Tensor, limit: int | None) -> Tensor:
    if limit is None or limit >= len(rows):
        return rows
    return rows[spread(labels[rows], len(rows), limit)]


def _prepared(source: Path) -> Path:
    try:
        with source.open("rb") as file:
            key = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise DataError(f"data.dir: {source} cannot be read ({error.strerror}).") from error
    return data_folder("tfd") / f"{key}.safetensors"


def _convert(source: Path, writer: store.Writer) -> None:
    say(f"converting {source}")
    arrays = _read_matlab(source)
    images, folds = arrays["images"], arrays["folds"]
    labels = arrays["labs_ex"].reshape(-1).astype(np.int64)
    if images.ndim != 3 or images.shape[1] != images.shape[2] or len(images) == 0:
        raise _wrong_layout(source, f"images has the shape {images.shape}, not (N, 48, 48)")
    if folds.shape != (len(images), FOLDS):
        raise _wrong_layout(source, f"folds has the shape {folds.shape}, not (N, {FOLDS})")
    if len(labels) != len(images):
        raise _wrong_layout(source, f"labs_ex holds {len(labels)} labels for {len(images)} images")
    if labels.max() > len(CLASS_NAMES):
        raise _wrong_layout(source, f"labs_ex holds {labels.max()}, above {len(CLASS_NAMES)}")
    if not np.isin(folds, list(FOLD_CODES.values())).all():
        raise _wrong_layout(source, "folds holds other numbers than 0 to 3")
    # 1 to 7 in the file are 0 to 6 here; everything below stands for no label.
    writer.add("all.labels", [np.where(labels >= 1, labels - 1, -1)])
    writer.add("folds", [folds.astype(np.uint8)])
    writer.add("all.images", _blocks(source, images))


def _blocks(source: Path, images: np.ndarray) -> Iterator[np.ndarray]:
    # MATLAB likes to keep whole numbers as floats, so the values count and not the type.
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK, None]
        with np.errstate(invalid="ignore"):
            pixels = block.astype(np.uint8)
        if (pixels != block).any():
            raise _wrong_layout(source, "images holds other values than whole numbers 0 to 255")
        yield pixels


def _read_matlab(source: Path) -> Mapping[str, np.ndarray]:
    # Imported here, because only this data set needs it.
    from scipy.io import loadmat

    names = ("images", "labs_ex", "folds")
    try:
        _refuse_bomb(source)
        arrays = loadmat(source, variable_names=names)
    except Exception as error:  # A damaged file makes scipy fail in many ways.
        raise DataError(
            f"{source} cannot be read as a MATLAB v5 file ({error}); it may be truncated: copy it "
            "anew."
        ) from error
    for name in names:
        if name not in arrays:
            raise _wrong_layout(source, f"it has no array '{name}'")
        if arrays[name].dtype.kind not in "biuf":
            raise _wrong_layout(source, f"{name} holds no numbers")
    return arrays


def _refuse_bomb(source: Path) -> None:
    """Unpack the file's packed parts once, in small steps, and count what comes out.

    Format: https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf (level 5).

    Raises:
        TooLargeError: so much that no faces were packed.
    """
    with open_regular(source) as file:
        order = "<" if file.read(MATLAB_HEADER_BYTES).endswith(b"IM") else ">"
        size = source.stat().st_size
        most = max(MOST_UNPACKED_BYTES, MOST_UNPACKED_RATIO * size)
        count = 0
        while len(tag := file.read(8)) == 8:
            kind, length = struct.unpack(f"{order}II", tag)
            if kind != MATLAB_PACKED:
                file.seek(length, os.SEEK_CUR)
                continue
            end, packed, stream = file.tell() + length, b"", zlib.decompressobj()
            while packed or (packed := file.read(min(STEP_BYTES, end - file.tell()))):
                count += len(stream.decompress(packed, STEP_BYTES))
                packed = stream.unconsumed_tail
                if count > most:
                    raise TooLargeError(f"it unpacks to more than {most:,} bytes")


def _wrong_layout(source: Path, what: str) -> DataError:
    return DataError(
        f"data.dir: {source} has not the layout of {FILES[0]}: {what}. Name the file as it was "
        "given out."
    )
