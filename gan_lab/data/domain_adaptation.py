"""Two data sets of the same classes in different looks; labels are learned from the first alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, final

from torch import Tensor

from gan_lab.data.base import Form, ImageDataset, Images
from gan_lab.data.unpaired import keys_of
from gan_lab.errors import ConfigError, DataError


@final
@dataclass(frozen=True, kw_only=True)
class DomainAdaptation(ImageDataset):
    """A source with labels and a target whose labels no model is ever shown.

    Each has its own options and order. Their images are of one size; gray ones count as images
    whose red, green and blue agree where those of the other are in colour.

    Attributes:
        source: its classes are learned.
        target: on which the classes are to be told, too.
        validation: the split of `source` by which best.ckpt is chosen; None: its test part.
        split: of both to train on; None: as each says.
        size: of both; None: as each says.
        limit: of each; None: as each says.
    """

    form: ClassVar[Form] = "source and target"
    labelled_source: ClassVar[str] = "source"

    source: ImageDataset
    target: ImageDataset
    validation: str | None = None
    split: str | None = None
    size: int | tuple[int, int] | None = None
    dir: None = field(default=None, init=False)
    load_size: None = field(default=None, init=False)
    classes: None = field(default=None, init=False)
    flip: bool = field(default=False, init=False)
    binarise: str = field(default="none", init=False)
    value_range: tuple[float, float] = field(default=(-1.0, 1.0), init=False)
    condition: Literal["none"] = field(default="none", init=False)
    labelled: None = field(default=None, init=False)

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in ("split", "size", "limit")}
        said = {name: value for name, value in given.items() if value is not None}
        for name in ("source", "target"):
            part = getattr(self, name)
            if part.form != "images":
                raise ConfigError(
                    f"data@data.{name}= must be a set of images, and {type(part).__name__} is "
                    f"none: choose another, such as mnist."
                )
            if part.condition != "none" or part.labelled is not None:
                key = "condition" if part.condition != "none" else "labelled"
                raise ConfigError(
                    f"data.{name}.{key}={getattr(part, key)} is said by data=domain_adaptation "
                    f"itself, which shows all labels of the source and none of the target: leave "
                    f"it out."
                )
            with keys_of(name):
                object.__setattr__(self, name, replace(part, **said))
        # In training its minibatches bring their labels; those of the target never do.
        object.__setattr__(self, "source", replace(self.source, condition="labels"))
        object.__setattr__(self, "size", self.source.size)
        object.__setattr__(self, "value_range", self.source.value_range)
        super().__post_init__()

    @property
    def sources(self) -> Mapping[str, ImageDataset]:
        """Both."""
        return {"source": self.source, "target": self.target}

    @property
    def learns_labels(self) -> bool:
        """Always: those of the source."""
        return True

    @property
    def channels(self) -> int:
        """Of the one with more."""
        return max(self.source.channels, self.target.channels)

    def check(self) -> None:
        """Refuse images that one network cannot see alike."""
        for key in ("size", "value_range"):
            ours, theirs = (getattr(part, key) for part in (self.source, self.target))
            if ours != theirs:
                raise ConfigError(
                    f"data.source has {key} {ours} and data.target has {theirs}, and one network "
                    f"sees both: type data.target.{key}= with that of data.source, or choose "
                    f"another set."
                )
        ours, theirs = self.source.channels, self.target.channels
        if ours != theirs and 1 not in (ours, theirs):
            raise ConfigError(
                f"data.source has {ours} channels and data.target has {theirs}, and one network "
                f"sees both: choose another set."
            )

    def prepare(self) -> None:
        """Prepare both.

        Raises:
            DataError: the source has no labels.
        """
        for name, part in self.sources.items():
            with keys_of(name):
                part.prepare()
        images = self.load()
        if images.labels is None or not images.class_names:
            raise DataError(
                "data.source has no labels to learn from: choose another set with "
                "data@data.source=, or name labelled images (docs/data.md says how)."
            )

    def load(self) -> Images:
        """Return the images of the source, which are those with labels."""
        with keys_of("source"):
            return self.source.load()

    def to_network(self, pixels_NCHW: Tensor) -> Tensor:
        """Return images of either as networks see them."""
        return self.source.to_network(pixels_NCHW)

    def held_out(self) -> Mapping[str, ImageDataset]:
        """Return the parts of source and target, prepared, that a model is judged by.

        That of the source is `validation`, that of the target its test part. A set without such a
        part is left out. Whatever `limit` says, they are whole.

        Raises:
            ConfigError: there is no such split.
            DataError: the target's classes are not those of the source.
        """
        splits = {
            "source": self.validation or self.source.test_split,
            "target": self.target.test_split,
        }
        held = {}
        for name, split in splits.items():
            if split is not None:
                with keys_of(name):
                    held[name] = replace(self.sources[name], split=split, limit=None)
                    held[name].prepare()
        if "target" in held:
            refuse_other_classes(self.load().class_names, held["target"].load())
        return held


def refuse_other_classes(known: Sequence[str], images: Images) -> None:
    """Refuse a target on which the classes of the source cannot be judged.

    Raises:
        DataError: it has labels of others.
    """
    if images.labels is not None and tuple(images.class_names) != tuple(known):
        theirs, ours = (", ".join(names) or "none" for names in (images.class_names, known))
        raise DataError(
            f"data.target has the classes {theirs}, and data.source has {ours}, of which alone "
            f"something is learned. Choose data.target.classes= or another set."
        )
