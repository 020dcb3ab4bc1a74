"""Where the user's images come from: a folder, .zip, .npz or picture, seen as one list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from gan_lab.data import npz
from gan_lab.data.folder_or_zip import DAMAGE, Place, Read, folder_at, picture_at, zip_at
from gan_lab.data.label_files import nearest
from gan_lab.data.layouts import understand
from gan_lab.data.passed_over import found_instead
from gan_lab.data.pictures import ENDINGS, UnreadablePictureError, may_be_deep, open_levels
from gan_lab.data.resizing import HEAD_BYTES, Extent, Fitted, Fitting
from gan_lab.errors import ConfigError, DataError


@dataclass(frozen=True)
class Item:
    """One image that may turn out to be unreadable.

    Attributes:
        name: how messages call it.
        label: index of its class, or -1.
        fitted: brings it to one shape, or raises UnreadablePictureError.
        extent: looks at its numbers, if it has more than 8 bits per channel, or raises the same.
        caption: what is said of it; empty for nothing.
    """

    name: str
    label: int
    fitted: Callable[[Fitting], Fitted]
    extent: Callable[[], Extent]
    caption: str = ""


@dataclass(frozen=True)
class Selection:
    """The images of one split of a place.

    Attributes:
        count: of the items.
        class_names: one word per class; empty without labels.
        splits: the number of images in each split there is; empty where nothing is divided.
        passed: names of what is no image of any split, by reason.
        why: where the labels come from, or why there are none.
        opened: a context that yields the items one after another; readable inside it only.
        place: of the files; None: these are none.
    """

    count: int
    class_names: tuple[str, ...]
    splits: Mapping[str, int]
    passed: Mapping[str, Sequence[str]]
    why: str
    opened: Callable[[], AbstractContextManager[Iterator[Item]]]
    place: Place | None = None


@dataclass(frozen=True)
class Source:
    """A place of images.

    Attributes:
        fingerprint: numbers and words that differ when the place or anything in it changed.
        select: `select(split=, labels=, level=)` says which images are meant, and what they show.
    """

    fingerprint: Sequence
    select: Callable[..., Selection]


def open_source(path: Path) -> Source:
    """Look what is at `path`, without decoding anything.

    Raises:
        DataError: there is nothing, or nothing that holds images.
    """
    ending = path.suffix.lower()
    with damage_in_words(path):
        if not path.exists():
            raise DataError(
                f"data.dir={path} does not exist; name a folder, a .zip, an .npz or a picture."
            )
        if path.is_dir():
            place = folder_at(path)
        elif ending == ".zip":
            place = zip_at(path)
        elif ending in ENDINGS:
            place = picture_at(path)
        elif ending == ".npz":
            arrays = npz.arrays_at(path)
            return Source(arrays.fingerprint, partial(_of_arrays, arrays))
        else:
            raise DataError(
                f"data.dir={path} is neither a folder nor a .zip nor an .npz nor a picture; name "
                "the folder that the pictures are in, and unpack other archives first."
            )
    if not place.pictures:
        raise DataError(
            f"data.dir={path} holds no image{found_instead(place.passed)}; the endings read are "
            f"{', '.join(ENDINGS)}."
        )
    return Source(place.fingerprint, partial(_of_place, place))


@contextmanager
def damage_in_words(path: Path) -> Iterator[None]:
    """Turn what numpy and zipfile raise over a damaged file into a DataError."""
    try:
        yield
    except DAMAGE as error:
        raise DataError(
            f"data.dir={path} cannot be read: {str(error) or type(error).__name__}."
        ) from error


def _of_place(place: Place, *, split: str, labels: str, level: int) -> Selection:
    label_files = {}
    with place.opened() as read:
        for name in nearest(place.label_files):
            try:
                label_files[name] = read(name)
            except UnreadablePictureError as error:
                if labels in ("auto", "file"):
                    raise DataError(
                        f"{name} beside the images cannot be read: it is {error}; repair it, or "
                        "set data.labels=folder or data.labels=none to do without."
                    ) from error
    layout = understand(place.pictures, label_files, split=split, labels=labels, level=level)

    @contextmanager
    def opened() -> Iterator[Iterator[Item]]:
        with place.opened() as read:
            yield (
                picture_item(read, name, label, caption)
                for name, label, caption in zip(
                    layout.pictures, layout.labels, layout.captions, strict=True
                )
            )

    passed = {**place.passed, "beside the images": layout.beside}
    return Selection(
        len(layout.pictures),
        layout.class_names,
        layout.splits,
        passed,
        layout.why,
        opened,
        place,
    )


def picture_item(read: Read, name: str, label: int = -1, caption: str = "") -> Item:
    """Return the item of a picture file, which `read` reads."""
    return Item(name, label, partial(_fitted, read, name), partial(_extent, read, name), caption)


def fitted_or_why(item: Item, fitting: Fitting) -> Fitted | str:
    """Return what is made of an image, or why nothing is."""
    try:
        return item.fitted(fitting)
    except UnreadablePictureError as error:
        return str(error)


def _fitted(read: Read, name: str, fitting: Fitting) -> Fitted:
    return fitting.decode(read(name), name)


def _extent(read: Read, name: str) -> Extent:
    extent = Extent()
    if may_be_deep(read(name, HEAD_BYTES)):
        with open_levels(read(name)) as levels:
            if levels is not None:
                extent.see(levels)
    return extent


def _of_arrays(arrays: npz.Arrays, *, split: str, labels: str, level: int) -> Selection:
    if split not in ("train", "all"):
        raise ConfigError(f"data.split={split}: an .npz is not divided; take data.split=train.")
    if labels == "folder" or (labels == "file" and not arrays.class_names):
        raise ConfigError(
            f"data.labels={labels}: {arrays.path} has no such labels; leave data.labels out."
        )
    names, numbers = arrays.class_names, arrays.labels
    if labels == "none":
        names, numbers = (), [-1] * arrays.count

    @contextmanager
    def opened() -> Iterator[Iterator[Item]]:
        yield _array_items(arrays, numbers)

    why = "labels in the file" if names else "no labels in the file"
    why = "data.labels=none" if labels == "none" else why
    return Selection(arrays.count, names, {}, {}, why, opened)


def _array_items(arrays: npz.Arrays, labels: Sequence[int]) -> Iterator[Item]:
    with damage_in_words(arrays.path):
        for index, image in enumerate(arrays.images()):
            name = f"images[{index}]"
            yield Item(name, labels[index], partial(_fitted_array, image, name), Extent)


def _fitted_array(image: np.ndarray, name: str, fitting: Fitting) -> Fitted:
    return fitting.fit(Image.fromarray(np.ascontiguousarray(image)), name)
