"""Fashion-MNIST: the real bytes, and the way through a Debian package with a small stand-in."""

import gzip
import hashlib
import os
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
import torch

from gan_lab.data.fashion_mnist import INSTALLED, PACKAGE, FashionMNIST
from gan_lab.data.idx_files import read_idx
from gan_lab.errors import DataError


@pytest.fixture(scope="session")
def fashion_mnist_prepared():
    """Make sure that the user's cache holds the real Fashion-MNIST."""
    try:
        FashionMNIST().prepare()
    except DataError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("fashion_mnist_prepared")
def test_the_real_images_have_the_published_figures():
    train, test = FashionMNIST().load(), FashionMNIST(split="test").load()

    assert train.pixels.shape == (60000, 1, 28, 28)
    assert train.labels.bincount().tolist() == [6000] * 10
    assert test.labels.bincount().tolist() == [1000] * 10
    pixels = train.pixels.numpy() / 255
    assert pixels.mean() == pytest.approx(0.28604, abs=1e-5)
    assert pixels.std() == pytest.approx(0.35302, abs=1e-5)
    assert train.class_names[int(train.labels[0])] == "ankle boot"


@pytest.mark.usefixtures("fashion_mnist_prepared")
def test_classes_are_chosen_by_their_names():
    images = FashionMNIST(classes=["bag", "T-shirt/top"], limit=20).load()

    assert images.class_names == ("bag", "T-shirt/top")
    assert set(images.labels.tolist()) == {0, 1}


@pytest.fixture
def small(small_mnist, monkeypatch):
    """Let the files of a very small MNIST be those of Fashion-MNIST, which no mirror has."""
    md5 = {name: hashlib.md5(raw).hexdigest() for name, raw in small_mnist.items()}
    monkeypatch.setattr(
        FashionMNIST, "files", replace(FashionMNIST.files, md5=md5, mirrors=(), places=())
    )
    return small_mnist


def debian_package(folder, raw):
    """Build a package that holds these files, compressed."""
    inside = folder / "package" / INSTALLED
    inside.mkdir(parents=True)
    for name, content in raw.items():
        (inside / f"{name}.gz").write_bytes(gzip.compress(content))
    control = folder / "package" / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(
        f"Package: {PACKAGE}\nVersion: 1\nArchitecture: all\nMaintainer: nobody\n"
        "Description: a stand-in\n"
    )
    built = folder / f"{PACKAGE}_1_all.deb"
    command = ["dpkg-deb", "--build", "--root-owner-group", str(folder / "package"), str(built)]
    subprocess.run(command, check=True, capture_output=True)
    return built


@pytest.fixture
def apt_get(tmp_path, monkeypatch):
    """Return a function that lets apt-get download such a package, or fail without one."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg-deb on this system")

    def serve(package=None):
        tool = tmp_path / "bin" / "apt-get"
        tool.parent.mkdir()
        tool.write_text(f"#!/bin/sh\ncp {package} .\n" if package else "#!/bin/sh\nexit 100\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")

    return serve


def test_the_debian_package_serves_when_no_mirror_does(small, cache, tmp_path, apt_get):
    apt_get(debian_package(tmp_path, small))

    FashionMNIST().prepare()

    images = FashionMNIST().load()
    expected = read_idx(small["train-images-idx3-ubyte"])
    np.testing.assert_array_equal(images.pixels[:, 0], expected)
    assert torch.equal(images.labels, torch.tensor(read_idx(small["train-labels-idx1-ubyte"])))
    assert {path.name for path in (cache / "fashion_mnist").iterdir()} - {".gan_lab.lock"} == {
        "fashion_mnist.safetensors"
    }


def test_a_package_with_other_images_is_refused(small, cache, tmp_path, apt_get):
    other = small | {"t10k-labels-idx1-ubyte": small["train-labels-idx1-ubyte"]}
    apt_get(debian_package(tmp_path, other))

    with pytest.raises(DataError, match=f"{PACKAGE} holds other bytes than the published t10k-lab"):
        FashionMNIST().prepare()


@pytest.mark.usefixtures("small")
def test_without_any_route_the_message_tells_why_and_what_to_do(cache, apt_get):
    apt_get()

    with pytest.raises(DataError) as caught:
        FashionMNIST().prepare()

    message = str(caught.value)
    assert f"`apt-get download {PACKAGE}` fails" in message
    assert "data.dir=" in message
