r"""Everything that is printed goes through here, as text that cannot control the terminal.

Names of runs, classes and files may be a stranger's. A terminal takes some characters for commands:
they move the cursor, overwrite text, set the title or turn the direction of reading. Such
characters are shown instead, as in `\x1b`.
"""

import errno
import io
import os
import sys
import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TextIO, final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Controls, marks of format and direction, halves of characters, separators of lines and paragraphs.
COMMANDS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Of Persian and Indian scripts and of composed emoji; they only join letters or part them.
JOINERS = "\u200c\u200d"
# How a system says that nobody reads any more: of a pipe, and of a terminal that was closed.
NOBODY_READS = (errno.EPIPE, errno.EIO, errno.ENXIO)


def printable(text: object) -> str:
    r"""Return the text on one line, with everything that a terminal would obey made visible.

    Letters of all scripts stay; a byte of a file name that is no text becomes `\xff`.
    """
    text = str(text)
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in JOINERS or unicodedata.category(character) not in COMMANDS:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte that it could not decode
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()


def say(*lines: object, to: TextIO | None = None) -> None:
    """Print each line, made printable; a name with a line break in it makes no line of its own.

    Args:
        lines: to print.
        to: the stream; None for standard output.
    """
    stream = sys.stdout if to is None else to
    if stream is not None:  # closed, as by >&-
        stream.write("".join(f"{printable(line)}\n" for line in lines))
        stream.flush()


def complain(message: str) -> None:
    """Print to standard error what is wrong.

    Further lines are indented, so that one which a name brought along cannot pass for ours.
    """
    first, *further = message.split("\n")
    say(f"gan_lab: {first}", *(f"  {line}" for line in further), to=sys.stderr)


def as_warning(message: Warning | str, *_: Any, **__: Any) -> str:
    """Return how a warning is printed: on one line, without the place in the source."""
    words = " ".join(line.strip() for line in str(message).split("\n"))
    return f"gan_lab: {printable(words)}\n"


def prepare() -> None:
    """Let the standard streams take every character, whatever their encoding; tracebacks too.

    Once their terminal or the reader of their pipe is gone, what is written is lost, and nothing
    else: a run whose ssh connection breaks still has everything to save.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper:
            setattr(sys, name, _that_may_close(stream))
    sys.excepthook = _print_traceback


def _that_may_close(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Outlet(stream.fileno(), "wb", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


@final
class _Outlet(io.FileIO):
    """An open file that may lose its reader."""

    def write(self, data: bytes) -> int | None:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in NOBODY_READS:
                raise
            # Trying again would not help either.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(data).nbytes


def _print_traceback(_: Any, error: BaseException, __: Any) -> None:
    say(*"".join(traceback.format_exception(error)).rstrip().split("\n"), to=sys.stderr)


def console(quiet: bool = False) -> "Console":
    """Return where tables and bars are drawn; nowhere if `quiet`."""
    from rich.console import Console

    found = Console(highlight=False, quiet=quiet)
    # A pipe has no width; there each row of a table stays on one line.
    return found if found.is_terminal else Console(highlight=False, quiet=quiet, width=1000)


def table(
    columns: Mapping[str, Literal["left", "right"]],
    rows: Sequence[Sequence[object]],
    *,
    title: str = "",
    caption: str = "",
) -> "Table":
    """Return a table for `console()`, of words that are printable and no styles.

    Args:
        columns: their heads, and to which side their cells keep.
        rows: one cell for each column.
        title: above it.
        caption: below it.
    """
    from rich.table import Table
    from rich.text import Text

    result = Table(title=Text(printable(title)) if title else None, title_justify="left")
    for head, side in columns.items():
        result.add_column(Text(printable(head)), justify=side)
    for row in rows:
        result.add_row(*(Text(printable(cell)) for cell in row))
    if caption:
        result.caption = Text(printable(caption))
    return result
