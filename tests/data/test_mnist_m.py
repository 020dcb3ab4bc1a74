"""MNIST-M out of an archive as its authors', from the user's folder or from a server."""

import hashlib
import io
import tarfile

import numpy as np
import pytest
from PIL import Image

from gan_lab.data import mnist_m, published
from gan_lab.data.mnist_m import MNISTM
from gan_lab.errors import ConfigError, DataError

COUNTS = {"train": 5, "test": 3}


def packed(counts=COUNTS, lists=None, size=32):
    """Return an archive as the authors' is: .png files, lists of labels, and what macOS adds."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:

        def add(name, content):
            member = tarfile.TarInfo(f"mnist_m/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))

        for split, count in counts.items():
            for number in range(count):
                picture = io.BytesIO()
                Image.new("RGB", (size, size), (10 * number, 0, 7)).save(picture, "PNG")
                add(f"mnist_m_{split}/{number:08d}.png", picture.getvalue())
            add(f"._mnist_m_{split}", b"of an operating system")
            # Not in the order of the pictures.
            lines = [f"{number:08d}.png {number % 10}" for number in reversed(range(count))]
            listed = (lists or {}).get(split, "\n".join(lines) + "\n")
            add(f"mnist_m_{split}_labels.txt", listed.encode())
    return buffer.getvalue()


@pytest.fixture
def archive(monkeypatch):
    """The bytes of a very small archive, whose checksum takes the place of the real one."""
    content = packed()
    monkeypatch.setattr(mnist_m, "ARCHIVE_MD5", hashlib.md5(content).hexdigest())
    monkeypatch.setattr(mnist_m, "MIRRORS", ())
    monkeypatch.setattr(published, "VALID", 2)
    return content


def own(tmp_path, content):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mnist_m.tar.gz").write_bytes(content)
    return str(tmp_path / "own")


def test_pictures_and_labels_are_in_the_order_of_the_list(archive, tmp_path):
    folder = own(tmp_path, archive)
    dataset = MNISTM(dir=folder, size=32)
    dataset.prepare()

    images = dataset.load()

    assert images.pixels.shape == (5, 3, 32, 32)
    assert images.labels.tolist() == [4, 3, 2, 1, 0]
    assert images.pixels[:, 0, 0, 0].tolist() == [40, 30, 20, 10, 0]
    assert images.pixels[:, 2].unique().tolist() == [7]
    assert images.class_names == tuple("0123456789")


@pytest.mark.parametrize(
    ("split", "labels"),
    [("test", [2, 1, 0]), ("valid", [1, 0]), ("train_without_valid", [4, 3, 2])],
)
def test_the_other_splits_are_there_at_the_size_of_mnist(archive, tmp_path, split, labels):
    dataset = MNISTM(dir=own(tmp_path, archive), split=split)
    dataset.prepare()

    images = dataset.load()

    assert images.pixels.shape[1:] == (3, 28, 28)
    assert images.labels.tolist() == labels


def test_it_is_downloaded_once_from_the_first_server_that_has_it(
    archive, web, cache, monkeypatch, capsys
):
    web.pages["/shared/abc"] = [archive]
    monkeypatch.setattr(mnist_m, "MIRRORS", (f"{web.url}nothing", f"{web.url}shared/abc"))

    for _ in range(2):
        MNISTM().prepare()

    assert web.downloads("/shared/abc") == 1
    assert len(MNISTM().load()) == 5
    assert [path.name for path in (cache / "mnist_m").glob("[!.]*")] == ["mnist_m.safetensors"]
    assert "MNIST-M: 127.0.0.1 answers with status 404" in capsys.readouterr().err


def test_other_bytes_are_refused(archive, web, cache, monkeypatch, tmp_path):
    web.pages["/abc"] = [packed({"train": 2, "test": 1})]
    monkeypatch.setattr(mnist_m, "MIRRORS", (f"{web.url}abc",))

    with pytest.raises(
        DataError, match=r"(?s)MNIST-M cannot be obtained.*other bytes.*mnist_cifar"
    ):
        MNISTM().prepare()
    with pytest.raises(DataError, match=r"is truncated or altered: its MD5 is not"):
        MNISTM(dir=own(tmp_path, archive[:-1])).prepare()


@pytest.mark.parametrize(
    "content",
    [
        packed(lists={"train": "00000099.png 1\n"}),
        packed(lists={"test": "00000000.png 12\n"}),
        packed(lists={"test": "00000000.png\n"}),
        packed({"train": 2}),
        packed()[:300],
        b"no archive",
    ],
    ids=["no picture", "no digit", "no label", "no test", "truncated", "something else"],
)
def test_an_archive_of_something_else_is_refused(content, archive, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist_m, "ARCHIVE_MD5", hashlib.md5(content).hexdigest())

    with pytest.raises(DataError, match=r"mnist_m\.tar\.gz is no archive of MNIST-M"):
        MNISTM(dir=own(tmp_path, content)).prepare()


def test_a_split_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match=r"data\.split=unlabeled is not one of"):
        MNISTM(split="unlabeled")


def test_the_pictures_of_the_two_parts_are_not_mixed(archive, tmp_path):
    dataset = MNISTM(dir=own(tmp_path, archive), size=32, split="test")
    dataset.prepare()

    assert np.unique(dataset.load().pixels[:, 0]).tolist() == [0, 10, 20]
