"""onnxruntime-web, which runs ONNX in a browser: the two files of its npm package that do.

They are fetched once, checked, and kept compressed as they go into a page.
"""

import gzip
import hashlib
import tarfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gan_lab.data.files import data_folder, locked, workspace
from gan_lab.data.packages import npm_pack
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.durable import replacing
from gan_lab.errors import DataError
from gan_lab.safe_reading import read_file

PACKAGE, VERSION = "onnxruntime-web", "1.30.0"
PACKAGE_SHA256 = "d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71"
ARCHIVE = f"{PACKAGE}-{VERSION}.tgz"
# The smallest of its programs: on the processor alone. It can do with one thread.
SCRIPT, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
SHA256 = {
    SCRIPT: "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
    WASM: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
}
MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Runtime:
    """The program, as gzip.

    Attributes:
        script: a module of JavaScript.
        wasm: what it runs.
    """

    script: bytes
    wasm: bytes


def prepare() -> Runtime:
    """Return the program, out of the cache or out of the npm package.

    Raises:
        DataError: npm does not bring it, the cache cannot be written, or a file in it is damaged.
    """
    folder = data_folder(PACKAGE)
    kept = {name: folder / f"{VERSION}-{name}.gz" for name in SHA256}
    if not all(path.is_file() for path in kept.values()):
        with locked(folder):
            files = first_that_works(
                f"{PACKAGE} {VERSION}",
                [partial(_from_file, folder), partial(_from_npm, folder)],
                f"Put {ARCHIVE} into {folder}.",
            )
            for name, content in files.items():
                with replacing(kept[name]) as file:
                    file.write(gzip.compress(content, 9, mtime=0))
    return Runtime(*(_checked(kept[name], name) for name in (SCRIPT, WASM)))


def _from_file(folder: Path) -> dict[str, bytes]:
    path = folder / ARCHIVE
    if not path.is_file():
        raise UnavailableError(f"{path} is not there")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != PACKAGE_SHA256:
            raise DataError(f"{path} is not {PACKAGE} {VERSION}: replace it, or delete it.")
    return _unpacked(path)


def _from_npm(folder: Path) -> dict[str, bytes]:
    with workspace(folder) as temporary:
        return _unpacked(npm_pack(PACKAGE, VERSION, PACKAGE_SHA256, temporary))


def _unpacked(package: Path) -> dict[str, bytes]:
    # Read into memory by name: nothing of an archive is written to disk.
    with tarfile.open(package) as archive:
        return {name: archive.extractfile(f"package/dist/{name}").read() for name in SHA256}


def _checked(path: Path, name: str) -> bytes:
    try:
        packed = read_file(path, MOST_BYTES)
        found = hashlib.sha256(gzip.decompress(packed)).hexdigest()
    except (OSError, EOFError) as error:
        raise _damaged(path) from error
    if found != SHA256[name]:
        raise _damaged(path)
    return packed


def _damaged(path: Path) -> DataError:
    return DataError(f"{path} is truncated or altered; delete it and run again to get it anew.")
