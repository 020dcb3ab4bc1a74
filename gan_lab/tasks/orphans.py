"""With several devices the first process starts the others: they end when it does.

A killed process cannot tell the others, and what they wait for may never come. No torch in here, so
that the watch begins early.
"""

import os
import signal
import threading
import time

FIRST = "GAN_LAB_FIRST_PROCESS"


def end_with_the_first_process() -> None:
    """Watch the process that started this one; if there is none, let those started here know."""
    if os.environ.get("LOCAL_RANK", "0") == "0":
        os.environ[FIRST] = str(os.getpid())
    elif FIRST in os.environ:
        threading.Thread(target=_watch, args=(int(os.environ[FIRST]),), daemon=True).start()


def _watch(first: int) -> None:
    while os.getppid() == first:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)
