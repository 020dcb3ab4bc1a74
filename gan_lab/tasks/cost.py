"""task=cost: how long a run will take, and how much memory, before it is started."""

import tempfile
import time
from datetime import datetime, timedelta
from typing import Any

import torch
from lightning import Trainer
from lightning.pytorch.callbacks import LambdaCallback
from omegaconf import DictConfig, OmegaConf
from rich.table import Table

from gan_lab import terminal
from gan_lab.assembly.between_iterations import parts_between, plain_callbacks
from gan_lab.assembly.cuda_graphs import choose_replay
from gan_lab.assembly.data_identity import prepare
from gan_lab.assembly.datasets import build_data
from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import algorithm_of, build_algorithm
from gan_lab.assembly.networks import gain_by_bfloat16
from gan_lab.assembly.originals import give_originals
from gan_lab.assembly.trainers import build_trainer
from gan_lab.assembly.training_run import TrainingRun
from gan_lab.callbacks.stopwatch import Stopwatch
from gan_lab.config.build import build
from gan_lab.errors import ConfigError
from gan_lab.machine.memory import keep_freed_memory, peak_memory
from gan_lab.output_files import output_file, write_record
from gan_lab.pages.page import duration
from gan_lab.runs.cost import Cost, Part
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.provenance import hardware
from gan_lab.training.algorithm import Algorithm

DEFAULT_OUT = "cost.json"
ENOUGH = 10**9  # iterations, so that minibatches do not end while they are timed


def run(config: DictConfig) -> None:
    """Do a little of everything that the run would do; say what all of it takes, and write that.

    Raises:
        GanLabError: the run itself would be refused, or `out` cannot be written.
    """
    out = output_file(config.out, DEFAULT_OUT)
    with tempfile.TemporaryDirectory(prefix="gan_lab-cost-") as folder:
        directory = RunDirectory(folder)
        directory.open(new=True)
        try:
            cost, machine = measured(config, directory)
        finally:
            directory.close()
    write_record(out, {"iterations": config.iterations, **cost.record(), "hardware": machine})
    terminal.console().print(table(cost))
    terminal.say(in_words(cost), f"Wrote {out.absolute()}")


def measured(config: DictConfig, directory: RunDirectory) -> tuple[Cost, dict[str, Any]]:
    """Return the cost of the run that `config` describes, and of which machine it is.

    Raises:
        GanLabError: the run itself would be refused.
    """
    # So much a process that does the same has done before it comes here.
    before, began = time.process_time(), time.perf_counter()
    keep_freed_memory()
    run = prepared(config, directory)
    module, trainer = run.module, run.trainer
    stopwatch = Stopwatch([at for at in module.stages if at < config.iterations], config.seconds)
    others = [Part("start", 1, before + time.perf_counter() - began)]

    def measure_what_is_between(trainer: Trainer, module: Algorithm) -> None:
        others.extend(parts_between(run, quick=config.seconds))

    log = plain_callbacks(run).log
    trainer.callbacks += [log, stopwatch, LambdaCallback(on_train_end=measure_what_is_between)]
    terminal.say(f"Training for about {duration(config.seconds)}, and a little of all else.")
    data = build_data(config, run.dataset, processes=1)
    data.iterations = ENOUGH
    trainer.fit(module, data)
    ends = [*stopwatch.stages[1:], config.iterations]
    training = [
        Part("training", end - begin, seconds)
        for begin, end, seconds in zip(stopwatch.stages, ends, stopwatch.found, strict=True)
    ]
    device = trainer.strategy.root_device
    on_gpu = torch.cuda.max_memory_reserved(device) if device.type == "cuda" else None
    cost = Cost(training, others, module.images_per_iteration, peak_memory(), on_gpu)
    return cost, hardware(device, 1, trainer.precision)


def prepared(config: DictConfig, directory: RunDirectory) -> TrainingRun:
    """Return the run that `config` describes, as task=train begins it, without a bar.

    Raises:
        GanLabError: it would be refused.
    """
    config = OmegaConf.merge(config, {"trainer": {"enable_progress_bar": False}})
    dataset = build(config.data, "data")
    trainer = build_trainer(
        config.trainer,
        directory,
        [],
        len(algorithm_of(config).players),
        gains_by_bfloat16=gain_by_bfloat16(config),
    )
    if trainer.world_size > 1:
        raise ConfigError(
            f"task=cost measures on one device, not {trainer.world_size}: add trainer.devices=1. "
            f"Several share each minibatch, and at best its time."
        )
    prepare(dataset, None)
    data = build_data(config, dataset, processes=1)
    data.setup("fit")
    images = data.images.get(dataset.labelled_source)
    module = build_algorithm(config, dataset, classes_of(dataset, images))
    give_originals(module, config, dataset)
    choose_replay(config.performance.cuda_graph, module, trainer)
    return TrainingRun(config, directory, dataset, images, module, trainer, None)


def table(cost: Cost) -> Table:
    """Return what each part takes."""
    rows = [
        (
            part.name,
            f"{part.times:,}",
            f"{'about ' if part.is_guessed else ''}{moment(part.seconds)}",
            duration(part.together),
        )
        for part in (*cost.training, *cost.others)
    ]
    columns = {"": "left", "times": "right", "each": "right", "together": "right"}
    return terminal.table(columns, rows)


def moment(seconds: float) -> str:
    """Return a duration that may be short."""
    return f"{1000 * seconds:.3g} ms" if seconds < 1 else duration(seconds)


def in_words(cost: Cost) -> str:
    """Return what all of it takes."""
    end = datetime.now() + timedelta(seconds=cost.seconds)
    gpu = "" if cost.gpu_memory is None else f" and {gibibytes(cost.gpu_memory)} of the GPU's"
    return (
        f"{duration(cost.seconds)} in all, until {end:%a %H:%M} if it began now; "
        f"{duration(cost.seconds_per_1000_images)} per 1,000 images; "
        f"{gibibytes(cost.memory)} of memory{gpu}."
    )


def gibibytes(size: int) -> str:
    """Return a size of memory in words."""
    return f"{size / 2**30:.2f} GiB"
