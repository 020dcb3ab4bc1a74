"""Run directories as a full disk, a broken copy or a malicious stranger leaves them.

`damage(root, seed, outside)` does a few things to a whole run directory, always the same ones for
the same seed, and says which. What it makes lead out of the directory leads to `outside`.
"""

import json
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from gan_lab.safe_reading import kind_of

JSON_FILES = ("start.json", "summary.json", "evaluation/*.json")
YAML_FILES = (".hydra/config.yaml", ".hydra/overrides.yaml", ".hydra/hydra.yaml")
TEXT_FILES = (*JSON_FILES, *YAML_FILES, "metrics.csv")
FOLDERS = (".hydra", "samples", "evaluation", "checkpoints")
CANARY = "${oc.env:GAN_LAB_CANARY}"

VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1, 1e308, -1e308, 10**30, -(10**18), 5e-324, float("nan"), float("inf"),
    "", "x", "\x1b]0;owned\x07", "\u202egnp", "\ud800", "<script>alert(1)</script>", "a\nb", CANARY,
    "x" * 20_000, "²", "\uff11", [], {}, [[]], [None], {"last": None}, {"": {"": {}}}, [1] * 20_000,
    "2020-01-01", "1e999", "../../../etc/passwd", "$x$", "%s%n", "{{ 7 * 7 }}",
)  # fmt: skip
CELLS = (
    "", "x", "nan", "inf", "-inf", "1e308", "-1e308", "1e999", "5e-324", "²", "\uff11", "-1", "1.5",
    "9" * 5000, "0x10", "\x00", '"', '""', "\x1b[2J", "None", "1_000", "=1+1",
    CANARY, "x" * 140_000,
)  # fmt: skip
LETTERS = range(ord("b"), ord("n"))
TEXTS = (
    b"", b"\n", b"\x00" * 100, b"null", b"[]", b"{}", b"5", b'"x"', b"{", b"[" * 100_000,
    b'{"a": ' * 100_000, b"\xff\xfe\x00", b"\xef\xbb\xbf{}",
    b"- " * 30 + b"x\n",
    b"a: &a [*a]\n", b"a: &a\n  b: *a\n", b"!!python/object/apply:os.system ['true']\n",
    b'!!int ""\n', b"!!timestamp x\n", b"!!binary '*'\n", b"!!set {a, b}\n", b"? [a]\n: b\n",
    b"--- a\n--- b\n", b"\t", b"a: 0x" + b"f" * 5000 + b"\n", b"a: 1:1:1:1\n", b"{a: 1, a: 2}\n",
    b'{"status": "finished", "status": "failed"}', b'{"seconds": NaN, "iterations": 1e999}',
    b'{"iterations": ' + b"9" * 5000 + b"}", b'{"status": "\\ud800", "monitor": "\\u0000"}',
    b"iteration\r\n1\r\n", b"a,b\n1,2\n", b'iteration,a\n1,"\n', b"iteration,iteration\n1,2\n",
    b"iteration,fd_x\n3,1\n2,nan\n1,1e308\n", b"iteration\n999999999999999\n0\n",
    b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in LETTERS),
)  # fmt: skip


def damage(root: Path, seed: int, outside: Path) -> list[str]:
    """Damage a run directory in one to three ways; return which."""
    chance = random.Random(seed)
    ways: tuple[Callable[[Path, random.Random, Path], str], ...] = (
        value_in_json, value_in_json, value_in_yaml, cell_of_table, cell_of_table, whole_text,
        whole_text, torn, kind_of_file, kind_of_folder, picture, name_of_picture,
    )  # fmt: skip
    first = ways[seed % len(ways)]
    return [way(root, chance, outside) for way in (first, *chance.choices(ways, k=seed % 3))]


def value_in_json(root: Path, chance: random.Random, _: Path) -> str:
    """Put another value, no value or one more value somewhere into a record."""
    return _change(_one_of(root, JSON_FILES, chance), json.loads, json.dumps, chance)


def value_in_yaml(root: Path, chance: random.Random, _: Path) -> str:
    """Put another value, no value or one more value somewhere into a configuration."""
    path = _one_of(root, YAML_FILES, chance)
    return _change(path, yaml.safe_load, lambda node: yaml.safe_dump(_dumpable(node)), chance)


def cell_of_table(root: Path, chance: random.Random, _: Path) -> str:
    """Change, drop or add a cell, a line or a column of metrics.csv."""
    path = root / "metrics.csv"
    table = [line.split(",") for line in _text(path).splitlines()] or [["iteration"]]
    row, cell = chance.choice(table), chance.choice(CELLS)
    place = chance.randrange(len(row))
    how = chance.choice(("change", "drop", "add", "twice", "backwards", "no head"))
    if how == "change":
        row[place] = cell
    elif how == "drop":
        del row[place]
    elif how == "add":
        row.insert(place, cell)
    elif how == "twice":
        table.append([*table[-1]])
    elif how == "backwards":
        table[1:] = table[:0:-1]
    else:
        del table[0]
    return _put(
        path, "".join(f"{','.join(line)}\n" for line in table).encode(), f"{how} {cell[:9]!r}"
    )


def whole_text(root: Path, chance: random.Random, _: Path) -> str:
    """Put another text into the place of a file."""
    text = chance.choice(TEXTS)
    return _put(_one_of(root, TEXT_FILES, chance), text, f"is {text[:20]!r}")


