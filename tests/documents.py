"""What README.md and docs/ show: their commands, and their blocks of code."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(python -m gan_lab [^`]+)`")


def blocks(page: str, language: str | None = None) -> list[tuple[str, str]]:
    """Return (language, text) of the blocks of a page, of one language if it is named."""
    found = [(word, textwrap.dedent(text)) for _, word, text in _BLOCK.findall(PAGES[page])]
    return [block for block in found if language in (None, block[0])]


def commands(page: str) -> Iterator[str]:
    """Yield each command of a page without its comment, on one line."""
    for language, block in blocks(page):
        if language in ("bash", "sh") and not block.startswith("#!"):
            for line in block.replace("\\\n", "").splitlines():
                command = " ".join(line.split("  #")[0].split())
                if command:
                    yield command.replace(".venv/bin/python", "python")


def commands_in_sentences(page: str) -> list[str]:
    """Return the commands that a page names in its sentences and tables."""
    return [" ".join(command.split()) for command in _INLINE.findall(_BLOCK.sub("", PAGES[page]))]


def all_commands() -> list[str]:
    """Return the commands of the blocks of all pages, each once."""
    return list(dict.fromkeys(command for page in PAGES for command in commands(page)))


def batch_script() -> str:
    """Return the script for Slurm."""
    (script,) = (text for _, text in blocks("docs/devices.md", "bash") if text.startswith("#!"))
    return script
