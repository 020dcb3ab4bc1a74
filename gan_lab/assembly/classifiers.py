"""The classifier that knows a data set: shipped with gan_lab, or trained at first use."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import torch

from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.files import data_folder, locked
from gan_lab.data.pixels import on_white
from gan_lab.data.progress import say
from gan_lab.errors import ConfigError
from gan_lab.evaluation.classifier import (
    Origin,
    as_stored,
    read_classifier,
    restrict,
    shipped,
    write_classifier,
)
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.real_statistics import content_hash
from gan_lab.networks.classifier import SMALLEST_SIZE
from gan_lab.plurals import counted
from gan_lab.training.classifier import ClassifierRecipe, confidences, train_classifier

LARGEST_SIZE = 32
# To be raised with every change of the network or of its training, so that caches are made anew.
VERSION = 1
# Of a data set without a test split, each tenth image of a class is kept for the test.
HELD_OUT = 10
# Of the way from guessing to perfect, what a classifier has to cover to be of use.
LEAST_SKILL = 0.2
# Standard errors by which it has to be better than guessing.
SURE = 2
HASH_DIGITS = 6
NO_LABELS = "the real images have no labels"


@dataclass(frozen=True)
class Plan:
    """How the classifier of one data set is made.

    Attributes:
        name: of the extractor.
        train: all labelled images of the training split, but for those kept for the test.
        test: images that are kept for the test; none where there are fewer than ten in all.
        recipe: of the training.
    """

    name: str
    train: Images
    test: Images
    recipe: ClassifierRecipe


class Choice(NamedTuple):
    """The classifier of a data set, or why there is none.

    Attributes:
        classifier: None where there is none.
        why_not: the end of a sentence that begins with "because".
    """

    classifier: Extractor | None
    why_not: str = ""


def classifier_for(dataset: ImageDataset) -> Choice:
    """Return the classifier for a prepared data set, if there is one.

    One that is not shipped is trained when it is first needed and kept in the cache. It is of no
    use if it does hardly better than guessing on images that it was not trained on.
    """
    wanted = dataset.load().class_names
    if not wanted:
        return Choice(None, NO_LABELS)
    if dataset.classifier:
        return Choice(restrict(shipped(dataset.classifier), wanted))
    plan = plan_for(dataset)
    known = plan.train.class_names
    if not known:
        return Choice(None, NO_LABELS)
    if len(known) == 1:
        return Choice(
            None, f"all labelled images to train a classifier on are of one class, '{known[0]}'"
        )
    if not len(plan.test):
        return Choice(
            None, f"{len(plan.train)} labelled images are too few to train and test a classifier on"
        )
    path = data_folder("classifiers") / f"{plan.name}-{_key(plan)}.safetensors"
    if not path.exists():
        _make_once(plan, path)
    classifier = read_classifier(path)
    why_not = hardly_better_than_guessing(classifier.origin.test_accuracy, plan.test)
    if why_not:
        return Choice(None, why_not)
    return Choice(restrict(classifier, [name for name in wanted if name in known]))


def hardly_better_than_guessing(accuracy: float, test: Images) -> str:
    """Return why a classifier with this accuracy on `test` is of no use; empty if it is of use.

    Guessing is to say the most frequent class of `test` each time.
    """
    counts = test.labels.bincount()
    guessing = (counts.max() / len(test)).item()
    error = (guessing * (1 - guessing) / len(test)) ** 0.5
    skill = (accuracy - guessing) / (1 - guessing) if guessing < 1 else 0.0
    if skill >= LEAST_SKILL and accuracy > guessing + SURE * error:
        return ""
    return (
        f"a classifier trained on these images is right on {accuracy:.0%} of {len(test):,} others, "
        f"which is hardly better than the {guessing:.0%} of always saying "
        f"'{test.class_names[int(counts.argmax())]}'"
    )


def _make_once(plan: Plan, path: Path) -> None:
    """Train the classifier unless another process has done so meanwhile, which is waited for."""
    with locked(path.parent):
        if path.exists():
            return
        origin = make(plan, path, "at first use", say_epoch=lambda epoch, loss: None)
        say(
            f"Trained a classifier of {plan.name.removesuffix('_cnn')} on {len(plan.train):,} "
            f"images to count modes with: {origin.test_accuracy:.1%} right on "
            f"{counted(len(plan.test), 'other')}."
        )


def plan_for(dataset: ImageDataset) -> Plan:
    """Return how to make a classifier for all labelled images of a data set.

    Its classes are those that these images show: others in the data set's list, such as numbers
    that no label has, are left out.

    Args:
        dataset: prepared; its `classes` and `limit` do not count.
    """
    size = dataset.classifier_size or side_or_sides(*trained_size(*dataset.image_shape[1:]))
    whole = replace(dataset, classes=None, limit=None, size=size, split="train")
    try:
        whole.prepare()  # some data sets keep a file per size
    except ConfigError:  # a folder may have other splits only
        whole = replace(whole, split=dataset.split)
        whole.prepare()
    train = _labelled(whole.load())
    if dataset.test_split:
        tested = replace(whole, split=dataset.test_split)
        tested.prepare()
        test = _labelled(tested.load())
    else:
        train, test = _divided(train)
    name = re.sub("(?<=[a-z])(?=[A-Z])", "_", type(dataset).__name__).lower()
    if not dataset.published:
        # The same word for other images would make their numbers look comparable.
        name += f"_{content_hash(train)[:HASH_DIGITS]}"
    return Plan(f"{name}_cnn", train, test, _recipe(dataset, len(train)))


def trained_size(height: int, width: int) -> tuple[int, int]:
    """Return at which size images are classified: 16 to 32 pixels, in about their own shape."""
    factor = min(1.0, LARGEST_SIZE / max(height, width))
    return tuple(
        min(max(round(side * factor), SMALLEST_SIZE), LARGEST_SIZE) for side in (height, width)
    )


def _recipe(dataset: ImageDataset, images: int) -> ClassifierRecipe:
    if dataset.classifier_recipe is not None:
        return ClassifierRecipe(**dataset.classifier_recipe)
    # A few seconds on any machine, and small minibatches where few images are to make many steps.
    # Two sets that are translated into each other may differ in little, which takes longer to see.
    shown = 60_000 if dataset.form == "unpaired" else 20_000
    epochs = min(15, max(1, shown // max(1, images)))
    batch_size = min(250, max(16, images // 10))
    return ClassifierRecipe(epochs, batch_size, lr=max(0.05, batch_size / 1000), flip=dataset.flip)


def make(plan: Plan, path: Path, command: str, say_epoch: Callable[[int, float], None]) -> Origin:
    """Train the classifier of `plan`, write it to `path`, and return what its file says."""
    network = train_classifier(plan.train, plan.recipe, say_epoch)
    # What counts is how well the weights do as they are stored.
    network.load_state_dict(as_stored(network.state_dict()))
    accuracy, confidence = confidences(network, plan.test)
    origin = Origin(
        name=plan.name,
        channels=plan.train.pixels.shape[1],
        size=side_or_sides(*plan.train.pixels.shape[2:]),
        class_names=plan.train.class_names,
        train_images=len(plan.train),
        data_sha256=content_hash(plan.train),
        test_images=len(plan.test),
        test_accuracy=round(accuracy, 4),
        test_confidence=round(confidence, 4),
        command=command,
    )
    write_classifier(path, network, origin)
    return origin


def side_or_sides(height: int, width: int) -> int | tuple[int, int]:
    """Return one number for a square, as configurations say it."""
    return height if height == width else (height, width)


def _labelled(images: Images) -> Images:
    """Return the labelled images, opaque, of the classes that occur among them."""
    if images.labels is None:
        return Images(images.pixels[:0])
    kept = (images.labels >= 0).nonzero().flatten()
    present, labels = images.labels[kept].unique(return_inverse=True)
    names = tuple(images.class_names[index] for index in present.tolist())
    pixels = images.pixels if len(kept) == len(images) else images.pixels[kept]
    return Images(on_white(pixels), labels, names)


def _divided(images: Images) -> tuple[Images, Images]:
    """Return nine tenths of each class to train on and one tenth to test with."""
    order = images.labels.argsort(stable=True) if len(images) else torch.arange(0)
    tested = order[HELD_OUT - 1 :: HELD_OUT]
    is_test = torch.zeros(len(images), dtype=torch.bool).index_fill_(0, tested, True)
    parts = (
        Images(images.pixels[chosen], images.labels[chosen], images.class_names)
        for chosen in ((~is_test).nonzero().flatten(), is_test.nonzero().flatten())
    )
    return tuple(parts)


def _key(plan: Plan) -> str:
    parts = [VERSION, plan.recipe, plan.train.class_names]
    parts += [content_hash(images) for images in (plan.train, plan.test)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