def torn(root: Path, chance: random.Random, _: Path) -> str:
    """Cut a file, change bits in it, or make it enormous."""
    path = _one_of(root, TEXT_FILES, chance)
    content = bytearray(_text(path).encode(errors="surrogateescape"))
    how = chance.choice(("cut", "flipped", "zeros", "enormous", "latin"))
    if how == "enormous" and path.is_file() and not path.is_symlink():
        os.truncate(path, 1 << 38)
        return f"{path.name} {how}"
    if how == "cut":
        del content[chance.randrange(len(content) + 1) :]
    elif how == "zeros":
        content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    elif how == "latin":
        content += "é".encode("latin-1") + b"\n"
    else:
        for _ in range(min(5, len(content))):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return _put(path, bytes(content), how)


def kind_of_file(root: Path, chance: random.Random, outside: Path) -> str:
    """Put something that is no file into the place of one, or nothing."""
    names = (*TEXT_FILES, "report.html", ".lock", "samples/*.png", "evaluation/*.png")
    return _lay(_one_of(root, names, chance), chance, outside / "secret.txt")


def kind_of_folder(root: Path, chance: random.Random, outside: Path) -> str:
    """Put something that is no folder into the place of one, or nothing."""
    return _lay(root / chance.choice(FOLDERS), chance, outside)


def picture(root: Path, chance: random.Random, _: Path) -> str:
    """Put something else into a picture."""
    contents = {
        "nothing": b"", "noise": chance.randbytes(500), "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
        "half": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "gif": b"GIF89a\1\0\1\0\0\0\0;",
        "bomb": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x08\2" + bytes(7),
    }  # fmt: skip
    what = chance.choice(sorted(contents))
    path = _one_of(root, ("samples/*.png", "evaluation/*.png"), chance)
    return _put(path, contents[what], what)


def name_of_picture(root: Path, chance: random.Random, _: Path) -> str:
    """Add pictures and records of strange names."""
    folder = root / chance.choice(("samples", "evaluation"))
    stem = chance.choice((
        "9" * 23, "²0000001", "-1", "0000000\uff11", "00000001 ", "\x1b[2J", "a\nb", "1e5",
        "99999999", "999999999999999", "00000000", os.fsdecode(b"\xff\xfe"), "\u202e1", "x" * 200,
    ))  # fmt: skip
    return _put(folder / f"{stem}{chance.choice(('.png', '.json'))}", b"{}", "named")


def _one_of(root: Path, patterns: tuple[str, ...], chance: random.Random) -> Path:
    pattern = chance.choice(patterns)
    return chance.choice(sorted(root.glob(pattern)) or [root / pattern.replace("*", "00000009")])


def _text(path: Path) -> str:
    is_file = path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 30
    return path.read_text("utf-8", errors="surrogateescape") if is_file else ""


def _put(path: Path, content: bytes, what: str) -> str:
    """Write a file, unless something stands there already that would lead the test elsewhere."""
    is_file = kind_of(path) in (None, "a file")
    if is_file and kind_of(path.parent) == "a folder":
        path.write_bytes(content)
    return f"{path.name} {what}"


def _change(
    path: Path,
    load: Callable[[str], Any],
    dump: Callable[[Any], str],
    chance: random.Random,
) -> str:
    try:
        tree = load(_text(path))
    except Exception:  # damaged before
        tree = {}
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, entry in pairs:
            places.append((node, key))
            if isinstance(entry, dict | list):
                walk(entry)

    value = chance.choice(VALUES)
    how = chance.choice(("change", "change", "drop", "add", "root"))
    if isinstance(tree, dict | list):
        walk(tree)
    if how == "root" or not places:
        tree = value
    else:
        node, key = chance.choice(places)
        if how == "change":
            node[key] = value
        elif how == "drop":
            del node[key]
        elif isinstance(node, dict):
            node["\x1b added"] = value
        else:
            node.append(value)
    return _put(path, dump(tree).encode(errors="surrogatepass"), f"{how} {str(value)[:20]!r}")


def _dumpable(node: Any) -> Any:
    """Return the tree without what PyYAML cannot write."""
    if isinstance(node, dict):
        return {str(key): _dumpable(entry) for key, entry in node.items()}
    if isinstance(node, list):
        return [_dumpable(entry) for entry in node]
    return node.encode(errors="replace").decode() if isinstance(node, str) else node


def _lay(path: Path, chance: random.Random, outside: Path) -> str:
    """Put a link, a pipe or the like at `path`."""
    if not path.parent.is_dir() or path.parent.is_symlink():
        return f"{path.name} has no place"
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f"{path.name} before"))
    path.unlink(missing_ok=True)
    ways: dict[str, Callable[[], Any]] = {
        "missing": lambda: None,
        "a folder": path.mkdir,
        "an empty file": path.touch,
        "a pipe": lambda: os.mkfifo(path),
        "a socket": lambda: _socket(path),
        "a dead link": lambda: path.symlink_to("nowhere"),
        "a circle": lambda: path.symlink_to(path.name),
        "its folder": lambda: path.symlink_to("."),
        "endless": lambda: path.symlink_to("/dev/zero"),
        "a link out": lambda: path.symlink_to(outside),
    }
    what = chance.choice(sorted(ways))
    ways[what]()
    return f"{path.name} is {what}"


def _socket(path: Path) -> None:
    # By a short relative name: that of a socket may have about 100 characters.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)
