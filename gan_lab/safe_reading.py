"""Safe reading of files that may be a stranger's: regular files only, and at most so many bytes."""

import io
import os
import stat
import zipfile
from pathlib import Path
from typing import IO, BinaryIO, final

FILE, FOLDER = "a file", "a folder"
KINDS = {
    stat.S_IFREG: FILE,
    stat.S_IFDIR: FOLDER,
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# zipfile unpacks as much at once as it is asked for, whatever size the archive's directory states.
STEP_BYTES = 1 << 16
# With other compressions it unpacks at once all that a few bytes hold: with bzip2, gigabytes.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class IrregularError(OSError):
    """A pipe, a socket, a device or a folder stands where a file was looked for."""


class TooLargeError(OSError):
    """There is more to read than the limit allows."""


@final
class Limited:
    """A stream for others to read from, which ends in a TooLargeError after `limit` bytes."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit
        self._count = 0

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes."""
        block = self._file.read(size)
        self._count += len(block)
        if self._count > self._limit:
            raise TooLargeError(f"it is larger than {_shown(self._limit)}")
        return block


def kind_of(path: Path) -> str | None:
    """Return what lies at `path` itself, as in `a file` or `a link`; None for nothing.

    Raises:
        OSError: that cannot be known.
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    return KINDS.get(stat.S_IFMT(mode), "something else")


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, and nothing that could block, never end or act when it is opened.

    Links are followed.

    Raises:
        IrregularError: it is a folder, a pipe, a socket or a device.
        OSError: it is missing or may not be read.
    """
    _refuse_irregular(path, path.stat())
    # A pipe that has taken the file's place since then does not block.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        _refuse_irregular(path, os.fstat(handle))
    except IrregularError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def read_at_most(file: IO[bytes], limit: int) -> bytes:
    """Return all that is left in `file`, counted as it comes and not as it was announced.

    Raises:
        TooLargeError: that is more than `limit` bytes; little more than these were held.
    """
    content = io.BytesIO()
    while block := file.read(STEP_BYTES):
        content.write(block)
        if content.tell() > limit:
            raise TooLargeError(f"it is larger than {_shown(limit)}")
    return content.getvalue()


def read_file(path: Path, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes.

    Raises:
        OSError: it is larger, no file, missing, or may not be read.
    """
    with open_regular(path) as file:
        return read_at_most(file, limit)


def is_zip(file: Path | IO[bytes]) -> bool:
    """Return whether a file ends as a zip archive that can be opened does."""
    try:
        return zipfile.is_zipfile(file)
    except zipfile.BadZipFile:  # parts of it would be on other disks
        return False


def open_member(archive: zipfile.ZipFile, member: str | zipfile.ZipInfo) -> IO[bytes]:
    """Open a member of a zip archive that can be unpacked in small steps.

    Raises:
        OSError: it is packed in another way.
        Exception: whatever else zipfile raises over damage.
    """
    info = member if isinstance(member, zipfile.ZipInfo) else archive.getinfo(member)
    if info.compress_type not in PACKINGS:
        raise OSError(f"{info.filename} is not stored or packed by deflate")
    return archive.open(info)


def _refuse_irregular(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise IrregularError(f"{path} is {kind}, not a file")


def _shown(size: int) -> str:
    return f"{size >> 20} MiB" if size >> 20 else f"{size} bytes"
