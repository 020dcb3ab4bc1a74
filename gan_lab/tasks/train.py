"""task=train: build what the configuration names, train it, and say how it ended."""

from hydra.core.hydra_config import HydraConfig
from lightning import Callback, Trainer
from lightning.pytorch.loggers import Logger, WandbLogger
from lightning.pytorch.utilities import rank_zero_only
from omegaconf import DictConfig, OmegaConf

from gan_lab.callbacks.checkpoints import Checkpoints
from gan_lab.callbacks.graceful_stop import GracefulStop
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.progress import TrainingProgress
from gan_lab.callbacks.samples import SampleGrids
from gan_lab.config.build import build
from gan_lab.data.module import ImageDataModule
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.metrics_file import MetricsFile
from gan_lab.runs.provenance import hardware, versions
from gan_lab.runs.summary import Status, write_summary
from gan_lab.tasks.models import build_gan, load_weights
from gan_lab.tasks.reopening import Reopened, origin, reopen
from gan_lab.tasks.trainers import build_trainer
from gan_lab.training.gan import GAN


def run(config: DictConfig) -> None:
    """Train as `config` says, or continue the run of `config.ckpt`.

    Raises:
        GanLabError: what the user can mend; the last good checkpoint and all rows are kept.
        SystemExit: the run was interrupted; 128 plus the signal's number.
    """
    directory = RunDirectory(HydraConfig.get().runtime.output_dir)
    reopened = reopen(config) if config.ckpt else None
    if reopened:
        config = reopened.config
        if reopened.iteration >= config.iterations:
            say(f"{config.ckpt} has finished its {reopened.iteration} iterations.")
            say("Extend the run with a larger number, as in iterations=10000.")
            return
    enter(directory, reopened)

    dataset = build(config.data, "data")
    module = build_gan(config, dataset)
    if reopened:
        load_weights(module, reopened.checkpoint, config.ckpt)
    stop = GracefulStop()
    log = MetricsLog(MetricsFile(directory.metrics), config.log_every)
    callbacks: list[Callback] = [
        stop,
        log,
        SampleGrids(directory.samples, config.samples_every, config.seed, dataset.value_range),
        Checkpoints(directory.last_checkpoint, config.checkpoint_every, origin(config, reopened)),
    ]
    if config.trainer.enable_progress_bar:
        callbacks.insert(2, TrainingProgress(config.iterations, log))
    loggers = build_loggers(config, directory)
    trainer = build_trainer(config.trainer, directory, callbacks, loggers)
    data = ImageDataModule(
        dataset,
        batch_size=config.batch_size,
        minibatches=config.discriminator_steps,
        iterations=config.iterations,
        seed=config.seed,
    )
    announce(directory, trainer, module)

    status: Status = "failed"
    try:
        trainer.fit(module, data, ckpt_path=config.ckpt)
        status = "interrupted" if stop.signal else "finished"
    except (KeyboardInterrupt, SystemExit):
        status = "interrupted"
        raise
    finally:
        close(directory, status, config.seed, trainer, module, log, loggers)
    if stop.signal:
        say(
            f"Stopped after iteration {module.iteration}, with everything saved. Continue with\n"
            f"  python -m gan_lab ckpt={directory.last_checkpoint}"
        )
        # Only the first process speaks for the run; Lightning kills it when another one fails.
        raise SystemExit(128 + stop.signal if trainer.is_global_zero else 0)
    say(f"Finished {module.iteration} iterations in {log.seconds:.0f} s: {directory.root}")


@rank_zero_only
def enter(directory: RunDirectory, reopened: Reopened | None) -> None:
    """Make a new run's directory, or bring the record of a continued one up to date."""
    directory.open(new=reopened is None)
    if reopened:
        directory.hydra.mkdir(exist_ok=True)
        OmegaConf.save(reopened.config, directory.hydra / "config.yaml")
        OmegaConf.save(reopened.overrides, directory.hydra / "overrides.yaml")


def build_loggers(config: DictConfig, directory: RunDirectory) -> list[Logger]:
    """Return the loggers besides metrics.csv; only the first process has any."""
    if rank_zero_only.rank != 0:
        return []
    return [
        build(node, f"logger.{name}", save_dir=directory.root)
        for name, node in config.logger.items()
    ]


@rank_zero_only
def announce(directory: RunDirectory, trainer: Trainer, module: GAN) -> None:
    """Say where the run is and what it runs on, before the first long wait."""
    machine = hardware(trainer.strategy.root_device, trainer.world_size)
    networks = ", ".join(
        f"{name} {sum(weight.numel() for weight in network.parameters()):,} weights"
        for name, network in module.named_children()
        if name != "ema"
    )
    say(f"Run directory: {directory.root}")
    say(f"{machine['processes']} x {machine['name']}, {trainer.precision}; {networks}")


@rank_zero_only
def close(
    directory: RunDirectory,
    status: Status,
    seed: int,
    trainer: Trainer,
    module: GAN,
    log: MetricsLog,
    loggers: list[Logger],
) -> None:
    """Write summary.json and end the loggers, so that a sweep's next job starts its own."""
    write_summary(
        directory.summary,
        status=status,
        iterations=module.iteration,
        images_seen=module.images_seen,
        seconds=log.seconds,
        rows=log.file.rows,
        equilibrium=module.loss.equilibrium,
        about={
            "evaluation": {},  # no metric that samples are scored by has run
            "seed": seed,
            "versions": versions(),
            "hardware": hardware(trainer.strategy.root_device, trainer.world_size),
        },
    )
    for logger in loggers:
        if isinstance(logger, WandbLogger):
            logger.experiment.finish(exit_code=0 if status == "finished" else 1)


@rank_zero_only
def say(message: str) -> None:
    """Print for the person who waits; other processes stay silent."""
    print(message, flush=True)
