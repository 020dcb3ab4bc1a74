"""The other processes of a run on several devices, and what the first one does when one dies.

Lightning would kill the first process without a word, or let it fail in an exchange with an error
of the library behind it.
"""

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, final

from lightning.fabric.utilities.distributed import _set_num_threads_if_needed
from lightning.pytorch.strategies.launchers.subprocess_script import _SubprocessScriptLauncher
from torch import distributed

from gan_lab import terminal

# A process that is killed breaks the exchange that the others are in, or soon come to; one that
# waits for what never comes is ended after this.
GRACE_SECONDS = 5.0
# From a broken exchange until the system says how the process at its other end has ended.
NEWS_SECONDS = 2.0
BROKEN = re.compile(r"gloo|nccl|connection (closed|reset) by peer|broken pipe", re.IGNORECASE)


@final
class Processes(_SubprocessScriptLauncher):
    """Starts the further processes of this machine, and watches them."""

    def launch(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Start them, and return what `function` returns in this one."""
        options.pop("trainer", None)
        self.cluster_environment.validate_settings(
            num_devices=self.num_processes, num_nodes=self.num_nodes
        )
        over = threading.Event()
        if not self.cluster_environment.creates_processes_externally:
            self._call_children_scripts()
            threading.Thread(target=self._watch, args=(over,), daemon=True).start()
        _set_num_threads_if_needed(num_processes=self.num_processes)
        try:
            return function(*arguments, **options)
        finally:
            over.set()

    def how_one_ended(self) -> str | None:
        """Return which of them has ended before its time, and how; None if none has."""
        for number, process in enumerate(self.procs, start=2):
            status = process.poll()
            if status:
                how = f"killed by signal {-status}" if status < 0 else f"over with status {status}"
                return f"Process {number} of {self.num_processes} was {how}"
        return None

    def end(self) -> None:
        """Kill those that are left: what they wait for will not come."""
        self.kill(signal.SIGKILL)

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(timeout=0.5):
            how = self.how_one_ended()
            if how and not over.wait(timeout=GRACE_SECONDS):
                terminal.complain(f"{how}. Continue the run from its last checkpoint.")
                self.end()
                os._exit(1)


def is_broken_exchange(error: BaseException) -> bool:
    """Return whether `error` says that another process cannot be reached any more."""
    is_one = isinstance(error, distributed.DistError)
    return is_one or (isinstance(error, RuntimeError) and bool(BROKEN.search(str(error))))


def why_broken(launcher: Any) -> str:
    """Return what is known of an exchange that broke, as the start of a sentence.

    Args:
        launcher: of the strategy; `Processes` where this process has started the others.
    """
    end = time.monotonic() + NEWS_SECONDS
    while isinstance(launcher, Processes) and launcher.procs and time.monotonic() < end:
        if how := launcher.how_one_ended():
            return how
        time.sleep(0.05)
    return "Another process of the run cannot be reached any more"
