"""When a run will end, said once, as soon as it can be told."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import final

FROM, TO = 10, 100  # iterations of this session, between which time is taken; the first are slower


@final
class ExpectedEnd:
    """Takes the time of a session's first iterations.

    Args:
        iterations: length of the run.
        completed: when the session begins.
        stages: see `Algorithm`.
    """

    def __init__(self, iterations: int, completed: int, stages: Sequence[int] = (0,)) -> None:
        self.iterations = iterations
        self.completed = completed
        self.stages = stages
        self._began = 0.0

    def after(self, iteration: int) -> str | None:
        """Return the sentence after the iteration in which it is due, else None."""
        done = iteration - self.completed
        if done == FROM:
            self._began = time.monotonic()
        left = self.iterations - iteration
        if done != TO or left < TO:
            return None
        each = (time.monotonic() - self._began) / (TO - FROM)
        takes = timedelta(seconds=round(each * left))
        differ = any(iteration < stage < self.iterations for stage in self.stages)
        return (
            f"{left:,} more iterations, {1000 * each:.3g} ms each, take about {takes}, until "
            f"{datetime.now() + takes:%a %H:%M}; "
            + ("later stages take longer, and " if differ else "")
            + "evaluations and pictures come on top"
        )
