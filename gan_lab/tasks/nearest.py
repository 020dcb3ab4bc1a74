"""task=nearest: samples beside their nearest training images, as in Figure 2 of the 2014 paper."""

import torch
from omegaconf import DictConfig
from torch import Tensor

from gan_lab.assembly.trained_model import TrainedModel, open_images
from gan_lab.data.select import some
from gan_lab.errors import ConfigError
from gan_lab.evaluation.neighbours import nearest_images
from gan_lab.figures.exploring import samples_and_nearest
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import MakesImages

FILES = ("nearest.png", "nearest.npz")


def run(config: DictConfig) -> None:
    """Draw samples of `config.ckpt`, and compare their distances with those of real test images.

    Raises:
        GanLabError: the checkpoint cannot be read or is of points, or `out` cannot be written.
    """
    trained = open_images(config, needs=MakesImages)
    out = output_folder(config.out, "nearest", FILES)
    rows, columns = config.rows, config.columns
    training = trained.dataset.like_generated(trained.dataset.load()).pixels
    drawn = max(config.n, rows * columns)
    samples = trained.dataset.to_pixels(
        trained.module.sample(drawn, config.seed, "task=nearest").images
    )
    distances, indices = (column[:, 0] for column in nearest_images(samples, training, k=1))
    arrays = {
        "samples": samples.numpy(),
        "nearest": training[indices].numpy(),
        "nearest_index": indices.numpy(),
        "distances": distances.numpy(),
    }
    say(f"L2 distance to the nearest of {len(training):,} training images, pixels in [0, 1]:")
    say(described(f"{drawn:,} samples", distances))
    real = held_out(trained, config.n)
    if real is None:
        say("  These data have no test images to compare with that were not trained on.")
    else:
        test_distances = nearest_images(real, training, k=1)[0][:, 0]
        arrays["test_distances"] = test_distances.numpy()
        say(described(f"{len(real):,} real test images", test_distances))
    last = slice(columns - 1, rows * columns, columns)
    of_last = distances[last].tolist()
    say("  the last column: " + "  ".join(f"{distance:.2f}" for distance in of_last))
    grid = samples[: rows * columns].unflatten(0, (rows, columns)).numpy()
    picture = samples_and_nearest(grid, arrays["nearest"][last], of_last)
    write_pictures(out, {"nearest": picture})
    write_arrays(out, "nearest", arrays)
    say(f"Wrote nearest.png and nearest.npz: {out.absolute()}")


def held_out(trained: TrainedModel, n: int) -> Tensor | None:
    """Return `n` test images, or None where there are none or they were trained on."""
    if {"test", "all"} & set(trained.dataset.split.split("+")):
        return None
    try:
        test = trained.split("test")
    except ConfigError:
        return None
    return some(test.like_generated(test.load()), n, test.by_class)


def described(whose: str, distances: Tensor) -> str:
    """Return the median of distances, and where the smallest of them lie."""
    hundredth, median = distances.double().quantile(torch.tensor([0.01, 0.5]).double())
    return f"  {whose}: median {median:.2f}, one in a hundred below {hundredth:.2f}"
