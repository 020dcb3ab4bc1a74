"""The GAN that a configuration describes, and the minibatches that it is trained on."""

from collections.abc import Mapping
from typing import Any

import torch
from omegaconf import DictConfig
from torch import nn

from gan_lab import seeding
from gan_lab.config.build import build
from gan_lab.data.base import ImageDataset
from gan_lab.data.module import ImageDataModule
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.networks.pack import Packed
from gan_lab.schedules import Schedule
from gan_lab.training.gan import GAN


def build_gan(config: DictConfig, dataset: ImageDataset) -> GAN:
    """Return an untrained GAN for the images of `dataset`; the same seed gives the same weights.

    Raises:
        ConfigError: a value cannot work.
    """
    prior = build(config.latent, "latent")
    seeding.seed_global(config.seed, "weights")
    module = GAN(
        generator=build(
            config.model.generator,
            "model.generator",
            latent_dim=prior.dim,
            image_shape=dataset.image_shape,
            value_range=dataset.value_range,
        ),
        discriminator=_discriminator(config, dataset),
        loss=build(config.loss, "loss"),
        prior=prior,
        generator_optimizer=build(
            config.optimizer.generator, "optimizer.generator", _partial_=True
        ),
        discriminator_optimizer=build(
            config.optimizer.discriminator, "optimizer.discriminator", _partial_=True
        ),
        schedule=build(config.optimizer.schedule, "optimizer.schedule"),
        batch_size=config.batch_size,
        discriminator_steps=config.discriminator_steps,
        seed=config.seed,
        # By index: the attribute of this name is a method of every mapping.
        simultaneous=config["update"] == "simultaneous",
        reuse_fakes=config.reuse_fakes,
        clip_norm=config.optimizer.clip_norm,
        max_column_norm=config.optimizer.get("max_column_norm"),
        momentum_schedule=_momentum_schedule(config),
        ema_decay=config.model.ema,
        ema_warm_up=config.model.get("ema_warm_up", True),
        log_every=config.log_every,
    )
    try:
        module.configure_optimizers()
    except (ValueError, TypeError, IndexError, RuntimeError) as error:  # torch's own checks
        raise ConfigError(f"optimizer: {error}.") from error
    # Convolutions are faster in this memory layout, on CPUs and on GPUs.
    module.to(memory_format=torch.channels_last)
    if config.performance.compile:
        # In place, so that the names of the weights stay the same.
        module.generator.compile()
        module.discriminator.compile()
    return module


def _momentum_schedule(config: DictConfig) -> Schedule | None:
    if "momentum_schedule" not in config.optimizer:
        return None
    return build(config.optimizer.momentum_schedule, "optimizer.momentum_schedule")


def _discriminator(config: DictConfig, dataset: ImageDataset) -> nn.Module:
    pack = packed(config)
    channels, height, width = dataset.image_shape
    network = build(
        config.model.discriminator,
        "model.discriminator",
        image_shape=(pack * channels, height, width),
    )
    return network if pack == 1 else Packed(network, pack)


def packed(config: DictConfig) -> int:
    """Return how many images the discriminator judges together: `model.pack`, or 1.

    Raises:
        ConfigError: it is below 1.
    """
    pack = config.model.get("pack", 1)
    if pack < 1:
        raise ConfigError(f"model.pack={pack} must be at least 1; 2 is PacGAN's usual number.")
    return pack


def build_data(config: DictConfig, dataset: ImageDataset, processes: int) -> ImageDataModule:
    """Return the minibatches of `dataset` for so many processes."""
    return ImageDataModule(
        dataset,
        batch_size=config.batch_size,
        minibatches=config.discriminator_steps,
        iterations=config.iterations,
        seed=config.seed,
        processes=processes,
        pack=packed(config),
    )


def load_weights(module: GAN, checkpoint: Mapping[str, Any], ckpt: str) -> None:
    """Put the checkpoint's weights into `module`.

    Raises:
        CheckpointError: it is a checkpoint of other networks.
    """
    try:
        module.load_state_dict(checkpoint["state_dict"])
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise CheckpointError(
            f"ckpt={ckpt} holds other networks than the configuration describes: {reason[:200]}"
        ) from error
