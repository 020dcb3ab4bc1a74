"""Images that any other program made: what they were, and what was done to compare them."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.folder import ALL_BITS, Folder
from gan_lab.errors import GanLabError
from gan_lab.evaluation.borders import Border, empty_border
from gan_lab.evaluation.brightness import Brightness, brightness_of
from gan_lab.evaluation.real_statistics import content_hash

CHANNELS = {"1": 1, "L": 1, "I": 1, "F": 1, "LA": 1, "La": 1}
HAS_ALPHA = ("LA", "La", "RGBA", "RGBa", "PA")
WORDS = {1: "gray", 3: "RGB", 4: "RGBA"}
LOOKED_AT = 2000  # images of each kind, for their borders and brightness
PADDED = 0.08  # of height or width, what all four borders may have more than the real ones'
DIFFERENT = 64  # levels of 255
SHOWN = 4  # kinds of originals
SAME_SHAPE = 0.02  # relative difference of two aspects that is none


@dataclass(frozen=True)
class Original:
    """Images of one kind, as their files have them.

    Attributes:
        height: in pixels.
        width: in pixels.
        mode: Pillow's word for the channels.
        rest: such as "of 16 bits" or "JPEG"; mostly empty.
        count: of the images.
    """

    height: int
    width: int
    mode: str
    rest: str
    count: int

    @property
    def channels(self) -> int:
        """1 for gray, 3 for colours; opacity is not counted."""
        return CHANNELS.get(self.mode.split(";")[0], 3)

    def __str__(self) -> str:
        return f"{self.count:,} of {self.height}x{self.width} {self.mode} {self.rest}".rstrip()


@dataclass(frozen=True)
class ScoredImages:
    """Images in the shape of a data set's.

    Attributes:
        images: as the data set would store them.
        record: `originals`, the number of images of each size and kind, `conversions`, what was
            done to them, and `images_sha256`, of the outcome; for the protocol.
        doubts: sentences on what they differ in from the real ones.
    """

    images: Images
    record: Mapping[str, Any]
    doubts: Sequence[str] = ()

    def announcement(self, path: str) -> str:
        """Return what a person has to know: what the images are, and what becomes of them."""
        kinds = [f"{count:,} of {kind}" for kind, count in self.record["originals"].items()]
        more = ", ..." if len(kinds) > SHOWN else ""
        conversions = self.record["conversions"] or ["taken as they are"]
        return f"images={path}: {', '.join(kinds[:SHOWN])}{more}; {'; '.join(conversions)}."


def load_images(path: str, dataset: ImageDataset) -> ScoredImages:
    """Return the images of a place, and what they differ in from the data set's.

    Args:
        path: see `read_images`.
        dataset: of images, prepared.

    Raises:
        GanLabError: they cannot be read.
    """
    read, real = read_images(path, dataset), dataset.load()
    originals = [original_of(*item) for item in read.record["originals"].items()]
    doubts = [
        *shape_doubts(originals, dataset.image_shape),
        *level_doubts(read.images, real),
        *copy_doubts(read.images, real),
    ]
    return replace(read, doubts=doubts)


def read_images(path: str, dataset: ImageDataset) -> ScoredImages:
    """Return the images of a folder, .zip, .npz or picture, in the shape of the data set's.

    Args:
        path: as typed.
        dataset: of images; need not be there.

    Raises:
        GanLabError: they cannot be read.
    """
    channels, height, width = dataset.image_shape
    folder = Folder(
        dir=path,
        split="all",
        labels="none",
        size=(height, width),
        channels=channels,
        on_bad_image="refuse",
        **dataset.read_others_with,
    )
    try:
        _, *notes = folder.prepared_notes()  # the first is about labels, which do not count here
    except GanLabError as error:
        # It was typed under another name, and none may be skipped.
        message = str(error).replace("data.dir=", "images=")
        raise type(error)(message.replace(", or set data.on_bad_image=skip", "")) from error
    originals = [original_of(*item) for item in folder.originals.items()]
    images = folder.load()
    record = {
        "originals": dict(folder.originals),
        "conversions": [
            *conversions(originals, dataset.image_shape, folder.crop),
            *as_networks_see(images, dataset),
            *(note.removesuffix(ALL_BITS) for note in notes),
        ],
        "images_sha256": content_hash(images),
    }
    return ScoredImages(images, record)


def as_networks_see(images: Images, dataset: ImageDataset) -> Iterator[str]:
    """Yield what becomes of images of both kinds, where networks see less than the files hold."""
    one = Images(images.pixels[:1])
    if dataset.like_generated(one) is not one:
        yield "contrast of each stretched, as of the real ones"


def original_of(kind: str, count: int) -> Original:
    """Return what `Folder.originals` says of some images, such as "218x178 RGB of 16 bits"."""
    height, width, mode, rest = re.fullmatch(r"(\d+)x(\d+) (\S+) ?(.*)", kind).groups()
    return Original(int(height), int(width), mode, rest, count)


def conversions(
    originals: Sequence[Original], shape: tuple[int, int, int], crop: str
) -> Iterator[str]:
    """Yield what was done to images of these kinds to bring them to `shape`, `(C, H, W)`."""
    channels, height, width = shape
    sizes = dict.fromkeys((o.height, o.width) for o in originals)
    others = [size for size in sizes if size != (height, width)]
    if others:
        some = ", ".join(f"{h}x{w}" for h, w in others[:SHOWN]) + ", ..." * (len(others) > SHOWN)
        yield f"scaled from {some} to {height}x{width}, bilinearly with antialias"
    if any(not _same_aspect(size, (height, width)) for size in sizes):
        yield "proportions changed" if crop == "none" else "cut to the centre"
    if channels != 4 and any(o.mode in HAS_ALPHA or "transparen" in o.rest for o in originals):
        yield "laid on the background where transparent"
    if channels == 1 and any(o.channels == 3 for o in originals):
        yield "colours turned to gray, 0.299 R + 0.587 G + 0.114 B"
    if channels >= 3 and any(o.channels == 1 for o in originals):
        yield "gray repeated for red, green and blue"
    if any("bits" in o.rest for o in originals):
        yield "more than 8 bits per channel rounded to 8"
    if any("JPEG" in o.rest for o in originals):
        yield "JPEG unpacked, with the traces that it leaves in images"


def shape_doubts(originals: Sequence[Original], shape: tuple[int, int, int]) -> Iterator[str]:
    """Yield in what the images' own sizes and channels differ from those of the real ones."""
    channels, height, width = shape
    real = f"the real ones are {height}x{width}"
    sizes = {(o.height, o.width) for o in originals}
    if len(sizes) > 1:
        yield f"The images are of {len(sizes)} sizes or more, and {real}."
    elif sizes != {(height, width)}:
        ((h, w),) = sizes
        yield f"The images are {h}x{w}, and {real}: scaling changes what is measured."
    if any(not _same_aspect(size, (height, width)) for size in sizes):
        yield f"The images have other proportions than the real ones, which are {height}x{width}."
    kinds = {o.channels for o in originals}
    if kinds != {min(channels, 3)}:
        found = " and ".join(WORDS[kind] for kind in sorted(kinds))
        yield f"The images are {found}, and the real ones are {WORDS[channels]}."


