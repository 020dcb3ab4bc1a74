"""The classifier that knows a data set: shipped, or trained once and kept."""

import numpy as np
import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder
from gan_lab.data.mnist import MNIST
from gan_lab.data.tfd import TFD
from gan_lab.errors import DataError
from gan_lab.evaluation.classifier import shipped
from gan_lab.evaluation.real_side import content_hash
from gan_lab.tasks import classifiers
from gan_lab.tasks.classifiers import classifier_for, make, plan_for
from gan_lab.training.classifier import Recipe
from tests.end_to_end.conftest import prepare_or_skip


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder instead of the user's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GAN_LAB_DATA", str(folder))
    return folder


@pytest.fixture
def quick(monkeypatch):
    """Recipes of one epoch, where the outcome does not matter."""
    monkeypatch.setattr(classifiers, "_recipe", lambda dataset, images: Recipe(1, 16, lr=0.05))


def folder(tmp_path, labels=3, n=24, size=16, **options):
    """A prepared folder of noise; labels=None: without."""
    pixels = np.random.default_rng(0).integers(0, 256, (n, 16, 16, 1), np.uint8)
    classes = {} if labels is None else {"labels": np.arange(n) % labels}
    np.savez(tmp_path / "noise.npz", images=pixels, **classes)
    options = {"channels": 1} | options
    dataset = Folder(dir=str(tmp_path / "noise.npz"), size=size, **options)
    dataset.prepare()
    return dataset


def files(cache):
    return sorted(path.name for path in (cache / "classifiers").glob("*.safetensors"))


def test_digits_are_told_apart_after_seconds_of_training(cache, capfd):
    classifier = classifier_for(Digits())

    test = Digits(split="test").load()  # 32x32, as a GAN has them
    logits = classifier(test.pixels).logits
    assert classifier.name == "digits_cnn"
    assert (logits.argmax(dim=1) == test.labels).double().mean() >= 0.97
    said = capfd.readouterr().err
    assert said.startswith("Trained a classifier of digits on 1,433 images to count modes with: 9")
    assert said.count("\n") == 1


def test_a_classifier_is_trained_once_and_then_read(tmp_path, cache, capfd, quick):
    dataset = folder(tmp_path)
    first = classifier_for(dataset)
    capfd.readouterr()
    second = classifier_for(dataset)

    assert first.name == second.name == "folder_cnn"
    assert first.about == second.about
    assert len(files(cache)) == 1
    assert capfd.readouterr().err == ""


def test_two_dozen_images_are_enough(tmp_path):
    classifier = classifier_for(folder(tmp_path, channels=3))

    assert classifier.class_names == ("0", "1", "2")
    assert classifier(torch.zeros(2, 3, 16, 16, dtype=torch.uint8)).logits.isfinite().all()


def test_images_without_labels_have_no_classifier(tmp_path):
    assert classifier_for(folder(tmp_path, labels=None)) is None


def test_training_leaves_the_global_generator_alone(tmp_path, quick):
    dataset = folder(tmp_path)
    before = torch.get_rng_state()

    classifier_for(dataset)

    assert torch.equal(torch.get_rng_state(), before)


def test_other_images_and_other_recipes_have_classifiers_of_their_own(
    tmp_path, cache, quick, monkeypatch
):
    classifier_for(folder(tmp_path))
    classifier_for(folder(tmp_path, n=25))
    monkeypatch.setattr(classifiers, "VERSION", classifiers.VERSION + 1)
    classifier_for(folder(tmp_path))

    assert len(files(cache)) == 3


def test_classes_and_limit_choose_columns_and_not_the_training_images(tmp_path, cache, quick):
    whole = classifier_for(folder(tmp_path))
    pixels = torch.randint(0, 256, (2, 1, 16, 16), dtype=torch.uint8)

    part = classifier_for(folder(tmp_path, classes=["2", "0"], limit=5))

    assert len(files(cache)) == 1
    assert part.class_names == ("2", "0")
    torch.testing.assert_close(part(pixels).logits, whole(pixels).logits[:, [2, 0]])


