"""task=sample: images from a checkpoint's generator."""

from pathlib import Path

import numpy as np
from omegaconf import DictConfig
from PIL import Image

from gan_lab.config.build import build
from gan_lab.data.pixels import to_pixels
from gan_lab.durable import replacing
from gan_lab.errors import ConfigError
from gan_lab.figures.grids import image_grid
from gan_lab.tasks.models import build_gan, load_weights
from gan_lab.tasks.reopening import reopen
from gan_lab.tasks.trainers import choose_accelerator

DEFAULT_OUT = {"grid": "samples.png", "png": "samples", "npz": "samples.npz"}


def run(config: DictConfig) -> None:
    """Write `n` images of `config.ckpt` in the chosen format; the same seed gives the same images.

    Raises:
        GanLabError: the checkpoint cannot be read, or `out` cannot be written.
    """
    if not config.ckpt:
        raise ConfigError(
            "task=sample needs ckpt=, as in ckpt=outputs/DAY/TIME/checkpoints/last.ckpt."
        )
    reopened = reopen(config, also_free=["seed"])
    dataset = build(reopened.config.data, "data")
    module = build_gan(reopened.config, dataset)
    load_weights(module, reopened.checkpoint, config.ckpt)
    module.to(choose_accelerator(config.trainer.accelerator))
    images = module.sample(config.n, config.seed, "task=sample")
    pixels_NCHW = to_pixels(images, dataset.value_range).numpy()
    out = Path(config.out or DEFAULT_OUT[config.format])
    try:
        write(pixels_NCHW, out, config.format)
    except OSError as error:
        raise ConfigError(f"out={out} cannot be written ({error.strerror or error}).") from error
    print(f"Wrote {config.n} images of iteration {reopened.iteration}: {out.absolute()}")


def write(pixels_NCHW: np.ndarray, out: Path, format: str) -> None:
    """Write uint8 images as one grid, one PNG each, or one array.

    Args:
        pixels_NCHW: 1 or 3 channels.
        out: a file; for `png` a folder.
        format: `grid`, `png` or `npz`.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if format == "grid":
        with replacing(out) as file:
            image_grid(pixels_NCHW).save(file, "PNG")
    elif format == "npz":
        with replacing(out) as file:
            np.savez_compressed(file, images=pixels_NCHW.transpose(0, 2, 3, 1))
    else:
        out.mkdir(exist_ok=True)
        if any(out.iterdir()):
            raise ConfigError(f"out={out} already holds files; name a new folder for format=png.")
        for index, image_CHW in enumerate(pixels_NCHW):
            image = Image.fromarray(image_CHW.transpose(1, 2, 0).squeeze())
            image.save(out / f"{index:05d}.png")
