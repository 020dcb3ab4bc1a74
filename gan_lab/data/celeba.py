"""CelebA: 202,599 faces of celebrities, aligned, with 40 attributes that each has or has not.

Liu, Luo, Wang, Tang, 2015, arXiv:1411.7766. For research that is not commercial; it is not
downloaded: the user has `img_align_celeba`, as a folder or .zip, and `list_attr_celeba.txt`.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.data.base import ImageDataset, Images, check_one_of
from gan_lab.data.domains import checked_domains
from gan_lab.data.folder import Folder
from gan_lab.data.select import select
from gan_lab.errors import ConfigError, DataError
from gan_lab.safe_reading import open_member, open_regular, read_at_most

PICTURES, LIST = "img_align_celeba", "list_attr_celeba.txt"
LARGEST_LIST_BYTES = 64 << 20  # the published one has 26 MB
# The published parts, by the numbers that the files are called by.
PARTS = {
    "train": range(1, 162_771),
    "valid": range(162_771, 182_638),
    "test": range(182_638, 10**6),
}
NAMES = (
    "5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs",
    "Big_Lips", "Big_Nose", "Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows",
    "Chubby", "Double_Chin", "Eyeglasses", "Goatee", "Gray_Hair", "Heavy_Makeup", "High_Cheekbones",
    "Male", "Mouth_Slightly_Open", "Mustache", "Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin",
    "Pointy_Nose", "Receding_Hairline", "Rosy_Cheeks", "Sideburns", "Smiling", "Straight_Hair",
    "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat", "Wearing_Lipstick", "Wearing_Necklace",
    "Wearing_Necktie", "Young",
)  # fmt: skip


@final
@dataclass(frozen=True, kw_only=True)
class CelebA(ImageDataset):
    """Faces with attributes and without labels. Options: see `ImageDataset`.

    `split` is train, valid or test, as published. Pictures are scaled to cover the size and cut at
    the centre, so that of 218x178 pixels the middle 178x178 remain.

    Attributes:
        dir: a folder of img_align_celeba/ or img_align_celeba.zip and of list_attr_celeba.txt, or a
            .zip of both; what is made from it is kept in the cache.
        attributes: those that are known of each image, in this order.
    """

    test_split: ClassVar[str] = "test"

    size: int | tuple[int, int] = 128
    attributes: Sequence[str] = ("Black_Hair", "Blond_Hair", "Brown_Hair", "Male", "Young")

    @property
    def channels(self) -> int:
        """Red, green, blue."""
        return 3

    def check(self) -> None:
        """Refuse a split or an attribute that is not there, labels, and a missing place."""
        check_one_of("data.split", self.split, tuple(PARTS))
        chosen = checked_domains("data.attributes", self.attributes, NAMES)
        object.__setattr__(self, "attributes", chosen)
        if self.condition == "labels" or self.labelled is not None:
            raise ConfigError(
                "data=celeba has attributes and no labels: data.condition=attributes."
            )
        if self.dir is None:
            raise ConfigError(
                f"data.dir=null: data=celeba needs {PICTURES} (a folder or .zip) and {LIST}, which "
                f"its authors give out; name the folder of both with data.dir=."
            )

    def prepare(self) -> None:
        """Decode the pictures into the cache."""
        self._folder.prepare()
        self._listed()

    def load(self) -> Images:
        """Return the part, mapped from the cache as far as the options allow."""
        listed = self._listed()
        files = [PurePosixPath(name) for name in self._folder.names]
        kept = [place for place, file in enumerate(files) if number_of(file) in PARTS[self.split]]
        if missing := next(
            (files[place] for place in kept if files[place].name not in listed), None
        ):
            raise DataError(
                f"{LIST} in data.dir={self.dir} says nothing of {missing}; complete it."
            )
        if not kept:
            raise DataError(f"data.dir={self.dir} has no picture of data.split={self.split}.")
        attributes = torch.stack([listed[files[place].name] for place in kept])
        # One stretch of the pictures, since they are in order, so that nothing is copied.
        part = self._folder.load().at(slice(kept[0], kept[-1] + 1))
        images = Images(part.pixels, attributes=attributes, attribute_names=tuple(self.attributes))
        return select(images, classes=self.classes, limit=self.limit, size=self.image_shape[1:])

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`."""
        return self._folder.prepared

    @property
    def _place(self) -> Path:
        return Path(self.dir).expanduser()

    @property
    def _folder(self) -> Folder:
        """The pictures of all parts, each of which has to be readable."""
        places = [self._place / PICTURES, self._place / f"{PICTURES}.zip"]
        found = [place for place in places if place.exists()]
        if self._place.is_dir() and not found:
            raise DataError(f"data.dir={self.dir} has neither {PICTURES}/ nor {PICTURES}.zip.")
        place = str(found[0] if found else self._place)
        return Folder(dir=place, split="all", labels="none", size=self.size, on_bad_image="refuse")

    def _listed(self) -> dict[str, Tensor]:
        """Return the chosen attributes of each picture, uint8 `(A,)`, by its name."""
        try:
            lines = self._list().decode().splitlines()
            names = lines[1].split()
            columns = [1 + names.index(name) for name in self.attributes]
            rows = [line.split() for line in lines[2:] if line.strip()]
            signs = torch.tensor([[int(row[column]) for column in columns] for row in rows])
            if not torch.isin(signs, torch.tensor([-1, 1])).all():
                raise ValueError("there are other numbers than 1 and -1")
        except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
            raise DataError(
                f"{LIST} in data.dir={self.dir} cannot be read ({error}); copy it anew."
            ) from error
        return {row[0]: sign for row, sign in zip(rows, (signs > 0).to(torch.uint8), strict=True)}

    def _list(self) -> bytes:
        """Return what the list of attributes holds."""
        if self._place.is_dir():
            with open_regular(self._place / LIST) as file:
                return read_at_most(file, LARGEST_LIST_BYTES)
        with open_regular(self._place) as file, zipfile.ZipFile(file) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(LIST)]
            with open_member(archive, members[0]) as member:
                return read_at_most(member, LARGEST_LIST_BYTES)


def number_of(file: PurePosixPath) -> int:
    """Return the number that a picture is called by, 0 for none."""
    return int(file.stem) if file.stem.isdecimal() else 0
