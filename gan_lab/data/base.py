"""What every data set is: a way to prepare its bytes once, and to load them as images."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from torch import Tensor

from gan_lab.data.binarise import binarised
from gan_lab.data.pixels import to_pixels, to_range
from gan_lab.errors import ConfigError
from gan_lab.ranges import Range

Level = Annotated[float, Range(-1e6, 1e6)]

LARGEST_SIZE = 16_384  # pixels

# What one item is: an image, a point of the plane, a number on the line, four bars of music; or
# there are two sets.
Form = Literal["images", "points", "numbers", "piano rolls", "unpaired", "source and target"]

# What models are told of an image.
ConditionKind = Literal["none", "labels", "attributes", "text"]


class Batch(NamedTuple):
    """A minibatch as networks see it.

    Attributes:
        images: float32 `(N, C, H, W)` in the value range.
        condition: what the images are of, such as labels, int64 `(N,)`, -1 for none, or attributes,
            float32 `(N, A)`, 1 for those that an image has, or the tokens of captions, int64
            `(N, T)`, 0 behind the last word; None for a model that asks for nothing.
        latents: what the images were made of `(N, Z)`; None for real ones.
    """

    images: Tensor
    condition: Tensor | None = None
    latents: Tensor | None = None

    def detached(self, with_gradient: bool = False) -> "Batch":
        """Return it without what its images were made by; they may get a gradient of their own."""
        return self._replace(images=self.images.detach().requires_grad_(with_gradient))


@dataclass(frozen=True)
class Images:
    """Labelled or unlabelled images, as stored.

    Attributes:
        pixels: uint8 `(N, C, H, W)`, 0 to 255; memory-mapped where the file is. Points of the plane
            are float32 `(N, 2, 1, 1)`, their coordinates; numbers on the line `(N, 1, 1, 1)`.
        labels: int64 `(N,)`, indices into `class_names` (-1: this image has no label), or None.
        class_names: one word per class, or an empty tuple without labels.
        subjects: what each image shows, int64 `(N,)`: images with the same number, here or in the
            other of two sets, show the same thing. To measure translations with, never to train
            on. None: that is not known.
        attributes: what each image has, uint8 `(N, A)`, 1 or 0; None: that is not known.
        attribute_names: one word per attribute, or an empty tuple.
        captions: what is said of each image, tokens, int64 `(N, T)`: 1 is the first of `words`, and
            0 is behind the last word. None: nothing is.
        words: of all captions, or an empty tuple.
    """

    pixels: Tensor
    labels: Tensor | None = None
    class_names: tuple[str, ...] = ()
    subjects: Tensor | None = None
    attributes: Tensor | None = None
    attribute_names: tuple[str, ...] = ()
    captions: Tensor | None = None
    words: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pixels)

    def at(self, places: Tensor | slice) -> "Images":
        """Return the images at some places, with what is known of each."""
        names = ("labels", "subjects", "attributes", "captions")
        known = {name: getattr(self, name) for name in names}
        kept = {name: None if each is None else each[places] for name, each in known.items()}
        return replace(self, pixels=self.pixels[places], **kept)


@dataclass(frozen=True, kw_only=True)
class ImageDataset(ABC):
    """The options that all data sets share; a data set adds how to `prepare` and `load`.

    Attributes:
        dir: the data set's own folder: raw files found there are used, and what is made from them
            is kept there. None: a folder in the cache (`GAN_LAB_DATA`, else the user's).
        split: which part of the data; each data set names its own.
        size: height and width in pixels: one number for both, or a pair; other sizes than the
            stored one are resized.
        load_size: the same, of images from which parts of `size` are cut in training, at places
            drawn anew each time; None: they are seen whole.
        classes: keep only these classes, by name or index, and number them in this order; None
            keeps all.
        limit: keep only so many images, always the same ones, drawn from all over the data with
            each class at its share; None keeps all.
        flip: mirror each image left to right with probability 1/2, in training.
        binarise: make each pixel white with a probability that is its brightness, else black: once
            for all (`fixed`), or anew in each minibatch (`dynamic`; to measure with, once).
        value_range: the numbers that stand for black and white in what the networks see.
        condition: what models are told of each image: nothing, its label, its attributes, or its
            caption.
        labelled: images of each class, drawn by the run's seed, whose labels a model learns from in
            minibatches of their own, and no others; None: there are none.

    Raises:
        ConfigError: an option has a value that cannot work.
    """

    form: ClassVar[Form] = "images"
    smallest_size: ClassVar[int] = 8
    by_class: ClassVar[bool] = False  # images come class after class, so the first show one only
    test_split: ClassVar[str | None] = None  # the split, if any, that nothing is trained on
    published: ClassVar[bool] = False  # the same images for everyone who uses this class
    labelled_source: ClassVar[str] = "data"  # whose labels models are told of, or learn

    # The classifier that counts modes is trained at first use, unless one comes with the data set:
    # a file that task=train_classifier wrote, or the name of one in gan_lab/evaluation/weights.
    classifier: ClassVar[Path | str | None] = None
    # The same, of single channels, whose answers together are an image's class.
    channel_classifier: ClassVar[Path | str | None] = None
    # One of those names: it tells what `bare` images show, whatever their class.
    content_classifier: ClassVar[str | None] = None
    # Height and width at which images are classified; None: about their own.
    classifier_size: ClassVar[int | tuple[int, int] | None] = None
    # Arguments of training.classifier.ClassifierRecipe; None: chosen by the number of images.
    classifier_recipe: ClassVar[Mapping[str, Any] | None] = None

    dir: str | None = None
    split: str = "train"
    size: int | tuple[int, int]
    load_size: int | tuple[int, int] | None = None
    classes: Sequence[str | int] | None = None
    limit: Annotated[int, Range(1)] | None = None
    flip: bool = False
    binarise: Literal["none", "fixed", "dynamic"] = "none"
    value_range: tuple[Level, Level] = (-1.0, 1.0)
    condition: ConditionKind = "none"
    labelled: Annotated[int, Range(1)] | None = None

    def __post_init__(self) -> None:
        if self.dir is not None:
            _check_path(self.dir)
        object.__setattr__(self, "size", self._checked_size("size"))
        if self.load_size is not None:
            object.__setattr__(self, "load_size", self._checked_size("load_size"))
        if self.limit is not None:
            check_whole_number("data.limit", self.limit, at_least=1)
        if self.labelled is not None and self.condition in ("attributes", "text"):
            raise ConfigError(
                f"data.labelled={self.labelled} lets a model learn classes, and data.condition="
                f"{self.condition} tells it of something else: choose data.condition=none or "
                f"labels."
            )
        # The configuration hands over lists; tuples keep the frozen object unchangeable.
        object.__setattr__(self, "classes", _checked_classes(self.classes))
        object.__setattr__(self, "value_range", _checked_range(self.value_range))
        self.check()

    def _checked_size(self, key: str) -> int | tuple[int, int]:
        size = getattr(self, key)
        pair = isinstance(size, Sequence) and not isinstance(size, str)
        sides = tuple(size) if pair else (size,)
        whole = all(isinstance(side, int) and not isinstance(side, bool) for side in sides)
        fits = whole and all(self.smallest_size <= side <= LARGEST_SIZE for side in sides)
        if not fits or (pair and len(sides) != 2):
            raise ConfigError(
                f"data.{key}={size} must be a whole number of at least {self.smallest_size} and at "
                f"most {LARGEST_SIZE}, or two of them, height and width, such as [64, 96]."
            )
        return sides if pair and sides[0] != sides[1] else sides[0]

    @property
    @abstractmethod
    def channels(self) -> int:
        """1 for gray, 3 for RGB, 2 for the coordinates of a point."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """`(C, H, W)` of every image."""
        height, width = (self.size, self.size) if isinstance(self.size, int) else self.size
        return (self.channels, height, width)

    @property
    def larger(self) -> "ImageDataset":
        """The same images at `load_size`, from which those of minibatches are cut.

        Raises:
            ConfigError: they are smaller than what is to be cut from them.
        """
        larger = replace(self, size=self.load_size, load_size=None)
        if any(
            had < wanted for had, wanted in zip(larger.image_shape, self.image_shape, strict=True)
        ):
            raise ConfigError(
                f"data.load_size={self.load_size} is smaller than data.size={self.size}, which is "
                f"cut from it: choose a larger one, or leave it out."
            )
        return larger

    @property
    def sources(self) -> Mapping[str, "ImageDataset"]:
        """The data sets that minibatches are drawn from, each by itself, by their names."""
        return {"data": self}

    @property
    def streams(self) -> Sequence[str]:
        """The names of the minibatches that there are."""
        return [*self.sources, *([] if self.labelled is None else ["labelled"])]

    @property
    def learns_labels(self) -> bool:
        """Whether there are minibatches whose labels a model learns from."""
        return self.labelled is not None

    @property
    def evaluation_samples(self) -> int:
        """Generated images of one evaluation, where nothing else is said."""
        return 10_000

    @property
    def prepared(self) -> Path | None:
        """The file that `prepare` makes; None: these data are made on the spot by their options.

        Raises:
            DataError: what it is made from is not there.
        """
        return None

    @property
    def clipped_range(self) -> tuple[float, float] | None:
        """Beyond which `to_pixels` clips numbers; None: nowhere, since points have no bounds."""
        return self.value_range if self.form == "images" else None

    @property
    def read_others_with(self) -> Mapping[str, Any]:
        """Options of data=folder with which images of another program are read to be compared."""
        return {}

    def to_network(self, pixels_NCHW: Tensor) -> Tensor:
        """Return what `load` returned as the networks see it, float32 in the value range."""
        return to_range(pixels_NCHW, self.value_range)

    def to_pixels(self, images_NCHW: Tensor) -> Tensor:
        """Return what a generator made, in the value range, in the form that `load` returns.

        uint8 on the CPU, rounded to the nearest of 256 levels.
        """
        return to_pixels(images_NCHW, self.value_range)

    def like_generated(self, images: Images) -> Images:
        """Return real images, as `load` returned them, in the form that `to_pixels` gives.

        These are the same, unless what the networks see has lost something.
        """
        if self.binarise != "dynamic":
            return images
        return replace(images, pixels=binarised(images.pixels))

    def bare(self, images: Images) -> Tensor:
        """Return images as `content_classifier` knows them, without the look of their classes.

        Args:
            images: real or generated, as stored, with their classes.
        """
        return images.pixels

    @abstractmethod
    def check(self) -> None:
        """Refuse the values that only this data set can judge, such as those of `split`.

        Raises:
            ConfigError: naming the key, the value and what is allowed.
        """

    @abstractmethod
    def prepare(self) -> None:
        """Download, verify and convert, once; safe when several processes start at the same time.

        Raises:
            DataError: no route to the data is left, or its bytes are not the expected ones.
        """

    @abstractmethod
    def load(self) -> Images:
        """Return the prepared images of this split, after `classes`, `limit` and `size`.

        Raises:
            DataError: `prepare` has not run, or its file is truncated or altered.
            ConfigError: `classes` names a class that is not there.
        """


def check_one_of(key: str, value: object, allowed: Sequence[object]) -> None:
    """Raise a ConfigError that lists `allowed` unless `value` is one of them."""
    if value not in allowed:
        choices = ", ".join(str(choice) for choice in allowed)
        raise ConfigError(f"{key}={value} is not one of: {choices}.")


def check_whole_number(key: str, value: object, *, at_least: int) -> None:
    """Raise a ConfigError unless `value` is an int of `at_least` or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
        raise ConfigError(f"{key}={value} must be a whole number of at least {at_least}.")


def _check_path(path: str) -> None:
    """Raise a ConfigError if there can be no such path, whether or not anything is there."""
    try:
        if not path or "\0" in path:
            raise OSError("it is empty" if not path else "it has a null character")
        Path(path).expanduser().exists()
    except (OSError, RuntimeError) as error:  # the latter for the home of nobody
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"data.dir={path} is not a path ({reason}); name a folder, or leave data.dir out."
        ) from error


def _checked_classes(classes: object) -> tuple[str | int, ...] | None:
    if classes is None:
        return None
    if isinstance(classes, (str, int)) or not isinstance(classes, Sequence):
        raise ConfigError(
            f"data.classes={classes} must be a list, such as data.classes=[{classes}]."
        )
    if not classes:
        raise ConfigError(
            "data.classes=[] keeps no image; name at least one class, or null for all."
        )
    return tuple(classes)


def _checked_range(value_range: object) -> tuple[float, float]:
    try:
        low, high = (float(value) for value in value_range)
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if not low < high < float("inf") or low == float("-inf"):
        raise ConfigError(
            f"data.value_range={value_range} must be two numbers, the lower one first, "
            "such as [-1.0, 1.0]."
        )
    return low, high
