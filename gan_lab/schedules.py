"""Schedules of learning rate and momentum: their share as a function of the iteration alone.

Nothing is counted or stored, so a resumed run has the same rates as an uninterrupted one.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, final

from gan_lab.ranges import Range

Factor = Annotated[float, Range(0, 1000)]


class Schedule(ABC):
    """A factor for the learning rate, or for the momentum."""

    @abstractmethod
    def __call__(self, iteration: int) -> float:
        """Return the factor that the iteration after `iteration` completed ones uses."""


@final
@dataclass(frozen=True)
class Constant(Schedule):
    """The base rate throughout."""

    def __call__(self, iteration: int) -> float:
        """Return 1."""
        return 1.0


@final
@dataclass(frozen=True)
class Linear(Schedule):
    """The base rate up to `start`, then straight to `final_factor` of it at `end`.

    Attributes:
        start: the iteration where the way begins.
        end: the iteration where it ends.
        final_factor: the factor from there on.
    """

    start: Annotated[int, Range(0, 10**9)]
    end: Annotated[int, Range(0, 10**9)]
    final_factor: Factor = 0.0

    def __call__(self, iteration: int) -> float:
        """Return a factor between 1 and `final_factor`."""
        progress = (iteration - self.start) / max(1, self.end - self.start)
        return 1.0 + (self.final_factor - 1.0) * min(1.0, max(0.0, progress))


@final
@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine wave from the base rate at 0 down to `final_factor` of it at `end`.

    Loshchilov and Hutter, 2017, arXiv:1608.03983, equation 5 without restarts.

    Attributes:
        end: the iteration where the descent ends.
        final_factor: the factor from there on.
    """

    end: Annotated[int, Range(1, 10**9)]
    final_factor: Factor = 0.0

    def __call__(self, iteration: int) -> float:
        """Return a factor from 1 down to `final_factor`."""
        wave = 0.5 * (1 + math.cos(math.pi * min(1.0, iteration / self.end)))
        return self.final_factor + (1 - self.final_factor) * wave


@final
@dataclass(frozen=True)
class Exponential(Schedule):
    """Divide the rate by `divisor` after each iteration, not below `floor` of the base rate.

    With 1.000004 this is the decay of Goodfellow et al., 2014, whose floor is an absolute 1e-6.

    Attributes:
        divisor: what each iteration divides the rate by.
        floor: the smallest factor.
    """

    divisor: Annotated[float, Range(1, 1000)]
    floor: Annotated[float, Range(0, 1)] = 0.0

    def __call__(self, iteration: int) -> float:
        """Return a factor from 1 down to `floor`."""
        return max(self.floor, self.divisor**-iteration)
