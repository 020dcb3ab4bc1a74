"""Commands in processes of their own, forked from one that has imported everything already.

To a command it looks like `python -m gan_lab`, and it spares the seconds that the imports take.
"""

import atexit
import contextlib
import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
import traceback
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from gan_lab.runs.metrics_file import read_metrics

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.preloaded"])


class Started:
    """A command at work; has what the tests use of `subprocess.Popen`."""

    def __init__(
        self,
        module: str,
        words: list[str],
        cwd: Path,
        environment: dict[str, str],
        new_session: bool,
    ) -> None:
        folder = Path(mkdtemp(prefix="command-"))
        weakref.finalize(self, shutil.rmtree, folder)
        self.out, self.err = folder / "out", folder / "err"
        self._process = PROCESSES.Process(
            target=_live,
            args=(module, words, cwd, environment, new_session, self.out, self.err),
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


class Forked(subprocess.Popen):
    """A command that another one starts: a job of a sweep, the process of a further device.

    It is forked from the one that starts it, with nothing of what gan_lab keeps in there.
    """

    def _execute_child(self, args: Any, *more: Any) -> None:
        if list(args[:2]) != [sys.executable, "-m"] or args[2].split(".")[0] != "gan_lab":
            super()._execute_child(args, *more)
            return
        # In this order the standard library hands over what it was asked for.
        _, before, _, _, cwd, environment = more[:6]
        pipes, in_new_session = more[9:15], more[20]
        sys.stdout.flush(), sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _be_a_child(args[3:], cwd, environment, pipes, before, in_new_session)
        self._child_created = True
        self._close_pipe_fds(*pipes)


def start(
    *words: str,
    cwd: Path,
    module: str = "gan_lab",
    start_new_session: bool = False,
    anew: bool = False,
    **environment: str,
) -> Started | subprocess.Popen[str]:
    """Start `python -m MODULE WORDS` in the folder `cwd`; `anew` in a Python that is not forked."""
    if anew or "hydra/launcher=joblib" in words:  # whose workers do not end where they were forked
        return subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=cwd,
            env=os.environ | environment,
            start_new_session=start_new_session,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    return Started(module, list(words), cwd, os.environ | environment, start_new_session)


def finish(process: Started | subprocess.Popen[str], seconds: float = 120) -> tuple[int, str, str]:
    """Wait for the end, and return the exit status and what was printed."""
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def wait_for_row(
    process: Started | subprocess.Popen[str], metrics: Path, at_least: int = 1
) -> None:
    while len(read_metrics(metrics)) < at_least:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def _live(
    module: str,
    words: list[str],
    cwd: Path,
    environment: Mapping[str, str],
    new_session: bool,
    out: Path,
    err: Path,
) -> None:
    if new_session:
        os.setsid()
    for path, standard in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), standard)
    _run(module, words, cwd, environment)


def _run(module: str, words: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> None:
    import torch
    from lightning.fabric.utilities.rank_zero import _get_rank, rank_zero_only

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    rank_zero_only.rank = _get_rank() or 0  # looked up while Lightning is imported
    if "OMP_NUM_THREADS" in environment:
        torch.set_num_threads(int(environment["OMP_NUM_THREADS"]))
    sys.path[:0] = [str(cwd), *_python_path(environment)]
    sys.argv = [module, *words]
    if torch.get_num_threads() == 1:  # several do not survive a fork
        subprocess.Popen = Forked
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # multiprocessing leaves them out


def _python_path(environment: Mapping[str, str]) -> list[str]:
    return [folder for folder in environment.get("PYTHONPATH", "").split(os.pathsep) if folder]


def _be_a_child(
    words: Sequence[str],
    cwd: Path | None,
    environment: Mapping[str, str],
    pipes: Sequence[int],
    before: Callable[[], None] | None,
    in_new_session: bool,
) -> None:
    """Be what a new process is, run the command in it, and end."""
    status = 1
    try:
        _leave_files_behind(pipes)
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if in_new_session:
            os.setsid()
        if before:
            before()
        atexit._clear()
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        _forget()
        _run("gan_lab", words, cwd or Path.cwd(), environment)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)


_kept: list[Any] = []  # what would give the parent's locks back if nothing held it


def _forget() -> None:
    """Let gan_lab be imported anew, and the plug-ins of a test."""
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    folders = [str(Path.cwd()), *_python_path(os.environ)]
    for name, module in [*sys.modules.items()]:
        file = getattr(module, "__file__", None) or ""
        if name.split(".")[0] == "gan_lab" or file.startswith(tuple(folders)):
            _kept.append(sys.modules.pop(name))


def _leave_files_behind(pipes: Sequence[int]) -> None:
    """Keep standard input and output only; the numbers of the others stay taken."""
    for given, standard in ((pipes[3], 1), (pipes[5], 2)):
        if given != -1:
            os.dup2(given, standard)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if number > 2 and number != nothing:
            with contextlib.suppress(OSError):
                os.dup2(nothing, number)
