"""Real data sets, prepared once per machine, and stand-ins for the web."""

import gzip
import hashlib
import os
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from gan_lab.data import cifar10, mirrors, mnist
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.idx_files import write_idx
from gan_lab.data.mnist import MNIST
from gan_lab.errors import DataError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder instead of the user's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GAN_LAB_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def mnist_prepared():
    """Make sure that the user's cache holds the real MNIST."""
    _prepare_or_skip(MNIST())


@pytest.fixture(scope="session")
def cifar10_prepared():
    """Make sure that the user's cache holds the real CIFAR-10."""
    _prepare_or_skip(CIFAR10())


def _prepare_or_skip(dataset):
    try:
        dataset.prepare()
    except DataError as error:
        pytest.skip(str(error))


class Web:
    """A server on this machine: `pages` maps a path to a list of answers, the last one repeated.

    An answer is bytes, a status number, "cut" (half of the bytes before it broke off), or a number
    of seconds to keep silent as a float.
    """

    def __init__(self):
        self.pages = {}
        self.requests = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                self._answer(body=False)

            def do_GET(self):
                self._answer(body=True)

            def _answer(self, body):
                web.requests.append((self.command, self.path))
                answers = web.pages.get(self.path, [404])
                answer = answers.pop(0) if body and len(answers) > 1 else answers[0]
                if isinstance(answer, float):
                    time.sleep(answer)
                    return
                if isinstance(answer, int):
                    self.send_response(answer)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                content = b"0" * 5000 if answer == "cut" else answer
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if body:
                    self.wfile.write(content[:2500] if answer == "cut" else content)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def downloads(self, path):
        return self.requests.count(("GET", path))


@pytest.fixture
def web(monkeypatch):
    """A `Web`, with no pause between attempts."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(mirrors, "PAUSE_SECONDS", 0.0)
    web = Web()
    yield web
    web.server.shutdown()
    web.server.server_close()


@pytest.fixture
def mirrors_of_mnist(monkeypatch):
    """Return a function that gives MNIST other mirrors."""

    def others(addresses):
        monkeypatch.setattr(MNIST, "files", replace(MNIST.files, mirrors=addresses))

    return others


@pytest.fixture
def small_mnist(monkeypatch):
    """The four raw files of a very small MNIST, whose checksums take the place of the real ones.

    Returns a dict from file name to bytes.
    """
    random = np.random.default_rng(0)
    raw = {}
    for name, count in zip(mnist.MD5, (12, 12, 6, 6), strict=True):
        shape = (count, 28, 28) if "images" in name else (count,)
        high = 256 if "images" in name else 10
        raw[name] = write_idx(random.integers(0, high, shape, dtype=np.uint8))
        compressed = gzip.compress(raw[name], mtime=0)
        monkeypatch.setitem(mnist.MD5, name, hashlib.md5(raw[name]).hexdigest())
        monkeypatch.setitem(mnist.COMPRESSED_MD5, name, hashlib.md5(compressed).hexdigest())
    return raw


@pytest.fixture
def small_cifar10(monkeypatch):
    """Images `(n, 32, 32, 3)` and labels per batch, and the six files; checksums are replaced."""
    random = np.random.default_rng(0)
    pixels, labels, raw = {}, {}, {}
    for name in cifar10.MD5:
        pixels[name] = random.integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
        labels[name] = random.integers(0, 10, 4, dtype=np.uint8)
        # The published form: a label, then the red plane, the green one and the blue one.
        raw[name] = b"".join(
            bytes([label]) + b"".join(image[:, :, colour].tobytes() for colour in range(3))
            for image, label in zip(pixels[name], labels[name], strict=True)
        )
        monkeypatch.setitem(cifar10.MD5, name, hashlib.md5(raw[name]).hexdigest())
    return pixels, labels, raw


@pytest.fixture
def no_registry(monkeypatch, tmp_path):
    """A machine whose pip and npm reach nothing."""
    empty = tmp_path / "no_registry"
    empty.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(empty))
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture
def fake_npm(monkeypatch, tmp_path):
    """Return a function that makes `npm pack` deliver the given archive bytes."""

    def deliver(archive: bytes):
        folder = tmp_path / "npm"
        folder.mkdir()
        (folder / "package.tgz").write_bytes(archive)
        script = folder / "npm"
        # The archive lands in the working directory, as with npm, whatever the options.
        script.write_text(f"#!/bin/sh\ncp '{folder}/package.tgz' ./delivered-1.0.0.tgz\n")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return deliver


@pytest.fixture
def pip_wheel(monkeypatch, tmp_path):
    """Return a function that makes `pip download` find a wheel and returns the wheel's SHA-256."""
    import zipfile

    def deliver(name: str, version: str, files: dict[str, bytes]) -> str:
        folder = tmp_path / "wheels"
        folder.mkdir()
        stem = f"{name.replace('-', '_')}-{version}"
        wheel = folder / f"{stem}-py3-none-any.whl"
        tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        info = f"{stem}.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            archive.writestr(f"{info}/METADATA", metadata)
            archive.writestr(f"{info}/WHEEL", tag)
            archive.writestr(f"{info}/RECORD", "")
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
        return hashlib.sha256(wheel.read_bytes()).hexdigest()

    return deliver
