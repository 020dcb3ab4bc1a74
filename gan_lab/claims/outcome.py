"""What every claim's `check` returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gan_lab.figures.curves import Panel


@dataclass(frozen=True)
class Outcome:
    """A claim, whether it holds, and what shows it.

    Attributes:
        statement: the claim in a sentence.
        holds: whether the numbers bear it out.
        numbers: what was measured, by what it is.
        panels: of the claim's figure.
    """

    statement: str
    holds: bool
    numbers: Mapping[str, float]
    panels: Sequence[Panel]
