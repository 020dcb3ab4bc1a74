"""Numbers that change while a run goes on, as functions of how far it is.

Nothing is counted or stored, so a resumed run has the same numbers as an uninterrupted one.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, final

from gan_lab.ranges import Range

Factor = Annotated[float, Range(0, 1000)]
SHAPES = ("linear", "cosine", "exponential", "sigmoid")
CLOCKS = ("iterations", "images")


class Schedule(ABC):
    """A factor for the learning rates."""

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


@final
@dataclass(frozen=True)
class Inverse(Schedule):
    """Divide the base rate by `(1 + steepness p)^power`, p the share of the way to `end`.

    Ganin et al., 2016, arXiv:1505.07818, section 5.2.2, have 10 and 0.75: 0.166 of it at the end.

    Attributes:
        end: the iteration where p is 1; it grows no further.
        steepness: alpha of the paper.
        power: beta of the paper.
    """

    end: Annotated[int, Range(1, 10**9)]
    steepness: Annotated[float, Range(0, 1e6)] = 10.0
    power: Annotated[float, Range(0, 100)] = 0.75

    def __call__(self, iteration: int) -> float:
        """Return a factor from 1 downwards."""
        return (1 + self.steepness * min(1.0, iteration / self.end)) ** -self.power


@final
@dataclass(frozen=True)
class Course:
    """A number on its way from one value to another, where it stays.

    Written `{linear: [0.5, 0.7], iterations: 124500}` in a configuration.

    Attributes:
        shape: linear; cosine, half a wave; exponential, by the same factor each time; or sigmoid,
            fast at first, by `2 / (1 + exp(-10 p)) - 1`, which ends at 0.99991 of the way (Ganin et
            al., 2016, arXiv:1505.07818).
        start: the value at the beginning.
        end: the value at the end.
        length: of the way.
        clock: what the length counts, iterations or real images.
    """

    shape: Literal["linear", "cosine", "exponential", "sigmoid"]
    start: float
    end: float
    length: int
    clock: Literal["iterations", "images"]

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Course":
        """Return the course that is written as in a configuration; see `is_course`."""
        (shape,) = written.keys() & set(SHAPES)
        (clock,) = written.keys() & set(CLOCKS)
        start, end = written[shape]
        return cls(shape, start, end, written[clock], clock)

    def at(self, iteration: int, images_seen: int) -> float:
        """Return the value after so many iterations and images."""
        now = iteration if self.clock == "iterations" else images_seen
        progress = min(1.0, now / self.length)
        if self.shape == "exponential":
            return self.start * (self.end / self.start) ** progress
        if self.shape == "cosine":
            progress = 0.5 * (1 - math.cos(math.pi * progress))
        if self.shape == "sigmoid":
            progress = 2 / (1 + math.exp(-10 * progress)) - 1
        return self.start + (self.end - self.start) * progress


def is_course(value: Any) -> bool:
    """Return whether `value`, plain data, is meant for a course: it names a shape or a clock."""
    return isinstance(value, Mapping) and bool(value.keys() & {*SHAPES, *CLOCKS})


def fault_of_course(value: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a course, as the end of a sentence; None: nothing is."""
    shapes, clocks = value.keys() & set(SHAPES), value.keys() & set(CLOCKS)
    if len(shapes) != 1:
        return f"it names {' and '.join(sorted(shapes)) or 'none'} of {', '.join(SHAPES)}"
    if len(clocks) != 1:
        return (
            "it says both iterations and images"
            if clocks
            else "it says neither iterations nor images"
        )
    if others := value.keys() - shapes - clocks:
        return f"it has {min(map(str, others))}, too"
    (shape,), (clock,) = shapes, clocks
    ends, length = value[shape], value[clock]
    if not isinstance(ends, list) or len(ends) != 2 or not all(Range().fits(end) for end in ends):
        return f"{shape} wants two numbers, [first, last]"
    if not (isinstance(length, int) and Range(1, 10**12).fits(length)):
        return f"{clock} must be a whole number from 1 on"
    if shape == "exponential" and min(ends) <= 0:
        return "no factor leads from or to 0"
    return None
