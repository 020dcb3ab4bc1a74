"""Classifiers as extractors: the shipped ones, and the file that one is kept in."""

import hashlib
import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.fashion_mnist import FashionMNIST
from gan_lab.data.mnist import MNIST
from gan_lab.errors import ConfigError, DataError
from gan_lab.evaluation.classifier import (
    LUMA,
    SHIPPED,
    Origin,
    read_classifier,
    restrict,
    shipped,
    write_classifier,
)
from gan_lab.evaluation.real_statistics import content_hash
from gan_lab.networks.classifier import ClassifierNetwork
from tests.end_to_end.conftest import prepare_or_skip

SHA256 = {
    "mnist_cnn": "fde5dca33842b32d298decd541213e7c2662cbc4a70d9b7122b4902241de66e0",
    "fashion_mnist_cnn": "f9226408a1d71e74677df990a9b9f0a5e047625ad266f5255b1e938b70d57792",
    "cifar10_cnn": "6f4bf457954b7041c26b986948e5cc70e5464559618c3fbf73334187d95b091c",
}
MEGABYTES = {"mnist_cnn": 1, "fashion_mnist_cnn": 1, "cifar10_cnn": 2}
ORIGIN = Origin(
    name="toy_cnn",
    channels=1,
    size=16,
    class_names=("a", "b", "c"),
    train_images=90,
    data_sha256="0" * 64,
    test_images=10,
    test_accuracy=0.9,
    test_confidence=0.8,
    command="python -m gan_lab task=train_classifier data=toy",
)


def write(path, channels=1, seed=0):
    torch.manual_seed(seed)
    network = ClassifierNetwork(channels, 3)
    # More than half precision holds, as the variances of a real training once were.
    network.blocks[0][2].running_var[0] = 340_080_704.0
    write_classifier(path, network, replace(ORIGIN, channels=channels))
    return network.eval()


@pytest.fixture
def toy(tmp_path):
    write(tmp_path / "toy.safetensors")
    return read_classifier(tmp_path / "toy.safetensors")


