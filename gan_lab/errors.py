"""The mistakes a user can make, as exceptions.

    GanLabError            printed as one message, without a traceback; exit status 1
    ├── ConfigError        a key, a value or a combination of them
    ├── DataError          a data set that is missing, unreachable, truncated or altered
    ├── CheckpointError    a checkpoint that is missing, damaged or of another model
    ├── TrainingError      a run that cannot go on, such as one whose loss is no longer finite
    └── MemoryLackError    more memory asked for than there is

Every message names the key, the value and the remedy, in one or two sentences.
"""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from gan_lab import terminal


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


class MemoryLackError(GanLabError):
    """More memory was asked for than the device has left."""


def elsewhere(error: GanLabError, group: str, key: str) -> GanLabError:
    """Return the same mistake of a part that stands below `key`, not `group`."""
    return type(error)(re.sub(rf"(?<![\w/.]){group}\.(?=\w)", f"{key}.", str(error)))


@contextmanager
def memory_in_words() -> Iterator[None]:
    """Turn a lack of memory, of the machine or of a GPU, into a mistake that can be mended."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # torch's OutOfMemoryError is of GPUs; of the machine's memory it says only this.
        lacks = ("MemoryError", "OutOfMemoryError")
        if type(error).__name__ not in lacks and "can't allocate memory" not in str(error):
            raise
        found = re.search(r"tried to allocate ([\d.]+ \w+)", str(error), re.IGNORECASE)
        amount = f", for {found[1]} at once" if found else ""
        raise MemoryLackError(
            f"There is not enough memory{amount}. Try a smaller batch_size=, "
            f"evaluation.batch_size= or n=, or a smaller network."
        ) from error


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` for the nearest known word, or else the list of known words."""
    known = sorted(known)
    if near := nearest(wrong, known):
        return f" Did you mean '{near}'?"
    return f" Known here: {', '.join(known)}." if known else ""


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """Return the known word that is spelt most like `wrong`, whatever the case and the dashes."""
    spelt = {_spelling(word): word for word in known}
    near = difflib.get_close_matches(_spelling(wrong), spelt, n=1, cutoff=0.6)
    return spelt[near[0]] if near else None


def _spelling(word: str) -> str:
    return word.lower().replace("-", "_")


def complain(message: str) -> None:
    """Print what went wrong, once: with several devices every process meets the same mistake."""
    if os.environ.get("LOCAL_RANK", "0") == "0":
        terminal.complain(message)
