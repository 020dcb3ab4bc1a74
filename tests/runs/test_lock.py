"""A lock that can be asked about: who looks keeps nobody out, and sees what is true."""

import multiprocessing
import os
import shutil
import signal

import pytest

from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.lock import Lock

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def held(tmp_path):
    """Return a lock that another process holds, and that process's number."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        Lock(tmp_path / "lock").acquire()
        os.write(writing, b"!")
        signal.pause()
    assert os.read(reading, 1) == b"!"
    yield Lock(tmp_path / "lock"), child
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)


def test_another_process_is_kept_out_and_can_ask(held):
    lock, _ = held

    assert lock.is_held()
    assert not lock.acquire()


def test_asking_needs_no_right_to_write(held, tmp_path):
    lock, _ = held
    lock.path.chmod(0o400)
    tmp_path.chmod(0o500)

    assert lock.is_held()

    tmp_path.chmod(0o700)


def test_the_dead_hold_no_lock(held):
    lock, child = held
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)

    assert lock.path.exists()
    assert not lock.is_held()
    assert lock.acquire()
    lock.release()


def test_asking_about_ones_own_lock_does_not_lose_it(tmp_path):
    lock = Lock(tmp_path / "lock")
    assert lock.acquire()

    assert Lock(tmp_path / "lock").is_held()
    assert not Lock(tmp_path / "lock").acquire()

    assert in_a_child(lambda: Lock(tmp_path / "lock").is_held())
    lock.release()
    assert not lock.path.exists()
    assert not in_a_child(lambda: Lock(tmp_path / "lock").is_held())


def in_a_child(question):
    child = os.fork()
    if child == 0:
        os._exit(bool(question()))
    return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def test_what_is_copied_along_with_a_folder_is_not_held(tmp_path):
    (tmp_path / "run").mkdir()
    lock = Lock(tmp_path / "run" / "lock")
    lock.acquire()
    shutil.copytree(tmp_path / "run", tmp_path / "copy")

    assert not Lock(tmp_path / "copy" / "lock").is_held()
    lock.release()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
def test_what_is_no_file_is_not_held_and_nothing_waits(tmp_path, make):
    make(tmp_path / "lock")

    assert not Lock(tmp_path / "lock").is_held()


def look(root, ready, stop):
    directory = RunDirectory(root)
    ready.release()
    while not stop.is_set():
        for _ in range(100):
            directory.is_in_use()


def test_none_of_many_resumes_is_refused_while_many_look(tmp_path):
    (tmp_path / ".lock").touch()  # as a killed run leaves it
    ready, stop = FORK.Semaphore(0), FORK.Event()
    lookers = [FORK.Process(target=look, args=(tmp_path, ready, stop)) for _ in range(2)]
    for looker in lookers:
        looker.start()
        ready.acquire()
    try:
        for _ in range(100):
            directory = RunDirectory(tmp_path)
            directory.open(new=False)
            directory.close()
            (tmp_path / ".lock").touch()
    finally:
        stop.set()
        for looker in lookers:
            looker.join()


def test_two_that_look_at_a_killed_run_do_not_take_each_other_for_it(tmp_path):
    (tmp_path / ".lock").touch()
    ready, stop = FORK.Semaphore(0), FORK.Event()
    looker = FORK.Process(target=look, args=(tmp_path, ready, stop))
    looker.start()
    ready.acquire()
    try:
        assert not any(RunDirectory(tmp_path).is_in_use() for _ in range(1000))
    finally:
        stop.set()
        looker.join()
