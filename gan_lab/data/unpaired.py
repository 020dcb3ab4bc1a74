"""Two data sets without pairs, such as horses and zebras, for algorithms that translate images."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, final

import torch
from torch import Tensor

from gan_lab.data.base import Form, ImageDataset, Images
from gan_lab.data.cyclegan_sets import SETS, download_once, place_of
from gan_lab.errors import ConfigError, DataError, GanLabError, elsewhere

if TYPE_CHECKING:  # importing it takes a tenth of a second, which other data sets need not wait for
    from gan_lab.data.folder import Folder

FOLDER = "gan_lab.data.folder.Folder"
DOMAINS = {"a": "A", "b": "B"}  # the classes of a folder of both sets


@final
@dataclass(frozen=True, kw_only=True)
class Unpaired(ImageDataset):
    """Two sources, each with its own options, order, and flips; their images are of one shape.

    Attributes:
        a: the one set.
        b: the other.
        c: a third one, which is not translated and only shown to `extra` discriminators; or None.
        dir: a folder or .zip of both: a is the class A of it, and b the class B, as its folders
            trainA, trainB, testA and testB are understood. None: each says where it is.
        download: a published set, such as horse2zebra, whose .zip of both is downloaded unless
            `dir` says where it is; None: nothing is downloaded.
        split: of both; None: as each says.
        size: of both; None: as each says.
        load_size: of both; None: as each says.
        classes: of both; None: as each says.
        limit: of each; None: as each says.
    """

    form: ClassVar[Form] = "unpaired"

    a: ImageDataset
    b: ImageDataset
    c: ImageDataset | None = None
    split: str | None = None
    dir: str | None = None
    download: Literal[*SETS] | None = None
    size: int | tuple[int, int] | None = None
    classes: Sequence[str | int] | None = None
    flip: bool = field(default=False, init=False)
    binarise: str = field(default="none", init=False)
    value_range: tuple[float, float] = field(default=(-1.0, 1.0), init=False)
    condition: Literal["none"] = field(default="none", init=False)
    labelled: None = field(default=None, init=False)

    @classmethod
    def completed(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options, of which those of both folders say what `dir` and `download` mean.

        Raises:
            ConfigError: one of the sets is no folder, or has a place of its own.
        """
        place, published = options.get("dir"), options.get("download")
        said = f"data.dir={place}"
        if place is None and published is not None:
            place, said = str(place_of(published)), f"data.download={published}"
        if place is None:
            return dict(options)
        parts = {}
        for name, domain in DOMAINS.items():
            source = options[name]
            if source["_target_"] != FOLDER:
                raise ConfigError(
                    f"{said} is a folder of both sets, and data@data.{name}= is no folder: leave "
                    f"one of them out, or name the other's place with its own dir=."
                )
            if source["dir"] is not None:
                raise ConfigError(
                    f"data.{name}.dir={source['dir']} and {said}, a folder of both sets, exclude "
                    f"each other: leave one of them out."
                )
            classes = [domain] if source["classes"] is None else source["classes"]
            parts[name] = {**source, "dir": place, "classes": classes}
        return {**options, **parts}

    def __post_init__(self) -> None:
        names = ("split", "size", "load_size", "classes", "limit")
        given = {name: getattr(self, name) for name in names}
        said = {name: value for name, value in given.items() if value is not None}
        for name, source in self.sources.items():
            own = {field.name for field in fields(source) if field.init}
            for key in said.keys() - own:
                raise ConfigError(
                    f"data.{key}={said[key]} is of both sets, and data.{name} has no such key: "
                    f"leave it out."
                )
            with keys_of(name):
                object.__setattr__(self, name, replace(source, **said))
        object.__setattr__(self, "size", self.a.size)
        object.__setattr__(self, "value_range", self.a.value_range)
        super().__post_init__()

    @property
    def sources(self) -> Mapping[str, ImageDataset]:
        """Both, and the third one if there is one."""
        return self.translated | ({} if self.c is None else {"c": self.c})

    @property
    def translated(self) -> Mapping[str, ImageDataset]:
        """Both."""
        return {"a": self.a, "b": self.b}

    @property
    def test_split(self) -> str | None:
        """The split, if any, that nothing of both is trained on."""
        splits = {test_split_of(source) for source in self.translated.values()}
        return splits.pop() if len(splits) == 1 else None

    @property
    def classifier_size(self) -> int | tuple[int, int] | None:
        """Of piano rolls, which have one size only; None for images."""
        return self.a.classifier_size if self.a.form == "piano rolls" else None

    @property
    def channels(self) -> int:
        """As many as the images of both have."""
        return self.a.channels

    def check(self) -> None:
        """Refuse what cannot be translated: other things than images, or of another shape."""
        for name, source in self.sources.items():
            if source.form not in ("images", "piano rolls"):
                raise ConfigError(
                    f"data@data.{name}= must be a set of images, and {type(source).__name__} is "
                    f"none: choose another, such as folder."
                )
            if source.condition != "none":
                raise ConfigError(
                    f"data.{name}.condition={source.condition} has no place beside another set: "
                    f"leave it out."
                )
            if self.a.form != source.form:
                raise ConfigError(
                    f"data.a has {self.a.form} and data.{name} has {source.form}, which cannot be "
                    f"translated into each other: choose another set with data@data.{name}=."
                )
            for key in ("size", "channels", "value_range"):
                a, other = getattr(self.a, key), getattr(source, key)
                if a != other:
                    raise ConfigError(
                        f"data.a has {key} {a} and data.{name} has {other}; images are translated "
                        f"within one. Type data.{name}.{key}= with that of data.a, or choose "
                        f"another set."
                    )

    def prepare(self) -> None:
        """Prepare all; the .zip of both is downloaded first if it is a published one."""
        if self.download is not None and self.dir is None:
            download_once(self.download)
        for name, source in self.sources.items():
            with keys_of(name):
                source.prepare()
            if self.dir is not None:
                _check_classes(source)

    def to_pixels(self, images_NCHW: Tensor) -> Tensor:
        """See `ImageDataset`; both sets do it in the same way, piano rolls in theirs."""
        return self.a.to_pixels(images_NCHW)

    def load(self) -> Images:
        """Return the images of both, labelled by which they are of: `a` or `b`."""
        parts = []
        for name, source in self.translated.items():
            with keys_of(name):
                parts.append(source.load().pixels)
        labels = torch.arange(len(parts)).repeat_interleave(torch.tensor([*map(len, parts)]))
        return Images(torch.cat(parts), labels, tuple(self.translated))


def test_split_of(source: ImageDataset) -> str | None:
    """Return the split, if any, that nothing is trained on; a folder is looked into."""
    if source.test_split is not None:
        return source.test_split
    try:
        replace(source, split="test").prepare()
    except GanLabError:
        return None
    return "test"


def _check_classes(source: "Folder") -> None:
    """Refuse a folder of both sets that lacks the images of one."""
    counts = source.class_counts
    for domain in source.classes:
        if isinstance(domain, str) and not counts.get(domain):
            there = ", ".join(f"{count:,} of {name}" for name, count in counts.items())
            raise DataError(
                f"data.dir={source.dir} has no images of {domain} with data.split={source.split}, "
                f"but {there or 'images without classes'}. Keep them in folders trainA, trainB, "
                f"testA and testB, or name two places, data.a.dir= and data.b.dir=."
            )


def key_of(source: str) -> str:
    """Return the key below which a source's options stand."""
    return "data" if source == "data" else f"data.{source}"


@contextmanager
def keys_of(source: str) -> Iterator[None]:
    """Let a mistake name the keys of one source of several."""
    try:
        yield
    except GanLabError as error:
        raise elsewhere(error, "data", key_of(source)) from error
