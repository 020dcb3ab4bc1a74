"""Signals to a sweep: its jobs get them and time to save, and no other job starts.

With hydra/launcher=joblib the jobs belong to worker processes, which joblib kills, jobs and all,
as soon as the sweep's own process gives up.
"""

import multiprocessing
import os
import signal
import time
from pathlib import Path
from types import FrameType

from gan_lab.machine.child_process import SIGNALS
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.sweep_results import SweepResults

_received: int | None = None


def tell_workers(root: Path) -> None:
    """From now on, pass a signal to this process on to the workers, and end when they are done.

    A second signal ends it at once.

    Args:
        root: the sweep directory.
    """
    # Left over from a sweep that was killed.
    before = _running(root)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL if each != signal.SIGHUP else signal.SIG_IGN)
        workers = multiprocessing.active_children()
        for worker in workers:
            os.kill(worker.pid, number)
        while any(worker.is_alive() for worker in workers) and _busy(root, before):
            time.sleep(0.2)
        raise SystemExit(128 + number)

    _handle(stop)


def remember_signals() -> None:
    """Let a worker take note of a signal that comes while it has no job at hand."""
    if _received is None:
        _handle(lambda number, frame: stop_here(number))


def stop_here(number: int) -> None:
    """Begin no further job in this process."""
    global _received
    _received = number


def end_if_stopped() -> None:
    """Leave if this process has been told to.

    Raises:
        SystemExit: 128 plus the signal's number.
    """
    if _received is not None:
        raise SystemExit(128 + _received)


def _handle(handler: signal.Handlers) -> None:
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, handler)


def _running(root: Path) -> set[str]:
    return {row["job"] for row in SweepResults(root).rows() if row["status"] == "running"}


def _busy(root: Path, before: set[str]) -> bool:
    return any(job not in before or RunDirectory(root / job).is_in_use() for job in _running(root))
