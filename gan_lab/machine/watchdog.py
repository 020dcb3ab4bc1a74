"""With several devices the first process starts the others: they end when it does.

A killed process cannot tell the others, and what they wait for may never come. No torch in here, so
that the watch begins early.
"""

import os
import signal
import threading
import time

from gan_lab import terminal

FIRST = "GAN_LAB_FIRST_PROCESS"
NEWS_SECONDS = 2.0
_over = threading.Event()


def end_with_the_first_process() -> None:
    """Watch the process that started this one; if there is none, let those started here know."""
    _over.clear()
    if os.environ.get("LOCAL_RANK", "0") == "0":
        os.environ[FIRST] = str(os.getpid())
    elif FIRST in os.environ:
        threading.Thread(target=_watch, daemon=True).start()


def say_if_the_first_process_is_gone() -> None:
    """Tell of it once, where an exchange with the others broke: it cannot do so itself."""
    end = time.monotonic() + NEWS_SECONDS
    while not (is_gone := _is_gone()) and time.monotonic() < end:
        time.sleep(0.05)
    if is_gone:
        _say()


def training_is_over() -> None:
    """From now on the first process may end before this one."""
    _over.set()


def _is_gone() -> bool:
    return bool(os.environ.get(FIRST)) and os.getppid() != int(os.environ[FIRST])


def _watch() -> None:
    while not _is_gone():
        time.sleep(1)
    if not _over.is_set():
        _say()
    os.kill(os.getpid(), signal.SIGKILL)


def _say() -> None:
    if os.environ.get("LOCAL_RANK") == "1" and not _over.is_set():
        _over.set()
        terminal.complain(
            "The first process of this run was killed, so the others end too. Continue the run "
            "from its last checkpoint."
        )