def level_doubts(images: Images, real: Images) -> Iterator[str]:
    """Yield in what the levels of the images' pixels differ from those of the real ones."""
    some, some_real = _some(images), _some(real)
    yield from border_doubts(empty_border(some), empty_border(some_real))
    yield from brightness_doubts(brightness_of(some), brightness_of(some_real))


def border_doubts(found: Border, real: Border) -> Iterator[str]:
    """Yield whether the images seem to be padded, by the empty borders of both kinds."""
    if sum(found) - sum(real) > PADDED:
        yield (
            f"The images are empty at their borders where the real ones are not ({_shown(found)}, "
            f"the real ones {_shown(real)}): are they padded, smaller inside, or all of one kind?"
        )


def brightness_doubts(found: Brightness, real: Brightness) -> Iterator[str]:
    """Yield whether the images seem to be inverted, or numbers of another range in 8 bits."""
    if max(abs(one - other) for one, other in zip(found, real, strict=True)) > DIFFERENT:
        yield (
            f"The images have levels from {found.darkest} to {found.brightest}, on average "
            f"{found.mean:.0f}, and the real ones from {real.darkest} to {real.brightest}, on "
            f"average {real.mean:.0f}: are they inverted, or saved with another range than 0 to "
            "255?"
        )


def copy_doubts(images: Images, real: Images) -> Iterator[str]:
    """Yield how many of the images are real ones, pixel for pixel."""
    found = _digests(images)
    known = set(_digests(real))
    copies = sum(digest in known for digest in found)
    if copies:
        yield (
            f"{copies:,} of the {len(images):,} images are copies of real ones, pixel for pixel: "
            "such images score well whoever made them."
        )


def _digests(images: Images) -> list[bytes]:
    return [hashlib.sha256(pixels.numpy()).digest() for pixels in images.pixels.contiguous()]


def _shown(border: Border) -> str:
    return " ".join(f"{side} {share:.0%}" for side, share in border._asdict().items())


def _some(images: Images) -> Tensor:
    step = max(1, len(images) // LOOKED_AT)
    return images.pixels[torch.arange(0, len(images), step)]


def _same_aspect(size: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(size[0] * other[1] / (size[1] * other[0]) - 1) < SAME_SHAPE
