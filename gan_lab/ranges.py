"""What numbers and lists an argument accepts, stated in its annotation.

A constructor says `slope: Annotated[float, Range(0, 1)]`, and `config/build.py` compares the values
of a configuration with that before anything is computed. Closed lists of words are
`Literal["skip", "refuse"]`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LARGEST = 2**63 - 1  # as a whole number of torch


@dataclass(frozen=True)
class Range:
    """Numbers between two ends, which belong to them unless they are said to be open.

    nan lies in no range. An infinite number does where an end is infinite: `Range(0, math.inf)`;
    without an end, as in `Range(0)`, every finite number on that side fits.

    Attributes:
        low: the smallest number; None: no end, but not minus infinity either.
        high: the largest number; None: no end, but not infinity either.
        open_low: `low` itself does not fit.
        open_high: `high` itself does not fit.
    """

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def fits(self, value: Any) -> bool:
        """Return whether `value` is a number of this range."""
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            return False
        if isinstance(value, int) and abs(value) > LARGEST:
            return False
        if self.low is None:
            above = value > -math.inf
        else:
            above = value > self.low if self.open_low else value >= self.low
        if self.high is None:
            below = value < math.inf
        else:
            below = value < self.high if self.open_high else value <= self.high
        return above and below

    def __str__(self) -> str:
        """Return the range as it stands behind "a number": from 0 to 1, above 0, of at least 1."""
        if self.low is None and self.high is None:
            return ""
        if self.high is None:
            return f"{'above' if self.open_low else 'of at least'} {_plain(self.low)}"
        end = f"{'below' if self.open_high else 'at most'} {_plain(self.high)}"
        if self.low is None:
            return end if self.open_high else f"of {end}"
        if self.open_low:
            return f"above {_plain(self.low)} and {end}"
        return f"from {_plain(self.low)} to {'below ' * self.open_high}{_plain(self.high)}"


@dataclass(frozen=True)
class Length:
    """How many elements a list has.

    Attributes:
        low: the smallest number of them.
        high: the largest number of them; None: any.
    """

    low: int = 1
    high: int | None = None

    def fits(self, value: Any) -> bool:
        """Return whether `value` is a list with so many elements."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return False
        return self.low <= len(value) and (self.high is None or len(value) <= self.high)

    def __str__(self) -> str:
        """Return the length as it stands behind "a list": of 1 or more, of 2 to 4, of 3."""
        if self.high is None:
            return f"of {self.low} or more"
        return f"of {self.low} to {self.high}" if self.low < self.high else f"of {self.low}"


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"