@pytest.mark.parametrize(("size", "trained_at"), [(8, 16), (16, 16), (24, 24), (64, 32)])
def test_images_of_any_size_are_trained_on_at_16_to_32_pixels(tmp_path, quick, size, trained_at):
    classifier = classifier_for(folder(tmp_path, size=size))

    assert classifier.origin.size == trained_at
    pixels = torch.zeros(2, 1, size, size, dtype=torch.uint8)
    assert classifier(pixels).logits.shape == (2, 3)


def test_a_tenth_is_kept_for_the_test_and_never_trained_on(tmp_path):
    plan = plan_for(folder(tmp_path, n=45, labels=45))

    trained, tested = set(plan.train.labels.tolist()), set(plan.test.labels.tolist())
    assert tested == {9, 19, 29, 39}
    assert trained == set(range(45)) - tested


def test_what_the_file_says_is_true_of_the_weights_in_it(tmp_path):
    plan = plan_for(folder(tmp_path, labels=2))
    path = tmp_path / "made.safetensors"

    origin = make(plan, path, "a command", lambda epoch, loss: None)

    classifier = classifiers.read_classifier(path)
    with torch.no_grad():
        logits = classifier(plan.test.pixels).logits
    right = (logits.argmax(dim=1) == plan.test.labels).double().mean().item()
    assert right == pytest.approx(origin.test_accuracy, abs=1e-4)
    assert (origin.train_images, origin.test_images) == (22, 2)
    assert origin.data_sha256 == content_hash(plan.train)
    assert origin.command == "a command"


def test_a_damaged_file_in_the_cache_is_named(tmp_path, cache, quick):
    classifier_for(folder(tmp_path))
    (name,) = files(cache)
    (cache / "classifiers" / name).write_bytes(b"half a file")

    with pytest.raises(DataError, match=rf"{name} is not a whole classifier; delete it"):
        classifier_for(folder(tmp_path))


def labelled_faces(n):
    """TFD's layout: most images have no label."""
    pixels = torch.randint(0, 256, (n, 1, 32, 32), dtype=torch.uint8)
    labels = torch.arange(n) % 8 - 1
    return Images(pixels, labels, tuple("abcdefg"))


def test_faces_without_an_expression_are_left_out(monkeypatch, quick):
    asked = []

    def load(dataset):
        asked.append((dataset.split, dataset.size, dataset.limit))
        return labelled_faces({"train": 80, "test": 16}.get(dataset.split, 96))

    monkeypatch.setattr(TFD, "prepare", lambda dataset: None)
    monkeypatch.setattr(TFD, "load", load)

    plan = plan_for(TFD(limit=3))

    assert plan.name == "tfd_cnn"
    assert asked == [("train", 32, None), ("test", 32, None)]
    assert (len(plan.train), len(plan.test)) == (70, 14)
    assert plan.train.labels.min() == plan.test.labels.min() == 0


def test_faces_none_of_which_has_an_expression_have_no_classifier(monkeypatch):
    without = Images(torch.zeros(4, 1, 32, 32, dtype=torch.uint8), torch.full((4,), -1), ("a", "b"))
    monkeypatch.setattr(TFD, "prepare", lambda dataset: None)
    monkeypatch.setattr(TFD, "load", lambda dataset: without)

    assert classifier_for(TFD()) is None


@pytest.mark.parametrize(
    ("name", "dataset", "classes"),
    [("mnist", MNIST, ["7", "3"]), ("cifar10", CIFAR10, ["cat", "dog"])],
)
def test_mnist_and_cifar10_have_shipped_ones(name, dataset, classes, cache, monkeypatch):
    monkeypatch.delenv("GAN_LAB_DATA")  # the real data are in the user's own cache
    prepare_or_skip(name)

    classifier = classifier_for(dataset(classes=classes, limit=5))

    assert classifier.name == f"{name}_cnn"
    assert classifier.about == shipped(f"{name}_cnn").about
    assert classifier.class_names == tuple(classes)
    assert not cache.exists()
