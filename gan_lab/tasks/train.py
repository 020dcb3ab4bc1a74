"""task=train: build what the configuration names, train it, and say how it ended."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from lightning import Trainer
from lightning.pytorch.utilities import rank_zero_only
from omegaconf import DictConfig

from gan_lab import faults, terminal
from gan_lab.assembly.callbacks import RunCallbacks, build_callbacks
from gan_lab.assembly.cuda_graphs import choose_replay
from gan_lab.assembly.data_identity import prepare
from gan_lab.assembly.datasets import build_data
from gan_lab.assembly.doubts import doubts_about
from gan_lab.assembly.evaluations import announcement
from gan_lab.assembly.final_table import print_outcome, typed
from gan_lab.assembly.forms import treatment
from gan_lab.assembly.initial_weights import start
from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import algorithm_of, build_algorithm, load_weights
from gan_lab.assembly.networks import check_condition, gain_by_bfloat16
from gan_lab.assembly.originals import give_originals
from gan_lab.assembly.resume import find_checkpoint
from gan_lab.assembly.saved_config import Reopened, reopen, restore_errors_in_words
from gan_lab.assembly.taken_over import take_over
from gan_lab.assembly.trainers import build_trainer
from gan_lab.assembly.training_run import TrainingRun
from gan_lab.callbacks.dashboards import Dashboard
from gan_lab.config.build import build
from gan_lab.config.outside_words import python_command
from gan_lab.data.module import ImageDataModule
from gan_lab.errors import CheckpointError, TrainingError
from gan_lab.machine.memory import keep_freed_memory
from gan_lab.machine.slurm import is_warned, requeue
from gan_lab.machine.watchdog import say_if_the_first_process_is_gone, training_is_over
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.provenance import hardware
from gan_lab.runs.summary import Status
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.process_launcher import Processes, is_broken_exchange, why_broken


def run(config: DictConfig) -> None:
    """Train as `config` says, or continue the run of `config.ckpt` or of this directory.

    Raises:
        GanLabError: what the user can mend; the last good checkpoint and all rows are kept.
        SystemExit: the run was interrupted; 128 plus the signal's number.
    """
    keep_freed_memory()
    directory = RunDirectory(HydraConfig.get().runtime.output_dir)
    if config.resume:
        config.ckpt = find_checkpoint(config, directory)
    reopened = reopen(config) if config.ckpt else None
    if reopened:
        config = reopened.config
        refuse_exports(reopened)
        if reopened.iteration >= config.iterations and not is_unrecorded(directory, config.ckpt):
            say(f"{config.ckpt} has finished its {reopened.iteration} iterations.")
            say("Extend the run with a larger number, as in iterations=10000.")
            return

    dataset = build(config.data, "data")
    # What networks refuse is said before data are prepared, which may take an hour; but those that
    # have to do with labels must know the classes.
    module = None
    if dataset.condition != "none":
        check_condition(config)
    elif not dataset.learns_labels:
        module = build_algorithm(config, dataset)
    players = algorithm_of(config).players
    loggers = build_loggers(config, directory)
    trainer = build_trainer(
        config.trainer, directory, loggers, len(players), gains_by_bfloat16=gain_by_bfloat16(config)
    )
    data = build_data(config, dataset, trainer.world_size)
    # Before the run directory is touched, so that data that cannot be loaded leaves nothing there.
    prepare(dataset, reopened)
    data.setup("fit")
    images = data.images.get(dataset.labelled_source)
    module = module or build_algorithm(config, dataset, classes_of(dataset, images))
    if reopened:
        load_weights(module, reopened.checkpoint, config.ckpt)
    else:
        start(module, config, dataset, images)
    begun = take_over(module, config) if config.init and not reopened else None
    give_originals(module, config, dataset)
    no_graph = choose_replay(config.performance.cuda_graph, module, trainer)
    callbacks = build_callbacks(
        TrainingRun(config, directory, dataset, images, module, trainer, reopened)
    )
    trainer.callbacks.extend(callbacks.in_order())

    is_new = not (config.resume or (reopened and directory.holds(config.ckpt)))
    announce(directory, trainer, module)
    for remark in filter(None, [begun, no_graph, *doubts_about(config, module)]):
        say(remark)
    if callbacks.evaluate:
        say(announcement(config, dataset, callbacks.evaluate.evaluation))
    with in_use(directory, new=is_new), callbacks.stop, restore_errors_in_words(reopened, module):
        fit(trainer, module, data, config.ckpt, callbacks)
    conclude(directory, trainer, module, callbacks, is_repeatable=config.resume == "auto")
    if trainer.is_global_zero:
        print_outcome(directory, is_measurable=not treatment(dataset).unmeasured)


def refuse_exports(reopened: Reopened) -> None:
    """Refuse to go on from what task=export wrote.

    Raises:
        CheckpointError: says what to do instead.
    """
    if "holds" in reopened.checkpoint:
        ckpt = reopened.config.ckpt
        raise CheckpointError(
            f"ckpt={ckpt} holds what makes images, and no optimizers to go on with: "
            f"init={ckpt} init_mismatch=skip begins a new run with its weights."
        )


def is_unrecorded(directory: RunDirectory, ckpt: str) -> bool:
    """Return whether the run of this directory was killed before it could say how it ended."""
    is_told = directory.summary.exists() and directory.report.exists()
    return directory.holds(ckpt) and not is_told


def fit(
    trainer: Trainer,
    module: Algorithm,
    data: ImageDataModule,
    ckpt: str | None,
    callbacks: RunCallbacks,
) -> None:
    """Train, and record and report how that ended.

    Raises:
        TrainingError: the run directory cannot be written any more.
    """
    status: Status = "failed"
    record = callbacks.record
    # A run that was killed after its last checkpoint only lacks its summary.
    warnings.filterwarnings("ignore", message="Total length of .* is zero")
    # Evaluations, say, may be switched off when a run goes on.
    warnings.filterwarnings("ignore", message="Be aware that when using `ckpt_path`, callbacks")
    try:
        # Absolute, because Lightning has meanings of its own for words like last.
        trainer.fit(module, data, ckpt_path=ckpt and Path(ckpt).absolute())
        faults.moment("training_over")
        status = "finished" if module.iteration >= data.iterations else "interrupted"
    except (KeyboardInterrupt, SystemExit):
        status = "interrupted"
        raise KeyboardInterrupt from None  # Lightning makes exit(1) of it
    except RuntimeError as error:
        if trainer.world_size == 1 or not is_broken_exchange(error):
            raise
        if not trainer.is_global_zero:
            say_if_the_first_process_is_gone()
        last = record.directory.last_checkpoint
        raise TrainingError(
            f"{why_broken(trainer.strategy.launcher)}, so the run cannot go on. "
            + (f"Continue with ckpt={last}." if last.exists() else "Start it again.")
        ) from error
    except OSError as error:
        raise TrainingError(
            f"{record.directory.root} cannot be written to any more ({error.strerror}); what was "
            f"saved before is kept. Make room, then continue with "
            f"ckpt={record.directory.last_checkpoint}."
        ) from error
    finally:
        training_is_over()
        if status == "failed" and isinstance(trainer.strategy.launcher, Processes):
            trainer.strategy.launcher.end()
        with suppress(OSError):  # the error above says it already
            record.close(status, trainer, module)
        if record.started or status == "finished":
            callbacks.report.write()
        for dashboard in trainer.loggers:
            with suppress(OSError):
                dashboard.end(status)


def conclude(
    directory: RunDirectory,
    trainer: Trainer,
    module: Algorithm,
    callbacks: RunCallbacks,
    *,
    is_repeatable: bool,
) -> None:
    """Say how training ended; if Slurm ended it, let it run the same command again.

    Raises:
        SystemExit: a signal ended it.
    """
    signal = callbacks.stop.signal
    if signal:
        say(
            f"Stopped after iteration {module.iteration}, with everything saved. Continue with",
            f"  {python_command(typed(directory.last_checkpoint))}",
        )
        if is_warned(signal) and trainer.is_global_zero:
            say(requeue() if is_repeatable else "Without resume=auto the job is not requeued.")
        # Only the first process speaks for the run; Lightning kills it when another one fails.
        raise SystemExit(128 + signal if trainer.is_global_zero else 0)
    how = "Stopped at a collapse after" if callbacks.stopped_at_collapse else "Finished"
    say(f"{how} {module.iteration} iterations in {callbacks.log.seconds:.0f} s: {directory.root}")


@contextmanager
def in_use(directory: RunDirectory, *, new: bool) -> Iterator[None]:
    """Keep other commands out of the run directory; the first process does it for all."""
    if rank_zero_only.rank != 0:
        yield
        return
    directory.open(new=new)
    faults.moment("directory_open")
    try:
        yield
    finally:
        directory.close()


def build_loggers(config: DictConfig, directory: RunDirectory) -> list[Dashboard]:
    """Return what shows the run besides its own files; only the first process has any."""
    if rank_zero_only.rank != 0:
        return []
    return [
        build(node, f"logger.{name}", save_dir=directory.root)
        for name, node in config.logger.items()
    ]


@rank_zero_only
def announce(directory: RunDirectory, trainer: Trainer, module: Algorithm) -> None:
    """Say where the run is and what it runs on."""
    machine = hardware(trainer.strategy.root_device, trainer.world_size, trainer.precision)
    networks = ", ".join(
        f"{player} {sum(weight.numel() for weight in module.weights_of(player)):,} weights"
        for player in module.players
    )
    say(f"Run directory: {directory.root}")
    say(f"{machine['processes']} x {machine['name']}, {machine['precision']}; {networks}")


@rank_zero_only
def say(*lines: str) -> None:
    """Print for the person who waits; other processes stay silent."""
    terminal.say(*lines)
