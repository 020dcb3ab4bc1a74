"""A run in a process of its own, which ends with the one that started it."""

import ctypes
import math
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A terminal sends Ctrl-C and SIGHUP to all of its group, and who started one of it passes them on.
SAME_SECONDS = 1.0


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes:
        status: exit status; negative where a signal killed it.
        last_line: the last one that it wrote to its standard error.
        signal: what this process was sent meanwhile, and passed on; None for nothing.
    """

    status: int
    last_line: str
    signal: int | None


def run(command: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run `command` to its end; its standard error goes through this process's own.

    Ctrl-C, SIGTERM and SIGHUP are passed on and not acted on here; one that comes again at once is
    the same one. Under nohup SIGHUP stays ignored.
    """
    received: list[int] = []
    last = -math.inf
    with subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stderr=subprocess.PIPE,
        # A terminal sends Ctrl-C to all of its group, and a second one acts at once.
        start_new_session=True,
        preexec_fn=_prepare,
    ) as process:

        def pass_on(number: int, frame: FrameType | None) -> None:
            nonlocal last
            is_same = number in received[-1:] and time.monotonic() - last < SAME_SECONDS
            last = time.monotonic()
            received.append(number)
            if not is_same:
                process.send_signal(number)

        try:
            with _handling(pass_on):
                last_line = _shown(process)
                status = process.wait()
        except BaseException:
            process.terminate()
            raise
    return Ended(status, last_line, received[-1] if received else None)


def _shown(process: subprocess.Popen[bytes]) -> str:
    """Copy the standard error of `process` to ours as it comes, and return its last line."""
    tail = b""
    while chunk := process.stderr.read1(65536):
        sys.stderr.flush()
        sys.stderr.buffer.write(chunk)
        sys.stderr.buffer.flush()
        tail = (tail + chunk)[-4096:]
    lines = tail.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    earlier = {
        number: signal.signal(number, handler)
        for number in SIGNALS
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler_before in earlier.items():
            signal.signal(number, handler_before)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _prepare() -> None:
    if _libc:
        # Also where the parent is killed: otherwise a run would go on that no one knows of.
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # With it Slurm announces to all processes what submitit, above this one, sees to.
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
