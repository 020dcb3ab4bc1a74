"""task=complete: what a model makes of the first part of real images.

Shape legend: N = images, R = rows.
"""

import torch
from omegaconf import DictConfig

from gan_lab.assembly.trained_model import open_images, real_images
from gan_lab.data.progress import bar
from gan_lab.figures.exploring import completed
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import Completes

FILES = ("complete.png", "complete.npz")


def run(config: DictConfig) -> None:
    """Keep the first part of real images, and draw the rest of each several times.

    Raises:
        GanLabError: the checkpoint cannot be read, is of points, or draws whole images; the data
            have no such split, or `out` cannot be written.
    """
    trained = open_images(config, needs=Completes)
    module, to_pixels = trained.module, trained.dataset.to_pixels
    real = real_images(trained, config.split, config.n)
    out = output_folder(config.out, "complete", FILES)
    kept = module.comes_first(config.share)
    made = [
        to_pixels(module.complete(real, kept, config.seed, "task=complete", row))
        for row in bar(range(config.each), total=config.each, unit="row")
    ]
    arrays = {
        "real": to_pixels(real).numpy(),
        "given": kept.numpy(),
        "completed": torch.stack(made).numpy(),
    }
    write_pictures(out, {"complete": completed(*arrays.values())})
    write_arrays(out, "complete", arrays)
    say(
        f"Wrote complete.png (rows: real images, what was given of them, and {config.each} "
        f"completions) and complete.npz: {out.absolute()}"
    )
