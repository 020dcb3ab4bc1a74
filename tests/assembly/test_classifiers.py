"""The classifier that knows a data set: shipped, or trained once and kept."""

import re
from typing import ClassVar

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from PIL import Image

from gan_lab.assembly import classifiers
from gan_lab.assembly.classifiers import (
    classifier_for,
    hardly_better_than_guessing,
    make,
    plan_for,
    trained_size,
)
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder
from gan_lab.data.mnist import MNIST
from gan_lab.data.tfd import TFD
from gan_lab.errors import DataError
from gan_lab.evaluation.classifier import shipped
from gan_lab.evaluation.real_statistics import content_hash
from gan_lab.training.classifier import ClassifierRecipe
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
    monkeypatch.setattr(
        classifiers, "_recipe", lambda dataset, images: ClassifierRecipe(1, 16, lr=0.05)
    )
    monkeypatch.setattr(classifiers, "hardly_better_than_guessing", lambda accuracy, test: "")


def folder(tmp_path, labels=3, n=60, size=16, learnable=True, **options):
    """A prepared folder of noise, whose brightness is the class; labels=None: without."""
    random = np.random.default_rng(0)
    classes = np.arange(n) % labels if isinstance(labels, int) else labels
    pixels = random.integers(0, 40, (n, 16, 16, 1), np.uint8)
    if learnable and classes is not None:
        steps = np.unique(classes, return_inverse=True)[1] * (200 // max(1, classes.max()))
        pixels = (pixels + steps[:, None, None, None]).astype(np.uint8)
    names = None if labels is None else list(map(str, range(classes.max() + 1)))
    arrays = {} if labels is None else {"labels": classes, "class_names": names}
    np.savez(tmp_path / "noise.npz", images=pixels, **arrays)
    options = {"channels": 1} | options
    dataset = Folder(dir=str(tmp_path / "noise.npz"), size=size, **options)
    dataset.prepare()
    return dataset


def files(cache):
    return sorted(path.name for path in (cache / "classifiers").glob("*.safetensors"))


@pytest.mark.slow
def test_digits_are_told_apart_after_seconds_of_training(cache, capfd):
    classifier = classifier_for(Digits()).classifier

    test = Digits(split="test").load()  # 32x32, as a GAN has them
    logits = classifier(test.pixels).logits
    assert classifier.name == "digits_cnn"
    assert (logits.argmax(dim=1) == test.labels).double().mean() >= 0.97
    said = capfd.readouterr().err
    assert said.startswith("Trained a classifier of digits on 1,433 images to count modes with: 9")
    assert said.count("\n") == 1


def test_a_classifier_is_trained_once_and_then_read(tmp_path, cache, capfd, quick):
    dataset = folder(tmp_path)
    first = classifier_for(dataset).classifier
    capfd.readouterr()
    second = classifier_for(dataset).classifier

    assert first.name == second.name
    assert first.about == second.about
    assert len(files(cache)) == 1
    assert capfd.readouterr().err == ""


def test_five_dozen_images_are_enough(tmp_path):
    classifier = classifier_for(folder(tmp_path, channels=3)).classifier

    assert classifier.class_names == ("0", "1", "2")
    assert classifier(torch.zeros(2, 3, 16, 16, dtype=torch.uint8)).logits.isfinite().all()


def test_images_without_labels_have_no_classifier(tmp_path):
    assert classifier_for(folder(tmp_path, labels=None)) == (None, "the real images have no labels")


def test_what_is_hardly_better_than_guessing_is_not_used_and_says_so(tmp_path):
    classifier, why_not = classifier_for(folder(tmp_path, learnable=False))

    assert classifier is None
    assert re.fullmatch(
        r"a classifier trained on these images is right on \d+% of 6 others, which is hardly "
        r"better than the 33% of always saying '0'",
        why_not,
    )


@pytest.mark.parametrize(
    ("accuracy", "counts", "is_of_use"),
    [
        (0.99, [100, 100], True),
        (0.55, [100, 100], False),  # a coin says as much by chance
        (0.61, [1000, 1000], True),
        (0.59, [1000, 1000], False),  # surely better than a coin, but hardly
        (0.90, [900, 100], False),  # always the same class
        (0.95, [900, 100], True),
        (0.30, [10] * 100, True),
        (1.0, [2, 2], False),  # a coin is right four times out of four often enough
        (1.0, [3, 3], True),
        (1.0, [10], False),
    ],
)
def test_a_classifier_has_to_be_clearly_better_than_its_most_frequent_answer(
    accuracy, counts, is_of_use
):
    labels = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    names = tuple(str(number) for number in range(len(counts)))
    test = Images(torch.zeros(len(labels), 1, 1, 1), labels, names)

    assert (hardly_better_than_guessing(accuracy, test) == "") is is_of_use


def test_one_class_needs_no_classifier(tmp_path, cache):
    found = classifier_for(folder(tmp_path, labels=1))

    assert found == (None, "all labelled images to train a classifier on are of one class, '0'")
    assert files(cache) == []


def test_fewer_than_ten_images_cannot_be_tested_on(tmp_path):
    found = classifier_for(folder(tmp_path, n=9))

    assert found == (None, "9 labelled images are too few to train and test a classifier on")


def test_classes_without_images_are_no_classes(tmp_path, quick):
    labels = np.where(np.arange(60) % 2, 3, 7)
    dataset = folder(tmp_path, labels=labels)

    classifier = classifier_for(dataset).classifier

    assert dataset.load().class_names == tuple("01234567")
    assert classifier.class_names == ("3", "7")


def test_the_features_are_named_after_the_images_and_not_after_their_place(tmp_path, quick):
    first, elsewhere = tmp_path / "first", tmp_path / "elsewhere"
    first.mkdir()
    elsewhere.mkdir()

    name = classifier_for(folder(first)).classifier.name

    assert re.fullmatch(r"folder_[0-9a-f]{6}_cnn", name)
    assert classifier_for(folder(elsewhere)).classifier.name == name
    assert classifier_for(folder(elsewhere, size=16, limit=20)).classifier.name == name
    assert classifier_for(folder(elsewhere, n=61)).classifier.name != name


def test_a_folder_without_a_training_split_is_learned_from_as_it_is(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / "own" / "test" / name).mkdir(parents=True)
        for number in range(20):
            path = tmp_path / "own" / "test" / name / f"{number}.png"
            Image.new("L", (16, 16), number).save(path)
    dataset = Folder(dir=str(tmp_path / "own"), split="test", size=16)
    dataset.prepare()

    plan = plan_for(dataset)

    assert (len(plan.train), len(plan.test)) == (36, 4)


def test_images_with_an_alpha_channel_are_seen_on_white(tmp_path, quick):
    opaque = folder(tmp_path, channels=3)
    plan = plan_for(opaque)
    pixels = torch.cat([opaque.load().pixels, torch.zeros(60, 1, 16, 16, dtype=torch.uint8)], dim=1)

    white = classifier_for(opaque).classifier(pixels)

    assert plan.train.pixels.shape[1] == 3
    expected = classifier_for(opaque).classifier(torch.full_like(pixels[:, :3], 255))
    assert torch.equal(white.logits, expected.logits)


def test_training_leaves_the_global_generator_alone(tmp_path, quick):
    dataset = folder(tmp_path)
    before = torch.get_rng_state()

    classifier_for(dataset)

    assert torch.equal(torch.get_rng_state(), before)


def test_other_images_and_other_recipes_have_classifiers_of_their_own(
    tmp_path, cache, quick, monkeypatch
):
    classifier_for(folder(tmp_path))
    classifier_for(folder(tmp_path, n=61))
    monkeypatch.setattr(classifiers, "VERSION", classifiers.VERSION + 1)
    classifier_for(folder(tmp_path))

    assert len(files(cache)) == 3


def test_classes_and_limit_choose_columns_and_not_the_training_images(tmp_path, cache, quick):
    whole = classifier_for(folder(tmp_path)).classifier
    pixels = torch.randint(0, 256, (2, 1, 16, 16), dtype=torch.uint8)

    part = classifier_for(folder(tmp_path, classes=["2", "0"], limit=5)).classifier

    assert len(files(cache)) == 1
    assert part.class_names == ("2", "0")
    torch.testing.assert_close(part(pixels).logits, whole(pixels).logits[:, [2, 0]])


@pytest.mark.parametrize(("size", "trained_at"), [(8, 16), (16, 16), (24, 24), (64, 32)])
def test_images_of_any_size_are_trained_on_at_16_to_32_pixels(tmp_path, quick, size, trained_at):
    classifier = classifier_for(folder(tmp_path, size=size)).classifier

    assert classifier.origin.size == trained_at
    pixels = torch.zeros(2, 1, size, size, dtype=torch.uint8)
    assert classifier(pixels).logits.shape == (2, 3)


@pytest.mark.parametrize(
    ("shape", "trained_at"),
    [
        ((64, 96), (21, 32)),
        ((48, 32), (32, 21)),
        ((100, 60), (32, 19)),
        ((20, 200), (16, 32)),
        ((8, 12), (16, 16)),
        ((28, 28), (28, 28)),
    ],
)
def test_oblong_images_are_classified_in_about_their_own_shape(shape, trained_at):
    assert trained_size(*shape) == trained_at


@pytest.mark.parametrize("labels", [2, 3, 10])
def test_a_tenth_of_each_class_is_kept_for_the_test_and_never_trained_on(tmp_path, labels):
    # Labels that repeat every ten images must not leave all of one class to the test.
    plan = plan_for(folder(tmp_path, n=300, labels=labels))

    trained, tested = plan.train.labels.bincount(), plan.test.labels.bincount()
    assert (trained + tested).tolist() == [300 // labels] * labels
    assert tested.tolist() == [30 // labels] * labels


def test_what_the_file_says_is_true_of_the_weights_in_it(tmp_path):
    plan = plan_for(folder(tmp_path, labels=2))
    path = tmp_path / "made.safetensors"

    origin = make(plan, path, "a command", lambda epoch, loss: None)

    classifier = classifiers.read_classifier(path)
    with torch.no_grad():
        logits = classifier(plan.test.pixels).logits
    right = (logits.argmax(dim=1) == plan.test.labels).double().mean().item()
    assert right == pytest.approx(origin.test_accuracy, abs=1e-4)
    assert (origin.train_images, origin.test_images) == (54, 6)
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

    assert re.fullmatch(r"tfd_[0-9a-f]{6}_cnn", plan.name)
    assert asked == [("train", 32, None), ("test", 32, None)]
    assert (len(plan.train), len(plan.test)) == (70, 14)
    assert plan.train.labels.min() == plan.test.labels.min() == 0


def test_a_data_set_says_all_that_its_classifier_needs(monkeypatch, tmp_path):
    class Own(ImageDataset):
        channels = 1
        test_split = "unseen"
        published = True
        classifier_size = 24
        classifier_recipe: ClassVar = {"epochs": 2, "batch_size": 8, "flip": True}
        check = prepare = lambda self: None

        def load(self):
            assert self.image_shape == (1, 24, 24)
            n = {"train": 20, "unseen": 5}[self.split]
            pixels = torch.zeros(n, 1, 24, 24, dtype=torch.uint8)
            return Images(pixels, torch.arange(n) % 2, ("a", "b"))

    plan = plan_for(Own(size=64))
    make(plan, tmp_path / "own.safetensors", "a command", lambda epoch, loss: None)
    monkeypatch.setattr(Own, "classifier", tmp_path / "own.safetensors")

    assert plan.name == "own_cnn"
    assert (len(plan.train), len(plan.test)) == (20, 5)
    assert plan.recipe == ClassifierRecipe(epochs=2, batch_size=8, flip=True)
    assert classifier_for(Own(size=24)).classifier.origin.command == "a command"


def test_faces_none_of_which_has_an_expression_have_no_classifier(monkeypatch):
    without = Images(torch.zeros(4, 1, 32, 32, dtype=torch.uint8), torch.full((4,), -1), ("a", "b"))
    monkeypatch.setattr(TFD, "prepare", lambda dataset: None)
    monkeypatch.setattr(TFD, "load", lambda dataset: without)

    assert classifier_for(TFD()) == (None, "the real images have no labels")


@pytest.mark.parametrize(
    ("name", "dataset", "classes"),
    [("mnist", MNIST, ["7", "3"]), ("cifar10", CIFAR10, ["cat", "dog"])],
)
def test_mnist_and_cifar10_have_shipped_ones(name, dataset, classes, cache, monkeypatch):
    monkeypatch.delenv("GAN_LAB_DATA")  # the real data are in the user's own cache
    prepare_or_skip(name)

    classifier = classifier_for(dataset(classes=classes, limit=5)).classifier

    assert classifier.name == f"{name}_cnn"
    assert classifier.about == shipped(f"{name}_cnn").about
    assert classifier.class_names == tuple(classes)
    assert not cache.exists()


def test_both_parts_of_a_folder_are_prepared_at_the_size_of_the_classifier(tmp_path):
    for part in ("trainA", "trainB", "testA", "testB"):
        (tmp_path / "two" / part).mkdir(parents=True)
        for number in range(3):
            picture = Image.new("L", (40, 40), 80 * number)
            picture.save(tmp_path / "two" / part / f"{number}.png")
    words = ["data=unpaired", f"data.dir={tmp_path / 'two'}", "data.size=40"]
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        dataset = build(compose("config", words).data, "data")
    dataset.prepare()

    plan = plan_for(dataset)

    assert [len(part.pixels) for part in (plan.train, plan.test)] == [6, 6]
