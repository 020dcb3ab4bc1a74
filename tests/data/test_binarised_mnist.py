"""Larochelle's black and white digits, out of files as his, from the user's folder or a server."""

import hashlib

import numpy as np
import pytest

from gan_lab.data import binarised_mnist, published
from gan_lab.data.binarised_mnist import BinarisedMNIST
from gan_lab.errors import ConfigError, DataError

COUNTS = {
    "binarized_mnist_train.amat": 5,
    "binarized_mnist_valid.amat": 2,
    "binarized_mnist_test.amat": 3,
}


@pytest.fixture
def digits():
    """Made-up images `(N, 784)` of 0 and 1, by the name of their file."""
    random = np.random.default_rng(0)
    return {name: random.integers(0, 2, (n, 784)) for name, n in COUNTS.items()}


@pytest.fixture
def files(digits, monkeypatch):
    """The files that hold them, whose checksums take the places of the real ones."""
    content = {
        name: "".join(" ".join(map(str, line)) + "\n" for line in lines).encode()
        for name, lines in digits.items()
    }
    sums = {name: hashlib.sha256(each).hexdigest() for name, each in content.items()}
    monkeypatch.setattr(binarised_mnist, "SHA256", sums)
    monkeypatch.setattr(binarised_mnist, "MIRRORS", ())
    monkeypatch.setattr(published, "VALID", COUNTS["binarized_mnist_valid.amat"])
    return content


def own(tmp_path, files):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return str(tmp_path)


def test_each_split_has_the_digits_of_its_file(files, digits, tmp_path):
    folder = own(tmp_path, files)
    BinarisedMNIST(dir=folder).prepare()

    for split, parts in {
        "train_without_valid": ["train"],
        "valid": ["valid"],
        "test": ["test"],
        "train": ["train", "valid"],
    }.items():
        images = BinarisedMNIST(dir=folder, split=split).load()
        expected = np.concatenate([digits[f"binarized_mnist_{part}.amat"] for part in parts])
        assert images.labels is None
        assert (images.pixels.flatten(1).numpy() == 255 * expected).all()
    assert len(BinarisedMNIST(dir=folder, limit=2).load()) == 2


def test_they_are_downloaded_once(files, web, cache, monkeypatch):
    for name, content in files.items():
        web.pages[f"/data/{name}"] = [content]
    monkeypatch.setattr(binarised_mnist, "MIRRORS", (f"{web.url}data/",))

    for _ in range(2):
        BinarisedMNIST().prepare()

    assert [web.downloads(f"/data/{name}") for name in files] == [1, 1, 1]
    assert len(BinarisedMNIST().load()) == 5
    folder = cache / "binarised_mnist"
    assert [path.name for path in folder.glob("[!.]*")] == ["binarised_mnist.safetensors"]


def test_other_bytes_are_refused(files, web, cache, monkeypatch, tmp_path):
    for name in files:
        web.pages[f"/{name}"] = [b"0 1\n"]
    monkeypatch.setattr(binarised_mnist, "MIRRORS", (web.url,))

    with pytest.raises(DataError, match=r"(?s)cannot be obtained.*other bytes.*has other draws"):
        BinarisedMNIST().prepare()
    altered = files | {"binarized_mnist_valid.amat": b"0 1\n"}
    with pytest.raises(DataError, match=r"valid\.amat is truncated or altered: its SHA-256"):
        BinarisedMNIST(dir=own(tmp_path, altered)).prepare()


def test_a_file_that_is_missing_is_named(files, tmp_path):
    folder = own(tmp_path, files)
    (tmp_path / "binarized_mnist_test.amat").unlink()

    with pytest.raises(DataError, match=r"lacks binarized_mnist_test\.amat; put all three"):
        BinarisedMNIST(dir=folder).prepare()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "extra"}, r"data\.split=extra is not one of"),
        ({"binarise": "dynamic"}, r"data\.binarise=dynamic .* once, by others"),
        ({"size": 32}, r"data\.size=32 .* would be gray"),
        ({"load_size": 32}, r"data\.size=32 .* would be gray"),
    ],
)
def test_what_would_change_the_images_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        BinarisedMNIST(**options).larger  # noqa: B018 - it makes the larger images
