"""The ticks of an axis of iterations: round numbers at which something was logged."""

from collections import Counter
from collections.abc import Sequence
from itertools import count, pairwise

FEW = 40  # places that one can count


def round_ticks(places: Sequence[float], most: int) -> list[float]:
    """Return at most `most` ticks, 1, 2 or 5 times a power of ten apart.

    Where something was logged at few places, the unit is their distance: every second evaluation,
    and not between two of them.

    Args:
        places: iterations in order at which something was logged.
        most: at least 2.
    """
    if len(places) < 2:
        return list(places)
    low, high = places[0], places[-1]
    steps = Counter(b - a for a, b in pairwise(places))
    # Of distances that are as frequent the first, so that a shorter last one counts for nothing.
    unit = steps.most_common(1)[0][0] if len(places) <= FEW else 1.0
    for power in count():
        for factor in (1, 2, 5):
            step = unit * factor * 10**power
            first, last = -(-low // step), high // step
            if last - first < most:
                ticks = [step * n for n in range(int(first), int(last) + 1)]
                # So few that nothing can be read off, as of two evaluations late in a run.
                return ticks if len(ticks) > 1 else [low, high]
