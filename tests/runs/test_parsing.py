"""Whatever a file of a run holds, reading it ends soon, runs nothing, and says what is wrong."""

import os

import pytest

from gan_lab.runs.parsing import DamageError, parse_json, parse_yaml, read_text

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.mark.parametrize(
    ("lay", "reason"),
    [
        (lambda path: path.mkdir(), "is a folder, not a file"),
        (os.mkfifo, "is a named pipe, not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "is a link, not a file"),
        (lambda path: path.symlink_to("/etc/hostname"), "is a link, not a file"),
        (lambda path: path.symlink_to(path), "is a link, not a file"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "is not UTF-8 text"),
        (lambda path: (path.touch(), os.truncate(path, 1 << 40)), "is larger than 8 MiB"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, lay, reason):
    lay(tmp_path / "summary.json")

    with pytest.raises(DamageError, match=f"^{reason}$"):
        read_text(tmp_path / "summary.json")


def test_a_file_that_is_not_there_is_no_damage(tmp_path):
    assert read_text(tmp_path / "a.json") is None


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "nul", "\x00", '{"a": NaN}', '{"a": -Infinity}', '{"a": 1, "a": 2}',
        "[" * 100_000, '{"a":' * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_plain_json_is_damage(text):
    with pytest.raises(DamageError, match=r"^is not JSON$"):
        parse_json(text)


def test_a_number_of_any_length_is_read_in_a_moment():
    assert parse_json("[" + "9" * 100_000 + ", 1e999, 12]") == [float("inf"), float("inf"), 12]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "is not YAML"),
        ("- a\nb", "is not YAML"),
        ("\x00", "is not YAML"),
        ("--- a\n--- b", "is not YAML"),
        ('!!int ""', "is not YAML"),
        ("!!timestamp x", "is not YAML"),
        ("a: 2020-99-99", "is not YAML"),
        ("!!python/object/apply:os.abort []", "is not YAML"),
        ("a: &a [*a]", "holds a YAML alias"),
        ("a: &a {b: 1}\nc:\n  <<: *a", "holds a YAML alias"),
        (BOMB, "holds a YAML alias"),
        ("[" * 100_000, "is deeper or longer than any configuration"),
        ("- " * 200, "is deeper or longer than any configuration"),
        ("- a\n" * 100_001, "is deeper or longer than any configuration"),
    ],
)
def test_what_is_no_plain_yaml_is_damage(text, reason):
    with pytest.raises(DamageError, match=f"^{reason}$"):
        parse_yaml(text)


def test_plain_json_and_yaml_are_read_as_they_are():
    assert parse_json('{"a": [1, 2.5, null, true, "b"]}') == {"a": [1, 2.5, None, True, "b"]}
    assert parse_yaml("a: [1, 2.5, null, true, b]") == {"a": [1, 2.5, None, True, "b"]}
