"""The ways to a data set, tried in order, and what to say when none of them leads there."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from gan_lab.data.progress import say
from gan_lab.errors import DataError

T = TypeVar("T")


class UnavailableError(Exception):
    """Why one route does not lead to the data, in one clause; the next route is tried."""


def first_that_works(name: str, routes: Sequence[Callable[[], T]], remedy: str) -> T:
    """Return what the first working route brings.

    Args:
        name: the data set, as a person calls it.
        routes: functions that return the data or raise `UnavailableError`; any other error ends the
            search, such as the DataError for a damaged file of the user's own. The first one looks
            for local files: that there are none is usual, and told only if all routes fail.
        remedy: one sentence on what the user can do when all routes fail.

    Raises:
        DataError: no route worked; the message holds each reason and the remedy.
    """
    reasons = []
    for route in routes:
        try:
            return route()
        except UnavailableError as reason:
            if reasons:
                say(f"{name}: {reason}")
            reasons.append(str(reason))
    raise DataError(f"{name} cannot be obtained: {'; '.join(reasons)}.\n{remedy}")