def some_pixels(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


def answers(classifier, images):
    """Return the share of right answers and the mean confidence."""
    with torch.no_grad():
        logits = torch.cat([classifier(block).logits for block in images.pixels.split(500)])
    right = (logits.argmax(dim=1) == images.labels).double().mean().item()
    return right, logits.softmax(dim=1).amax(dim=1).mean().item()


def test_the_shipped_mnist_classifier_is_as_good_as_it_says():
    prepare_or_skip("mnist")
    classifier = shipped("mnist_cnn")

    accuracy, confidence = answers(classifier, MNIST(split="test").load())

    assert accuracy >= 0.994
    assert accuracy == pytest.approx(classifier.origin.test_accuracy, abs=2e-4)
    assert confidence >= 0.98
    assert confidence == pytest.approx(classifier.origin.test_confidence, abs=1e-3)


def test_the_shipped_fashion_mnist_classifier_is_as_good_as_it_says():
    prepare_or_skip("fashion_mnist")
    classifier = shipped("fashion_mnist_cnn")

    accuracy, confidence = answers(classifier, FashionMNIST(split="test", limit=2000).load())

    assert classifier.origin.test_accuracy >= 0.93
    # 2,000 of 10,000 images: three standard errors.
    assert accuracy == pytest.approx(classifier.origin.test_accuracy, abs=0.016)
    assert confidence == pytest.approx(classifier.origin.test_confidence, abs=0.016)


@pytest.mark.slow
def test_the_shipped_cifar10_classifier_is_as_good_as_it_says():
    prepare_or_skip("cifar10")
    classifier = shipped("cifar10_cnn")

    accuracy, confidence = answers(classifier, CIFAR10(split="test", limit=2000).load())

    assert classifier.origin.test_accuracy >= 0.9
    # 2,000 of 10,000 images: three standard errors.
    assert accuracy == pytest.approx(classifier.origin.test_accuracy, abs=0.02)
    assert confidence == pytest.approx(accuracy, abs=0.05)


@pytest.mark.parametrize(
    ("name", "dataset"),
    [("mnist_cnn", MNIST), ("fashion_mnist_cnn", FashionMNIST), ("cifar10_cnn", CIFAR10)],
)
def test_a_shipped_classifier_says_what_it_was_trained_on(name, dataset):
    prepare_or_skip(name.removesuffix("_cnn"))
    classifier, images = shipped(name), dataset().load()

    assert classifier.name == name
    assert classifier.class_names == images.class_names
    assert classifier.origin.train_images == len(images)
    assert classifier.origin.data_sha256 == content_hash(images)
    assert classifier.origin.command == (
        f"python -m gan_lab task=train_classifier data={name.removesuffix('_cnn')}"
    )


@pytest.mark.parametrize("name", SHA256)
def test_the_shipped_files_are_those_that_were_measured_and_are_small(name):
    assert shipped(name).about["sha256"] == SHA256[name]
    assert (SHIPPED / f"{name}.safetensors").stat().st_size < MEGABYTES[name] * 1_000_000


@pytest.mark.parametrize("name", SHA256)
def test_the_shipped_weights_are_numbers(name):
    weights = load_file(SHIPPED / f"{name}.safetensors")

    assert all(value.isfinite().all() for value in weights.values())


def test_what_is_written_is_read_again_in_single_precision(tmp_path):
    path = tmp_path / "toy.safetensors"
    network = write(path)
    pixels = some_pixels(4, 1, 16, 16)

    classifier = read_classifier(path)

    stored = load_file(path)
    assert stored["head.weight"].dtype == torch.float16
    assert stored["blocks.0.2.running_var"].isfinite().all()
    assert all(weight.dtype == torch.float32 for weight in classifier.network.parameters())
    assert classifier.origin == replace(ORIGIN, class_names=list(ORIGIN.class_names))
    torch.testing.assert_close(
        classifier(pixels).logits, network(pixels / 255), rtol=0.01, atol=0.01
    )


def test_features_are_those_before_the_last_layer(toy):
    pixels = some_pixels(4, 1, 16, 16)

    features, logits = toy(pixels)

    assert features.shape == (4, 128)
    assert features.dtype == logits.dtype == torch.float32
    torch.testing.assert_close(features, toy.network.features(pixels / 255))
    torch.testing.assert_close(logits, toy.network.head(features))


def test_features_are_in_single_precision_under_autocast_too(toy):
    pixels = some_pixels(4, 1, 16, 16)

    with torch.autocast("cpu", torch.bfloat16):
        features, logits = toy(pixels)

    assert torch.equal(features, toy(pixels).features)
    assert torch.equal(logits, toy(pixels).logits)


def test_colours_become_gray_by_their_luminance(toy):
    gray = some_pixels(2, 1, 16, 16)
    red = torch.zeros(1, 3, 16, 16, dtype=torch.uint8)
    red[:, 0] = 200

    torch.testing.assert_close(
        toy(gray.expand(-1, 3, -1, -1)).logits, toy(gray).logits, rtol=1e-3, atol=1e-3
    )
    level = torch.full((1, 1, 16, 16), LUMA[0] * 200 / 255)
    torch.testing.assert_close(toy(red).features, toy.network.features(level), rtol=1e-3, atol=1e-3)


def test_gray_images_serve_as_colours_where_those_are_wanted(tmp_path):
    write(tmp_path / "toy.safetensors", channels=3)
    toy = read_classifier(tmp_path / "toy.safetensors")
    gray = some_pixels(2, 1, 16, 16)

    assert torch.equal(toy(gray).logits, toy(gray.expand(-1, 3, -1, -1)).logits)


def test_images_of_another_size_are_resized_with_antialias(toy):
    stripes = torch.zeros(1, 1, 64, 64, dtype=torch.uint8)
    stripes[:, :, ::4] = 252  # finer than 16 rows can show: without antialias they would be black

    features = toy(stripes).features

    gray, black = (
        toy(torch.full((1, 1, 16, 16), level, dtype=torch.uint8)).features for level in (63, 0)
    )
    # The filter reaches over the edge of the image, so the outermost rows are a little off.
    assert (features - gray).norm() < 0.2 * (black - gray).norm()
    assert toy(some_pixels(1, 1, 9, 12)).logits.shape == (1, 3)


def test_a_restricted_classifier_keeps_the_named_classes_in_their_order(toy):
    pixels = some_pixels(4, 1, 16, 16)

    restricted = restrict(toy, ["c", "a"])

    assert restricted.class_names == ("c", "a")
    torch.testing.assert_close(restricted(pixels).logits, toy(pixels).logits[:, [2, 0]])
    torch.testing.assert_close(restricted(pixels).features, toy(pixels).features)
    assert restricted.about == toy.about
    assert restrict(toy, ("a", "b", "c")) is toy


def test_a_class_that_is_not_there_cannot_be_kept(toy):
    with pytest.raises(ConfigError, match="toy_cnn does not know the class d"):
        restrict(toy, ["a", "d"])


def test_a_classifier_stays_frozen(toy):
    for classifier in (toy, restrict(toy, ["b"])):
        classifier.train()

        assert not any(module.training for module in classifier.modules())
        assert not any(weight.requires_grad for weight in classifier.parameters())


def test_reading_and_restricting_leave_the_global_generator_alone(tmp_path):
    write(tmp_path / "toy.safetensors")
    before = torch.get_rng_state()

    restrict(read_classifier(tmp_path / "toy.safetensors"), ["b"])

    assert torch.equal(torch.get_rng_state(), before)


def test_the_record_says_which_weights_and_how_good_and_how_images_are_resized(toy, tmp_path):
    content = (tmp_path / "toy.safetensors").read_bytes()

    assert toy.about == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "test_accuracy": 0.9,
        "resize": "bilinear, antialias, to 16x16",
    }
    assert json.loads(json.dumps(toy.about)) == toy.about


def truncated(content):
    return content[: len(content) // 2]


def with_another_weight(content):
    middle = len(content) * 3 // 4
    return content[:middle] + bytes([content[middle] ^ 64]) + content[middle + 1 :]


def with_another_header(content):
    return content.replace(b"toy_cnn", b"toy\xff\xffnn")


def empty(content):
    return b""


@pytest.mark.parametrize("damage", [truncated, with_another_weight, with_another_header, empty])
def test_a_damaged_file_is_refused_with_its_name(tmp_path, damage):
    path = tmp_path / "toy.safetensors"
    write(path)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(DataError, match=r"toy\.safetensors is not a whole classifier; delete it"):
        read_classifier(path)


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(DataError, match=r"none\.safetensors is not a whole classifier"):
        read_classifier(tmp_path / "none.safetensors")
