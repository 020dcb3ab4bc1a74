"""Deaths on demand, to prove that a run survives them: `GAN_LAB_FAULT=MOMENT:N`.

The process kills itself, as the operating system would, when it passes that moment for the Nth
time. Moments are where the code says `faults.moment(...)`; those of files have the file's name
behind them, as in `before_rename/manifest.json`. Without the variable a moment costs one look at
the environment.
"""

import os
import signal
from typing import TextIO

_passed = 0


def moment(name: str) -> None:
    """Die here if this is the moment, and its turn has come."""
    if _has_come(name):
        _die()


def half_written(name: str, file: TextIO, text: str) -> None:
    """Die here with the first half of `text` in `file`, where its whole is about to be written."""
    if _has_come(name):
        file.write(text[: len(text) // 2])
        file.flush()
        _die()


def _has_come(name: str) -> bool:
    global _passed
    fault = os.environ.get("GAN_LAB_FAULT")
    if fault is None:
        return False
    chosen, _, turn = fault.rpartition(":")
    if name != chosen:
        return False
    _passed += 1
    return _passed == int(turn)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
