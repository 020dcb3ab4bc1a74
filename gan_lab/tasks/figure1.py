"""task=figure1: train a GAN on the line, and draw what Figure 1 of the 2014 paper sketches."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from lightning import Trainer
from lightning.pytorch.callbacks import LambdaCallback
from omegaconf import DictConfig

from gan_lab.assembly.datasets import build_data
from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.networks import packed
from gan_lab.assembly.trainers import build_trainer
from gan_lab.callbacks.graceful_stop import GracefulStop
from gan_lab.claims.density_record import DensityRecord, distance_from_theory
from gan_lab.config.build import build
from gan_lab.config.plain import resolved
from gan_lab.dotted_keys import leaves
from gan_lab.errors import ConfigError
from gan_lab.figures.figure1 import Moment, draw
from gan_lab.losses.adversarial import Minimax, NonSaturating
from gan_lab.output_files import output_folder, write_animation, write_arrays, write_pictures
from gan_lab.runs.directory import RunDirectory
from gan_lab.terminal import say
from gan_lab.training.gan import GAN

FILES = ("figure1.png", "figure1.gif", "figure1.npz")

MILLISECONDS = 100  # per frame


def run(config: DictConfig) -> None:
    """Train as `config` says, and write the four panels, the animation and their arrays to `out`.

    Raises:
        ConfigError: `config` asks for what the figure cannot show, or `out` cannot be written.
        TrainingError: the loss did not stay finite.
        SystemExit: it was interrupted; 128 plus the signal's number.
    """
    dataset = build(config.data, "data")
    if dataset.form != "numbers":
        raise ConfigError(
            "task=figure1 draws densities on the line; use data=density or one of its kin, such as "
            "data=density_bimodal."
        )
    module = build_algorithm(config, dataset)
    refuse_what_cannot_be_drawn(config, module)
    out = output_folder(config.out, "figure1", FILES)
    trainer = build_trainer(config.trainer, RunDirectory(out), [], len(module.players))
    if trainer.world_size > 1:
        raise ConfigError(f"task=figure1 runs on one device, not {trainer.world_size}.")
    data = build_data(config, dataset, processes=1)
    record = DensityRecord(dataset, every=config.samples_every, panels_at=config.panels_at)
    stop = GracefulStop()
    trainer.callbacks += [record, LambdaCallback(on_train_batch_end=say_how_far), stop]
    say(f"Training for {config.iterations} iterations.")
    with stop:
        trainer.fit(module, data)
    module.check_finite()
    if stop.signal:
        say(f"Stopped after iteration {module.iteration}; nothing is drawn.")
        raise SystemExit(128 + stop.signal)
    write(record, out)
    for what, number in distance_from_theory(module, dataset).items():
        say(f"{what}: {number:.4f}")
    say(f"Wrote figure1.png, figure1.gif and figure1.npz: {out.absolute()}")


def say_how_far(trainer: Trainer, module: GAN, *_: Any) -> None:
    """Print a line after each tenth of the iterations, unless the loss is no number any more."""
    total = trainer.num_training_batches
    if 10 * module.iteration // total > 10 * (module.iteration - 1) // total:
        module.check_finite()
        say(f"iteration {module.iteration}/{total}")


def refuse_what_cannot_be_drawn(config: DictConfig, module: GAN) -> None:
    """Refuse a GAN that has no such figure, and moments that its training does not have."""
    if config.ckpt:
        raise ConfigError(
            f"ckpt={config.ckpt} has no place in task=figure1, which trains a GAN of its own from "
            f"the start; leave it out."
        )
    if not isinstance(module.loss, (Minimax, NonSaturating)):
        raise ConfigError(
            "loss= must be non_saturating or minimax for task=figure1, where D is a probability."
        )
    if module.prior.dim != 1:
        raise ConfigError(
            f"latent.dim={module.prior.dim} must be 1 for task=figure1, which draws z on a line."
        )
    if packed(config) != 1:
        raise ConfigError(
            f"model.pack={packed(config)} must be 1 for task=figure1, which draws D of one number."
        )
    for key, value in leaves(resolved(config.ema)).items():
        if value is not None and not key.endswith("warm_up"):
            raise ConfigError(
                f"ema.{key}={value} must be null for task=figure1, which draws the two networks "
                f"that train against each other."
            )
    if not config.panels_at < config.iterations:
        raise ConfigError(
            f"panels_at={config.panels_at} must be below iterations={config.iterations}."
        )


def write(record: DensityRecord, out: Path) -> None:
    """Write `figure1.png`, `figure1.gif` and `figure1.npz` into the folder `out`."""
    write_pictures(out, {"figure1": draw(record.panels)})
    frames = [draw([moment]) for moment in record.moments]
    write_animation(out / "figure1.gif", frames, MILLISECONDS)
    moments = [*record.panels, *record.moments]
    names = [field.name for field in fields(Moment)]
    columns = ([getattr(moment, name) for moment in moments] for name in names)
    write_arrays(out, "figure1", dict(zip(names, map(np.stack, columns), strict=True)))
