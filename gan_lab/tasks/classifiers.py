"""The classifier that knows a data set: shipped with gan_lab, or trained at first use."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.digits import Digits
from gan_lab.data.files import data_folder, locked
from gan_lab.data.mnist import MNIST
from gan_lab.data.progress import say
from gan_lab.data.tfd import TFD
from gan_lab.evaluation.classifier import (
    Classifier,
    Origin,
    as_stored,
    read_classifier,
    restrict,
    shipped,
    write_classifier,
)
from gan_lab.evaluation.real_side import content_hash
from gan_lab.networks.classifier import SMALLEST_SIZE
from gan_lab.training.classifier import Recipe, confidences, train_classifier

LARGEST_SIZE = 32
# To be raised with every change of the network or of its training, so that caches are made anew.
VERSION = 1
# Of a data set without a test split, each tenth image is kept for the test.
HELD_OUT = 10
SHIPPED = {MNIST: "mnist_cnn", CIFAR10: "cifar10_cnn"}


@dataclass(frozen=True)
class Plan:
    """How the classifier of one data set is made.

    Attributes:
        name: of the extractor.
        train: all labelled images of the training split.
        test: images that are kept for the test.
        recipe: of the training.
    """

    name: str
    train: Images
    test: Images
    recipe: Recipe


def classifier_for(dataset: ImageDataset) -> Classifier | None:
    """Return the classifier for a prepared data set; None where its images have no labels.

    One that is not shipped is trained when it is first needed and kept in the cache.
    """
    wanted = dataset.load().class_names
    if not wanted:
        return None
    if type(dataset) in SHIPPED:
        return restrict(shipped(SHIPPED[type(dataset)]), wanted)
    plan = plan_for(dataset)
    if len(plan.train) == 0:
        return None
    path = data_folder("classifiers") / f"{plan.name}-{_key(plan)}.safetensors"
    with locked(path.parent):
        if not path.exists():
            origin = make(plan, path, "at first use", say_epoch=lambda epoch, loss: None)
            say(
                f"Trained a classifier of {plan.name.removesuffix('_cnn')} on {len(plan.train):,} "
                f"images to count modes with: {origin.test_accuracy:.1%} right on "
                f"{len(plan.test):,} others."
            )
    return restrict(read_classifier(path), wanted)


def plan_for(dataset: ImageDataset) -> Plan:
    """Return how to make a classifier for all labelled images of a data set.

    Args:
        dataset: prepared; its `classes` and `limit` do not count.
    """
    name = f"{type(dataset).__name__.lower()}_cnn"
    size = dataset.size
    if isinstance(dataset, Digits):
        size = SMALLEST_SIZE  # twice their own
    size = min(max(size, SMALLEST_SIZE), LARGEST_SIZE)
    whole = replace(dataset, classes=None, limit=None, size=size, split="train")
    whole.prepare()  # some data sets keep a file per size
    train = _labelled(whole.load())
    if isinstance(dataset, (MNIST, CIFAR10, Digits, TFD)):
        test = _labelled(replace(whole, split="test").load())
    else:
        train, test = _divided(train)
    return Plan(name, train, test, _recipe(dataset, len(train)))


def _recipe(dataset: ImageDataset, images: int) -> Recipe:
    if isinstance(dataset, MNIST):
        return Recipe(epochs=6)
    if isinstance(dataset, CIFAR10):
        return Recipe(epochs=10, coarse_epochs=6, flip=True)
    # A few seconds on any machine, and small minibatches where few images are to make many steps.
    epochs = min(15, max(1, 20_000 // max(1, images)))
    batch_size = min(250, max(16, images // 10))
    return Recipe(epochs, batch_size, lr=max(0.05, batch_size / 1000), flip=dataset.flip)


def make(plan: Plan, path: Path, command: str, say_epoch: Callable[[int, float], None]) -> Origin:
    """Train the classifier of `plan`, write it to `path`, and return what its file says."""
    network = train_classifier(plan.train, plan.recipe, say_epoch)
    # What counts is how well the weights do as they are stored.
    network.load_state_dict(as_stored(network.state_dict()))
    accuracy, confidence = confidences(network, plan.test)
    origin = Origin(
        name=plan.name,
        channels=plan.train.pixels.shape[1],
        size=plan.train.pixels.shape[2],
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


def _labelled(images: Images) -> Images:
    if bool((images.labels >= 0).all()):
        return images
    kept = (images.labels >= 0).nonzero().flatten()
    return Images(images.pixels[kept], images.labels[kept], images.class_names)


def _divided(images: Images) -> tuple[Images, Images]:
    """Return nine tenths to train on and one tenth to test with; of very few, all for both."""
    if len(images) < HELD_OUT:
        return images, images
    is_test = torch.arange(len(images)) % HELD_OUT == HELD_OUT - 1
    parts = (
        Images(images.pixels[chosen], images.labels[chosen], images.class_names)
        for chosen in ((~is_test).nonzero().flatten(), is_test.nonzero().flatten())
    )
    return tuple(parts)


def _key(plan: Plan) -> str:
    parts = [VERSION, plan.recipe, plan.train.class_names]
    parts += [content_hash(images) for images in (plan.train, plan.test)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
