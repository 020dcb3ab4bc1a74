"""What a run does besides its iterations: how often, and how long it takes here."""

import time
from collections.abc import Callable
from dataclasses import replace

from omegaconf import OmegaConf

from gan_lab.assembly.callbacks import RunCallbacks, build_callbacks
from gan_lab.assembly.evaluation_time import evaluation_time
from gan_lab.assembly.training_run import TrainingRun
from gan_lab.runs.cost import Part

WITH_METRICS = 2  # an evaluation takes at most so many times what its images take


def plain_callbacks(run: TrainingRun) -> RunCallbacks:
    """Return the callbacks of a run without evaluations, for which nothing has to be prepared."""
    config = OmegaConf.merge(run.config, {"evaluation": {"every": None}})
    return build_callbacks(replace(run, config=config))


def parts_between(run: TrainingRun, quick: float) -> list[Part]:
    """Do what a run does after some of its iterations once, and return what that takes.

    Args:
        run: whose trainer is set up.
        quick: seconds that an evaluation may take to be made in full; else it is guessed.
    """
    config, module, found = run.config, run.module, []
    if samples := plain_callbacks(run).samples:
        module.iteration = config.iterations
        seconds = _seconds(lambda: samples.on_train_end(run.trainer, module))
        found.append(Part("pictures", _times(config.samples_every, config.iterations), seconds))
    seconds = _seconds(lambda: run.trainer.save_checkpoint(run.directory.last_checkpoint))
    found.append(Part("checkpoints", _times(config.checkpoint_every, config.iterations), seconds))
    return [*found, *_evaluations(run, quick)] if config.evaluation.every else found


def _evaluations(run: TrainingRun, quick: float) -> list[Part]:
    times = _times(run.config.evaluation.every, run.config.iterations)
    guess = evaluation_time(run)
    if WITH_METRICS * (guess.making + guess.real) > quick:
        return [
            Part("real images looked at, if they were not", 1, guess.real, is_guessed=True),
            Part("evaluations", times, guess.making, is_guessed=True),
        ]
    began = time.perf_counter()
    evaluate = build_callbacks(run).evaluate
    fitted = time.perf_counter() - began
    if evaluate is None:  # there are too few images, which was said
        return []
    run.module.iteration = run.config.iterations
    seconds = _seconds(lambda: evaluate.on_train_batch_end(run.trainer, run.module, None, None, 0))
    return [Part("real images looked at", 1, fitted), Part("evaluations", times, seconds)]


def _times(every: int, iterations: int) -> int:
    """Return how often something is done that also ends a run."""
    return -(-iterations // every)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
