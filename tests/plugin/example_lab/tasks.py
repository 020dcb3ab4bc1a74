"""A task is a function that is called with the configuration."""

from omegaconf import DictConfig

from gan_lab import terminal
from gan_lab.assembly.trained_model import open_model


def brightness(config: DictConfig) -> None:
    """Print the mean level of `count` images of the checkpoint `ckpt`."""
    opened = open_model(config)
    images = opened.module.sample(config.count, config.seed, "task=brightness").images
    pixels = opened.dataset.to_pixels(images).float()
    terminal.say(f"Mean level of {config.count} images: {pixels.mean():.1f}")
