"""A process and the one that started it: what it says, how it ends, and that it ends with it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gan_lab.machine.child_process import run

CATCHES = """
import signal, sys
signal.signal({number}, lambda *_: sys.exit(7))
print("ready", flush=True)
signal.pause()
"""
PARENT = """
import os, sys
from gan_lab.machine.child_process import run
ended = run([sys.executable, "-c", sys.argv[1]], os.environ)
print(ended.status, ended.signal)
"""


def python(code):
    return run([sys.executable, "-c", code], os.environ)


def start_parent(child):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, child], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "ready\n"
    return parent


def test_the_errors_of_a_process_are_shown_and_the_last_line_is_kept(capfd):
    ended = python("import sys; print('one\\ntwo\\n', file=sys.stderr); sys.exit(3)")

    assert (ended.status, ended.last_line, ended.signal) == (3, "two", None)
    assert "one\ntwo\n" in capfd.readouterr().err


def test_the_environment_is_the_one_given(capfd):
    run([sys.executable, "-c", "import os; print(os.environ['WORD'])"], {"WORD": "here"})

    assert capfd.readouterr().out == "here\n"


def test_a_process_that_is_killed_says_so():
    assert python("import os; os.kill(os.getpid(), 9)").status == -9


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_passed_on_and_the_end_awaited(number):
    parent = start_parent(CATCHES.format(number=int(number)))

    parent.send_signal(number)

    assert parent.communicate(timeout=20)[0] == f"7 {int(number)}\n"


def test_a_signal_that_comes_from_two_sides_is_passed_on_once():
    counts = """
import signal, sys, time
got = []
signal.signal(signal.SIGINT, lambda *_: got.append(1))
print("ready", flush=True)
while not got:
    time.sleep(0.01)
time.sleep(1)
sys.exit(len(got))
"""
    parent = start_parent(counts)

    parent.send_signal(signal.SIGINT)
    time.sleep(0.2)
    parent.send_signal(signal.SIGINT)

    assert parent.communicate(timeout=20)[0] == f"1 {int(signal.SIGINT)}\n"


def test_under_nohup_nothing_is_passed_on():
    code = PARENT.replace("import os, sys", "import os, signal, sys", 1)
    code = code.replace(
        "from gan_lab", "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nfrom gan_lab"
    )
    child = "import time; print('ready', flush=True); time.sleep(1); exit(5)"
    parent = subprocess.Popen(
        [sys.executable, "-c", code, child], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "ready\n"

    parent.send_signal(signal.SIGHUP)

    assert parent.communicate(timeout=20)[0] == "5 None\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of this")
def test_a_process_is_told_to_stop_when_its_parent_is_killed(tmp_path):
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    child = f"""
import signal, sys
def told(*_):
    with open({str(fifo)!r}, "w") as file:
        file.write("stop")
    sys.exit()
signal.signal(signal.SIGTERM, told)
print("ready", flush=True)
signal.pause()
"""
    parent = start_parent(child)

    parent.kill()

    assert fifo.read_text() == "stop"
    parent.wait()
    parent.stdout.close()
