"""What MNIST and CIFAR-10 share: checksums, and the splits that papers use."""

import re

import pytest
import torch

from gan_lab.data import published
from gan_lab.data.base import Images
from gan_lab.data.published import SPLITS, md5, read_own_file, read_published_split, verified
from gan_lab.data.routes import UnavailableError
from gan_lab.errors import DataError


def test_the_validation_images_are_the_last_for_training_and_the_rest_are_the_others(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(published, "VALID", 2)
    monkeypatch.setattr(
        published.store, "read_split",
        lambda path, split: Images(torch.arange(5 if split == "train" else 3)),
    )  # fmt: skip

    found = {split: read_published_split(tmp_path, split).pixels.tolist() for split in SPLITS}

    assert found == {
        "train": [0, 1, 2, 3, 4], "test": [0, 1, 2],
        "valid": [3, 4], "train_without_valid": [0, 1, 2],
    }  # fmt: skip


def test_a_file_of_the_users_is_read_if_its_checksum_is_the_published_one(tmp_path):
    path = tmp_path / "images"
    path.write_bytes(b"images")

    assert read_own_file(path, md5(b"images"), lambda path: path.read_bytes()) == b"images"
    with pytest.raises(DataError, match=f"{path} is truncated or altered: its MD5 is not"):
        read_own_file(path, md5(b"others"), lambda path: path.read_bytes())
    path.unlink()
    with pytest.raises(DataError, match=f"{path} cannot be read .*replace or delete it"):
        read_own_file(path, md5(b"images"), lambda path: path.read_bytes())


def test_other_bytes_than_the_published_ones_are_told_with_their_source():
    files = {"images": b"1", "labels": b"2"}

    assert verified(files, {"images": md5(b"1"), "labels": md5(b"2")}, "here") == files
    with pytest.raises(UnavailableError, match=re.escape("here holds other bytes than the publis")):
        verified(files, {"images": md5(b"1"), "labels": md5(b"3")}, "here")
