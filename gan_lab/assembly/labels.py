"""What a model is told of, labels or captions: as its data have them, and as its checkpoint does.

So a checkpoint can be sampled where its data are not.
"""

from collections.abc import Sequence
from typing import Any

from gan_lab.assembly.saved_config import Reopened
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.passed_over import some_of
from gan_lab.data.progress import say
from gan_lab.data.select import class_index
from gan_lab.data.texts import tokens_of, words_of
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.latents.captions import Captions
from gan_lab.latents.conditions import Labels
from gan_lab.training.abilities import Translates
from gan_lab.training.algorithm import Algorithm

Classes = str | int | Sequence[str | int]
Known = Labels | Captions  # of the data, what models are told of, or learn


def classes_of(dataset: ImageDataset, images: Images | None) -> Known | None:
    """Return the labels or captions of images if models are told of them, or learn some."""
    if dataset.condition == "none" and not dataset.learns_labels:
        return None
    if dataset.condition == "attributes":
        return Labels.of_attributes(images.attributes, images.attribute_names)
    if dataset.condition == "text":
        return Captions.of(images.captions, images.words)
    if dataset.labelled is not None:  # more is not to be known of the classes
        return Labels(tuple(images.class_names), [dataset.labelled] * len(images.class_names))
    return Labels.of(images.labels, images.class_names)


def told(dataset: ImageDataset, labels: Known | None) -> Known | None:
    """Return those of `classes_of` that models are told of."""
    return None if dataset.condition == "none" else labels


def asked_of(module: Algorithm, labels: Known | None) -> dict[str, Labels | None]:
    """Return the labels that the images of each view are asked for; None: they are not.

    Args:
        module: translated images are of the set that they are translated to.
        labels: that a model is told of; captions are no classes to compare with.
    """
    if isinstance(labels, Captions):
        labels = None
    if not isinstance(module, Translates):
        return dict.fromkeys(module.views, labels)
    if labels is not None and not labels.exclusive:  # real images are no classes to compare with
        return dict.fromkeys(module.directions)
    sets = Labels(tuple(module.sets), [1] * len(module.sets))
    return {
        view: sets.only([module.sets.index(target)])
        for view, (_, target) in module.directions.items()
    }


def plain(labels: Known | None) -> dict[str, Any] | None:
    """Return what a checkpoint keeps of them."""
    if isinstance(labels, Captions):
        return {"words": list(labels.words), "tokens": labels.tokens, "counts": labels.counts}
    return labels and {"class_names": list(labels.class_names), "counts": list(labels.counts)}


def labels_of_checkpoint(reopened: Reopened) -> Known | None:
    """Return the labels or captions that a model was told of in training, or learned.

    Raises:
        CheckpointError: its model has to do with classes, and it keeps no labels.
    """
    kept, data = reopened.checkpoint.get("labels"), reopened.config.data
    for key in ("condition", "labelled"):
        value = data.get(key)
        if kept is None and value not in (None, "none"):
            raise CheckpointError(
                f"ckpt={reopened.config.ckpt} keeps no labels, although its data.{key} is {value}. "
                f"Use a checkpoint that is as gan_lab wrote it."
            )
    if data.get("condition") == "text":
        return Captions(tuple(kept["words"]), kept["tokens"], kept["counts"])
    exclusive = data.get("condition") != "attributes"
    return kept and Labels(tuple(kept["class_names"]), kept["counts"], exclusive)


def chosen_classes(labels: Known | None, wanted: Classes) -> list[Any]:
    """Return the classes, or the tokens of the texts, that somebody names, in this order.

    Args:
        labels: of a model.
        wanted: names or numbers of classes, or texts, as typed behind `condition=`.

    Raises:
        ConfigError: the model has no condition, not such classes, or knows no word of a text.
    """
    several = isinstance(wanted, Sequence) and not isinstance(wanted, str)
    if labels is None:
        shown = f"[{','.join(map(str, wanted))}]" if several else wanted
        raise ConfigError(
            f"condition={shown} is for models that were trained with data.condition=labels: leave "
            f"it out."
        )
    if several and not wanted:
        raise ConfigError("condition=[] asks for nothing: name a class or a text, or leave it out.")
    each = wanted if several else [wanted]
    if isinstance(labels, Captions):
        return understood([str(text) for text in each], labels.words)
    return [class_index("condition=", one, labels.class_names) for one in each]


def understood(texts: Sequence[str], words: Sequence[str]) -> list[list[int]]:
    """Return the tokens of texts; words that a model was never told are said, and left out.

    Args:
        texts: as typed.
        words: that a model knows.

    Raises:
        ConfigError: it knows none of a text.
    """
    for text in texts:
        unknown = [word for word in words_of(text) if word not in words]
        if len(unknown) == len(words_of(text)):
            raise ConfigError(
                f"condition={text!r} has no word that the model knows. It knows {some_of(words)}."
            )
        if unknown:
            say(f"condition={text!r}: the model never read {some_of(unknown)}, left out.")
    return tokens_of(texts, words).tolist()
