"""task=sample: images from a checkpoint."""

from pathlib import Path

import numpy as np
from omegaconf import DictConfig

from gan_lab.assembly.forms import (
    picture_of_puzzles,
    picture_of_samples,
    picture_of_translations,
    require_images,
)
from gan_lab.assembly.labels import Known
from gan_lab.assembly.originals import give_originals
from gan_lab.assembly.trained_model import open_model, within
from gan_lab.data.base import Batch, ImageDataset
from gan_lab.data.progress import late_bar
from gan_lab.evaluation.outside_range import OutsideRange
from gan_lab.figures.grids import single
from gan_lab.output_files import empty_folder, output_file, write_npz, write_picture
from gan_lab.plurals import counted
from gan_lab.terminal import say
from gan_lab.training.abilities import (
    Assembles,
    Completes,
    MakesImages,
    StartsFromImages,
    Translates,
)

DEFAULT_OUT = {"grid": "samples.png", "png": "samples", "npz": "samples.npz"}


def run(config: DictConfig) -> None:
    """Write `n` images of `config.ckpt` in the chosen format; the same seed gives the same images.

    Raises:
        GanLabError: the checkpoint cannot be read, or `out` cannot be written.
    """
    trained = open_model(
        config, needs=MakesImages, only=config.condition, truncation=config.truncation
    )
    dataset, labels, address = trained.dataset, trained.labels, (config.seed, "task=sample")
    if isinstance(trained.module, StartsFromImages):
        trained.prepare()
        give_originals(trained.module, trained.config, dataset)
    if isinstance(trained.module, Completes):
        trained.module.counting = late_bar
    out = place(config, dataset)
    if config.format == "grid":
        shown = picture_of_samples(dataset, labels, config.n, trained.chosen)
        if isinstance(trained.module, Translates):
            shown = picture_of_translations(dataset, trained.module)
        elif isinstance(trained.module, Assembles):
            shown = picture_of_puzzles(dataset, config.n)
        samples = shown.samples(trained.module, *address)
        write_picture(out, shown.drawn(trained.module, samples))
    else:
        samples = trained.module.sample(config.n, *address)
        write(samples, dataset, out, labels)
    bounds = None if trained.module.bounded else dataset.clipped_range
    if bounds:
        outside = OutsideRange(bounds, samples.images.device)
        outside.update(samples.images)
        say(
            f"{outside.compute():.2%} of their numbers lie outside the value range and are clipped."
        )
    say(
        f"Wrote {counted(len(samples.images), 'image')} of iteration {trained.iteration}"
        f"{within(config.truncation)}: {out.absolute()}"
    )


def place(config: DictConfig, dataset: ImageDataset) -> Path:
    """Return where to write: a file, or an empty folder for `format=png`.

    Raises:
        ConfigError: the format does not suit the images, or `out` cannot be written.
    """
    default = DEFAULT_OUT[config.format]
    if config.format != "png":
        return output_file(config.out, default)
    require_images(dataset, "format=png", "Use format=grid or format=npz.")
    return empty_folder(config.out, default)


def write(samples: Batch, dataset: ImageDataset, out: Path, labels: Known | None = None) -> None:
    """Write images as one array beside their labels or captions, or into a folder, one PNG each.

    Args:
        samples: images in the value range of `dataset`, with the condition if the model has one.
        dataset: says how its images are stored.
        out: a file, or an empty folder.
        labels: or captions, that the model is told of.

    Raises:
        ConfigError: `out` cannot be written.
    """
    pixels_NCHW = dataset.to_pixels(samples.images).numpy()
    if not out.is_dir():
        arrays = {"images": pixels_NCHW.transpose(0, 2, 3, 1)}
        if samples.condition is not None:
            numbers = {"labels": samples.condition.cpu().numpy()}
            columns = labels.columns(samples.condition) if labels else numbers
            arrays |= {name: np.array(column) for name, column in columns.items()}
        write_npz(out, arrays)
        return
    for index, image_CHW in enumerate(pixels_NCHW):
        write_picture(out / f"{index:05d}.png", single(image_CHW))
