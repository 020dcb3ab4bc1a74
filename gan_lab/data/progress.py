"""What a waiting person sees: one line per step, always on stderr, so that stdout stays clean."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

from tqdm import tqdm

from gan_lab import terminal

T = TypeVar("T")

PATIENCE = 2.0  # seconds that pass before `late_bar` shows anything


def say(message: str) -> None:
    """Write one line to stderr."""
    terminal.say(message, to=sys.stderr)


say_once = lru_cache(say)  # several ask for the same images, to train on and to measure


def on_terminal() -> bool:
    """Whether a moving bar makes sense; in a pipe or a log file it does not."""
    return sys.stderr.isatty()


def bar(items: Iterable[T], *, total: int, unit: str) -> Iterable[T]:
    """Pass `items` through, with a bar on a terminal."""
    return tqdm(items, total=total, unit=unit, file=sys.stderr, disable=not on_terminal())


@contextmanager
def late_bar(total: int, unit: str) -> Iterator[Callable[[], object]]:
    """Give a function that counts one more, with a bar on a terminal if it takes long."""
    with tqdm(
        total=total, unit=unit, file=sys.stderr, disable=not on_terminal(), delay=PATIENCE
    ) as shown:
        yield shown.update
