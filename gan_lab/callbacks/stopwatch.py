"""The time of iterations, at each stage of a run."""

import statistics
import time
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any, final

import torch
from lightning import Callback, Trainer

from gan_lab.training.algorithm import Algorithm

WARM_UP = 4  # of each kind: libraries prepare themselves, and a CUDA graph is recorded
LEAST = 3  # of each kind
COUNTED = 2000  # of which it is counted how many are of which kind


@final
class Stopwatch(Callback):
    """Time some iterations of each stage, and end training then.

    Iterations of several kinds, such as those in which a lazy term is due, are timed in turn, and
    averaged as often as they occur. Whatever callbacks do after an iteration of that number is
    part of it, as long as they are called before this.

    Args:
        stages: iterations with which they begin.
        seconds: for all of them together, about.

    Attributes:
        found: seconds of an iteration at each stage.
        timed: iterations that were.
    """

    def __init__(self, stages: Sequence[int], seconds: float) -> None:
        self.stages = stages
        self.seconds = seconds / len(stages)
        self.found: list[float] = []
        self.timed = 0

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Go to the first stage."""
        self._begin_stage(module)

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Take the time since the last iteration; go to the next stage when enough is known."""
        if module.device.type == "cuda":
            torch.cuda.synchronize(module.device)
        now = time.perf_counter()
        times = self._times[self._kind]
        times.append(now - self._last)
        rounds = min(map(len, self._times.values()))
        if rounds >= WARM_UP + LEAST and now - self._began > self.seconds:
            self.found.append(self._mean())
            if len(self.found) == len(self.stages):
                trainer.should_stop = True
                return
            self._begin_stage(module)
        self._go_on(module)

    def _begin_stage(self, module: Algorithm) -> None:
        begin = self.stages[len(self.found)]
        self._count: Counter[Hashable] = Counter()
        self._example: dict[Hashable, int] = {}
        for module.iteration in range(begin, begin + COUNTED):
            self._count[module.graph_key] += 1
            self._example[module.graph_key] = module.iteration
        self._times: dict[Hashable, list[float]] = {kind: [] for kind in self._count}
        self._began = time.perf_counter()
        self._go_on(module)

    def _go_on(self, module: Algorithm) -> None:
        """Choose the next iteration: of the kind that was timed least often."""
        self._kind = min(self._times, key=lambda kind: len(self._times[kind]))
        module.iteration = self._example[self._kind]
        self._last = time.perf_counter()

    def _mean(self) -> float:
        """Return the mean of all kinds, each as often as it occurs."""
        timed = {kind: times[WARM_UP:] for kind, times in self._times.items()}
        self.timed += sum(map(len, timed.values()))
        total = sum(count * statistics.fmean(timed[kind]) for kind, count in self._count.items())
        return total / self._count.total()
