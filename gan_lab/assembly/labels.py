"""The labels that a model is told of: as its data have them, and as its checkpoint keeps them.

So a checkpoint can be sampled where its data are not.
"""

from collections.abc import Sequence
from typing import Any

from gan_lab.assembly.saved_config import Reopened
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.select import class_index
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.training.abilities import Translates
from gan_lab.training.algorithm import Algorithm

Classes = str | int | Sequence[str | int]


def classes_of(dataset: ImageDataset, images: Images | None) -> Labels | None:
    """Return the labels of a data set's images if models are told of them, or learn some."""
    if dataset.condition == "none" and dataset.labelled is None:
        return None
    if dataset.condition == "attributes":
        return Labels.of_attributes(images.attributes, images.attribute_names)
    return Labels.of(images.labels, images.class_names)


def told(dataset: ImageDataset, labels: Labels | None) -> Labels | None:
    """Return those of `classes_of` that models are told of."""
    return None if dataset.condition == "none" else labels


def asked_of(module: Algorithm, labels: Labels | None) -> dict[str, Labels | None]:
    """Return the labels that the images of each view are asked for; None: they are not.

    Args:
        module: translated images are of the set that they are translated to.
        labels: that a model is told of.
    """
    if not isinstance(module, Translates):
        return dict.fromkeys(module.views, labels)
    if labels is not None and not labels.exclusive:  # real images are no classes to compare with
        return dict.fromkeys(module.directions)
    sets = Labels(tuple(module.sets), [1] * len(module.sets))
    return {
        view: sets.only([module.sets.index(target)])
        for view, (_, target) in module.directions.items()
    }


def plain(labels: Labels | None) -> dict[str, Any] | None:
    """Return what a checkpoint keeps of them."""
    return labels and {"class_names": list(labels.class_names), "counts": list(labels.counts)}


def labels_of_checkpoint(reopened: Reopened) -> Labels | None:
    """Return the labels that a checkpoint's model was told of in training, or learned.

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
    exclusive = data.get("condition") != "attributes"
    return kept and Labels(tuple(kept["class_names"]), kept["counts"], exclusive)


def chosen_classes(labels: Labels | None, wanted: Classes) -> list[int]:
    """Return the classes that somebody names, in this order.

    Args:
        labels: of a model.
        wanted: names or numbers of classes, as typed behind `condition=`.

    Raises:
        ConfigError: the model has no condition, or not such classes.
    """
    several = isinstance(wanted, Sequence) and not isinstance(wanted, str)
    if labels is None:
        shown = f"[{','.join(map(str, wanted))}]" if several else wanted
        raise ConfigError(
            f"condition={shown} is for models that were trained with data.condition=labels: leave "
            f"it out."
        )
    names = labels.class_names
    return [class_index("condition=", each, names) for each in (wanted if several else [wanted])]
