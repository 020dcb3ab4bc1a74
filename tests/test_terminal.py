"""Nothing that a terminal would obey gets through, and no letter is lost."""

import ast
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from gan_lab import terminal
from gan_lab.terminal import as_warning, complain, printable, say, table

PACKAGE = Path(terminal.__file__).parent
SPEAKS = {"terminal.py"}
# Copies the bytes of a child, which is gan_lab itself.
COPIES = {"machine/child_process.py"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x9b2J", r"\x9b2J"),  # the same command in one character
        ("a\rb\x08\x7f", r"a\rb\x08\x7f"),
        ("two\nlines\ttab", r"two\nlines\ttab"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("\u2066a\u2069\u200f", r"\u2066a\u2069\u200f"),
        ("a\u2028b\u2029c\x85d", r"a\u2028b\u2029c\x85d"),
        ("\ufeffbom", r"\ufeffbom"),
        (b"\xff\xfe.png".decode(errors="surrogateescape"), r"\xff\xfe.png"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    "name",
    ["café", "数字", "Ελλάδα", "שלום", "नमस्ते", "क\u094d\u200cष", "👩\u200d🔬", "a\u3000b", r"c:\x"],
)
def test_letters_of_all_scripts_stay(name):
    assert printable(name) == name


def test_a_line_break_in_a_name_makes_no_line(capsys):
    say("Run: a\ngan_lab: finished", "second")

    assert capsys.readouterr().out == "Run: a\\ngan_lab: finished\nsecond\n"


def test_what_a_name_brings_along_cannot_pass_for_a_complaint(capsys):
    complain("x\ngan_lab: \x1b[2J")

    assert capsys.readouterr().err == "gan_lab: x\n  gan_lab: \\x1b[2J\n"


def test_a_warning_is_one_line_without_commands():
    assert as_warning(UserWarning("one\n  two \x1b[31m")) == "gan_lab: one two \\x1b[31m\n"


def test_a_table_shows_words_as_they_are():
    screen = io.StringIO()
    made = table(
        {"[red]a": "left", "b\x1b": "right"}, [("\x1b[1m", "[bold]")], title="\x07", caption="c\r"
    )

    Console(file=screen, width=100).print(made)

    assert not {"\x1b", "\x07", "\r"} & set(screen.getvalue())
    assert "[bold]" in screen.getvalue()
    assert "[red]a" in screen.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_no_encoding_of_the_terminal_ends_a_command(encoding):
    code = (
        "from gan_lab import terminal; terminal.prepare(); terminal.say('é 数字 \\udcff');"
        "terminal.console().print(terminal.table({'数字': 'left'}, [('\\ud800',)])); "
        "raise SystemError('\\x1b数')"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONIOENCODING": encoding, "PATH": ""},
        capture_output=True,
        cwd=PACKAGE.parent,
    )

    assert b"SystemError: \\x1b" in result.stderr
    assert b"UnicodeEncodeError" not in result.stderr
    assert b"\\xff" in result.stdout
    assert b"\x1b" not in result.stdout + result.stderr


def test_a_closed_stream_is_no_mistake(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)

    say("nobody hears this")


# Says three things in three ways, and then what is left to do.
SPEAKING = """
import sys
from gan_lab import terminal
terminal.prepare()
sys.stdin.readline()
terminal.say("one"); terminal.complain("two"); terminal.console().print("three")
sys.stderr.buffer.write(b"four"); print("five", flush=True); print("six")
open(sys.argv[1], "w").write("saved")
"""


def speaking(done, **streams):
    command = [sys.executable, "-c", SPEAKING, done]
    return subprocess.Popen(command, cwd=PACKAGE.parent, stdin=subprocess.PIPE, **streams)


def test_a_command_outlives_the_readers_of_its_pipes(tmp_path):
    process = speaking(tmp_path / "done", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    process.stderr.close()

    process.communicate(b"\n", timeout=60)

    assert (tmp_path / "done").read_text() == "saved"
    assert process.returncode == 0


def test_a_command_outlives_its_terminal(tmp_path):
    ours, theirs = pty.openpty()
    process = speaking(tmp_path / "done", stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    os.close(ours)

    process.communicate(b"\n", timeout=60)

    assert (tmp_path / "done").read_text() == "saved"
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_not_taken_for_a_reader_who_has_left(tmp_path):
    with Path("/dev/full").open("w") as full:
        process = speaking(tmp_path / "done", stdout=full, stderr=subprocess.PIPE)

    _, err = process.communicate(b"\n", timeout=60)

    assert b"No space left on device" in err
    assert process.returncode != 0


def calls_of(source: str) -> set[str]:
    return {
        ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)
    }


def test_nothing_else_in_the_package_speaks_to_the_terminal():
    speaking = {
        (file, name)
        for path in PACKAGE.rglob("*.py")
        if (file := path.relative_to(PACKAGE).as_posix()) not in SPEAKS | COPIES
        for name in calls_of(path.read_text("utf-8"))
        if name in {"print", "Console", "Table", "rich.print"}
        or name.startswith(("sys.stdout.", "sys.stderr."))
    }

    assert speaking == {("data/progress.py", "sys.stderr.isatty")}
