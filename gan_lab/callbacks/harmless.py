"""Dashboards of other programs, and servers: what fails there stops no run."""

import functools
from collections.abc import Callable
from typing import Any, Protocol

from lightning.pytorch.utilities import rank_zero_warn


class MayFail(Protocol):
    """A dashboard of another program.

    Attributes:
        called: the program.
        has_failed: it is told nothing more.
        after_failure: a sentence on what there is without it.
    """

    called: str
    has_failed: bool
    after_failure: str


def harmless(method: Callable[..., None]) -> Callable[..., None]:
    """Let a method fail without the run: after an error its dashboard is told nothing more."""

    @functools.wraps(method)
    def call(self: MayFail, *arguments: Any) -> None:
        if self.has_failed:
            return
        try:
            method(self, *arguments)
        except Exception as error:
            if self.has_failed:
                return
            self.has_failed = True
            rank_zero_warn(f"{self.called} failed ({first_line(error)}); {self.after_failure}")

    return call


def first_line(error: Exception) -> str:
    """Return what is the matter; such errors may go on for many lines."""
    return (str(error) or type(error).__name__).splitlines()[0]
