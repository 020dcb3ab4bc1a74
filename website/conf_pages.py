"""Pages about conf/: each group, each of its options, each key with its default and its comment.

The files are read as text, since the comments are what has to be shown.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = "reference/words"
# A line of a file: its indent, its key, and its value with a comment behind it.
_LINE = re.compile(r"^( *)([\w@]+):(?: (.*))?$")
_COMMENT = re.compile(r"(?:^|\s)# (.*)$")
# Groups that say more by their text than by a table of what they set.
_AS_TEXT = ("experiment", "debug", "sweep")


class MadePage(NamedTuple):
    """A page that no file of docs/ has: its title in the navigation, its path, and its text."""

    title: str
    path: str
    text: str


class Key(NamedTuple):
    """A key of an option as it is typed, its default and what the file says of it."""

    name: str
    default: str
    says: str


@cache
def conf_pages(conf: Path) -> list[MadePage]:
    """Return a page for the keys of every run, and one for each group of options."""
    folders = sorted({path.parent for path in conf.rglob("*.yaml")} - {conf})
    pages = [_group(conf, folder) for folder in folders]
    rows = "\n".join(
        f"| [`{page.title}`]({Path(page.path).name}) | {_options(conf / page.title[:-1])} |"
        for page in pages
    )
    root = read(conf / "config.yaml", "")
    text = (
        "# Words\n\nA group and its options, `loss=lsgan`, choose a file; `loss.a=-1` sets a key "
        "of it. These pages are made of the files in `conf/`.\n\n## Groups\n\n| group | options |\n"
        f"|---|---|\n{rows}\n\n## Keys of every run\n\n{_table(root)}\n"
    )
    return [MadePage("All groups", f"{FOLDER}/index.md", text), *pages]


def _options(folder: Path) -> str:
    return ", ".join(f"`{path.stem}`" for path in sorted(folder.glob("*.yaml")))


def _group(conf: Path, folder: Path) -> MadePage:
    group = folder.relative_to(conf).as_posix()
    parts = [f"# `{group}=`\n"]
    for path in sorted(folder.glob("*.yaml")):
        parts += [f"## `{group}={path.stem}` {{: #{path.stem} }}\n", *_option(group, path)]
    name = group.replace("/", "_")
    return MadePage(f"{group}=", f"{FOLDER}/{name}.md", "\n".join(parts))


def _option(group: str, path: Path) -> Iterator[str]:
    """Yield the parts of an option's section."""
    lines = path.read_text("utf-8").splitlines()
    head = [line[2:] for line in lines if line.startswith("# ") and "@package" not in line]
    if group in _AS_TEXT:
        yield f"{head[0]}\n"
        yield "```yaml\n" + "\n".join(line for line in lines if "@package" not in line) + "\n```\n"
        return
    yield " ".join(line for line in head if not line.startswith(" ")) + "\n"
    if examples := [line[2:] for line in head if line.startswith("  ")]:
        yield "```text\n" + "\n".join(examples) + "\n```\n"
    made_of = re.search(r"^defaults: \[(.+)\]$", path.read_text("utf-8"), re.MULTILINE)
    if made_of:
        yield f"Like [`{made_of[1]}`](#{made_of[1]}), but for:\n"
    if keys := read(path, group.replace("/", ".")):
        yield _table(keys) + "\n"


def read(path: Path, prefix: str) -> list[Key]:
    """Return the keys of a file in their order.

    Args:
        path: a file of conf/.
        prefix: where its keys stand, unless its first line says so itself (`@package`).
    """
    text = path.read_text("utf-8")
    if package := re.search(r"^# @package (\S+)", text, re.MULTILINE):
        prefix = "" if package[1] == "_global_" else package[1]
    keys: list[Key] = []
    above: list[tuple[int, str]] = []  # the mappings that the line is in
    for line in text.splitlines():
        found = _LINE.match(line)
        if not found:
            if keys and re.match(r"^ +# ", line):  # the comment goes on
                last = keys[-1]
                keys[-1] = last._replace(says=f"{last.says} {line.strip()[2:]}".strip())
            continue
        indent, name = len(found[1]), found[2]
        above = [(column, other) for column, other in above if column < indent]
        comment = _COMMENT.search(found[3] or "")
        value = _COMMENT.sub("", found[3] or "").strip()
        dotted = ".".join(filter(None, (prefix, *(other for _, other in above), name)))
        above.append((indent, name))
        if any(other in ("defaults", "hydra") for _, other in above):
            continue
        if value or comment:
            keys.append(Key(dotted, value, comment[1] if comment else ""))
    return keys


def _table(keys: list[Key]) -> str:
    """Return the keys that can be typed, and above them what the option is built by."""
    classes = [key.default for key in keys if key.name.endswith("_target_")]
    built = ", ".join(
        f"[`{name}`][{name}]" if name.startswith("gan_lab.") else f"`{name}`"
        for name in dict.fromkeys(classes)
    )
    typed = [key for key in keys if not key.name.endswith("_target_") and key.name != "task"]
    head = ["| key | default | what it is |", "|---|---|---|"]
    rows = [f"| `{key.name}` | {_code(key.default)} | {_plain(key.says)} |" for key in typed]
    if not any(key.says for key in typed):
        head = ["| key | default |", "|---|---|"]
        rows = [f"| `{key.name}` | {_code(key.default)} |" for key in typed]
    table = "\n".join([*head, *rows]) if rows else ""
    return f"Built by {built}.\n\n{table}" if built else table


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _plain(text: str) -> str:
    for character in "<|*_[]":
        text = text.replace(character, f"\\{character}")
    return text
