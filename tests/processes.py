"""Commands in processes of their own, forked from one that has imported everything already.

To a command it looks like `python -m gan_lab`, and it spares the seconds that the imports take.
"""

import atexit
import importlib.util
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from gan_lab.runs.metrics_file import read_metrics

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["gan_lab.command_line", "gan_lab.tasks.train", "gan_lab.pages.run_page", "sklearn.datasets"]
    + [f"gan_lab.data.{name}" for name in ("digits", "pictures")]
    + [f"gan_lab.evaluation.{name}" for name in ("frechet", "kernel", "prdc", "ndb", "modes")]
    + [f"gan_lab.{name}" for name in ("losses.adversarial", "networks.dcgan", "training.gan")]
)


class Started:
    """A command at work; has what the tests use of `subprocess.Popen`."""

    def __init__(
        self, words: list[str], cwd: Path, environment: dict[str, str], new_session: bool
    ) -> None:
        folder = Path(mkdtemp(prefix="command-"))
        weakref.finalize(self, shutil.rmtree, folder)
        self.out, self.err = folder / "out", folder / "err"
        self._process = PROCESSES.Process(
            target=_live, args=(words, cwd, environment, new_session, self.out, self.err)
        )
        self._process.start()
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired("gan_lab", timeout)
        return self.poll()

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        self.wait(timeout)
        return self.out.read_text(), self.err.read_text()


def together(count: int, target: Callable[..., None], *arguments: Any) -> None:
    """Call `target(rank, *arguments)` in so many processes at once; each has to end well."""
    ranks = [PROCESSES.Process(target=target, args=(rank, *arguments)) for rank in range(count)]
    for one in ranks:
        one.start()
    for one in ranks:
        one.join()
    assert [one.exitcode for one in ranks] == [0] * count


def start(
    *words: str, cwd: Path, start_new_session: bool = False, **environment: str
) -> Started | subprocess.Popen[str]:
    """Start `python -m gan_lab WORDS` in the folder `cwd`."""
    if "hydra/launcher=joblib" in words:  # whose workers do not end where they were forked
        return subprocess.Popen(
            [sys.executable, "-m", "gan_lab", *words],
            cwd=cwd,
            env=os.environ | environment,
            start_new_session=start_new_session,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    return Started(list(words), cwd, os.environ | environment, start_new_session)


def finish(process: Started | subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for the end, and return the exit status and what was printed."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def wait_for_row(
    process: Started | subprocess.Popen[str], metrics: Path, at_least: int = 1
) -> None:
    while len(read_metrics(metrics)) < at_least:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def _live(
    words: list[str],
    cwd: Path,
    environment: Mapping[str, str],
    new_session: bool,
    out: Path,
    err: Path,
) -> None:
    import torch

    from gan_lab.__main__ import main

    if new_session:
        os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if "OMP_NUM_THREADS" in environment:
        torch.set_num_threads(int(environment["OMP_NUM_THREADS"]))
    for path, standard in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), standard)
    # What `python -m gan_lab` leaves; the processes of further devices are started by it.
    sys.modules["__main__"].__spec__ = importlib.util.find_spec("gan_lab.__main__")
    sys.path.insert(0, str(cwd))
    sys.argv = ["gan_lab", *words]
    try:
        main()
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out
