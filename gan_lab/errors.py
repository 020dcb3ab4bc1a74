"""The mistakes a user can make, as exceptions.

GanLabError            printed as one message, without a traceback; exit status 1
├── ConfigError        a key, a value or a combination of them
├── DataError          a data set that is missing, unreachable, truncated or altered
├── CheckpointError    a checkpoint that is missing, damaged or of another model
└── TrainingError      a run that cannot go on, such as one whose loss is no longer finite

Every message names the key, the value and the remedy, in one or two sentences.
"""

import difflib
import os
import sys
from collections.abc import Iterable


class GanLabError(Exception):
    """A mistake that its message lets the user mend."""


class ConfigError(GanLabError):
    """A key, a value, or a combination of values that cannot work."""


class DataError(GanLabError):
    """A data set that is missing, unreachable, truncated, altered or too small."""


class CheckpointError(GanLabError):
    """A checkpoint that is missing, damaged, or made by another model."""


class TrainingError(GanLabError):
    """A run that cannot go on."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` for the nearest known word, or else the list of known words."""
    known = sorted(known)
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" Known here: {', '.join(known)}." if known else ""


def complain(message: str) -> None:
    """Print what went wrong, once: with several devices every process meets the same mistake."""
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print(f"gan_lab: {message}", file=sys.stderr)
