"""task=invert: the latents of real images, by optimisation through the generator.

Shape legend: N = images, R = restarts, T = steps, Z = latent dimension.
"""

from pathlib import Path

import numpy as np
import torch
from omegaconf import DictConfig
from PIL import Image
from torch import Tensor

from gan_lab.errors import ConfigError
from gan_lab.figures.curves import Curve, Panel, draw
from gan_lab.figures.tiles import tiles
from gan_lab.latents.inversion import invert
from gan_lab.latents.paths import path, path_for
from gan_lab.tasks.opening import Opened, open_images
from gan_lab.tasks.output import output_folder, write_arrays, write_pictures

BATCH = 500
PATH_STEPS = 12


def run(config: DictConfig) -> None:
    """Invert the generator of `config.ckpt` on real images, and compare with random latents.

    Raises:
        GanLabError: the checkpoint cannot be read or is of points, the data have no such split, or
            `out` cannot be written.
    """
    if config.step_size <= 0:
        raise ConfigError(f"step_size={config.step_size} must be above 0, such as 0.1.")
    opened = open_images(config)
    module, dataset = opened.module, opened.dataset
    real = real_images(opened, config.split, config.n)
    out = output_folder(Path(config.out or "invert"))
    module.evaluated_generator.requires_grad_(False).eval()
    starts = module.latents(len(real) * config.restarts, config.seed, "task=invert", "restarts")
    found = invert(
        module.evaluated_generator,
        real,
        starts.unflatten(0, (len(real), config.restarts)),
        steps=config.steps,
        lr=config.step_size,
    )
    randoms = module.latents(config.random, config.seed, "task=invert", "random")
    low, high = dataset.value_range
    errors_TNR = found.errors.cpu() / (high - low) ** 2
    random_N = nearest_of(opened, real, randoms).cpu() / (high - low) ** 2
    best_NZ = found.latents[torch.arange(len(real)), errors_TNR[-1].argmin(dim=1)]
    walk = path(config.path or path_for(module.prior), best_NZ[:1], best_NZ[-1:], PATH_STEPS)[0]
    arrays = {
        "real": dataset.stored(real).numpy(),
        "inverted": dataset.stored(module.generate(best_NZ)).numpy(),
        "path": dataset.stored(module.generate(walk)).numpy(),
        "latents": best_NZ.cpu().numpy(),
        "errors": errors_TNR.numpy(),
        "best_random_error": random_N.numpy(),
    }
    print(report(errors_TNR, random_N, config.random))
    print(
        f"Mean length of z*: {best_NZ.norm(dim=1).mean():.2f}; "
        f"of a random latent: {starts.norm(dim=1).mean():.2f}."
    )
    pictures = {
        "pairs": pairs(arrays["real"], arrays["inverted"], errors_TNR[-1].amin(dim=1)),
        "loss": curves(errors_TNR, random_N, config.random),
        "path": ends_and_path(arrays["real"], arrays["path"]),
    }
    write_pictures(out, pictures)
    write_arrays(out, "invert", arrays)
    print(f"Wrote pairs.png, loss.png, path.png and invert.npz: {out.absolute()}")


def real_images(opened: Opened, split: str, n: int) -> Tensor:
    """Return the first `n` real images of a split as the networks see them, on their device."""
    try:
        dataset = opened.split(split)
    except ConfigError as error:
        raise ConfigError(f"split={split}: {error} Choose one that is there by split=.") from error
    return dataset.seen(dataset.load().pixels[:n]).to(opened.module.device)


def nearest_of(opened: Opened, real: Tensor, latents: Tensor) -> Tensor:
    """Return the mean squared difference of each image to the nearest of these latents', `(N,)`."""
    blocks = []
    for part in latents.split(BATCH):
        made = opened.module.generate(part).flatten(1)
        blocks.append(torch.stack([(made - x).square().mean(1).min() for x in real.flatten(1)]))
    return torch.stack(blocks).amin(dim=0)


def report(errors_TNR: Tensor, random_N: Tensor, n_random: int) -> str:
    """Return the errors of z* and of the best random latents, and how they compare."""
    images, restarts = errors_TNR.shape[1:]
    z_star = errors_TNR[-1].amin(dim=1)
    others = {
        f"best of the {restarts} starts": errors_TNR[0].amin(dim=1),
        f"best of {n_random:,} random latents": random_N,
    }
    lines = [f"Mean squared error per pixel, from 0 to 1, over {images} images:"]
    lines += [f"  {'z*':<30} {z_star.mean():.5f}"]
    for name, error in others.items():
        ratios = error / z_star
        lines.append(
            f"  {name:<30} {error.mean():.5f}: {error.mean() / z_star.mean():.1f} times as much "
            f"(of single images {ratios.min():.1f} to {ratios.max():.1f} times)"
        )
    return "\n".join(lines)


def pairs(real: np.ndarray, inverted: np.ndarray, errors: Tensor) -> Image.Image:
    """Return real image, G(z*) and their difference side by side, black where they are equal."""
    difference = np.abs(real.astype(np.int16) - inverted).astype(np.uint8)
    rows = np.stack([real, inverted, difference])
    n = len(real)
    captions = [["real"] * n, ["G(z*)"] * n, [f"{error:.4f}" for error in errors.tolist()]]
    return tiles(rows, captions=captions)


def curves(errors_TNR: Tensor, random_N: Tensor, n_random: int) -> Image.Image:
    """Return all restarts of the first image, and the best and the middle one over all images."""
    steps = np.arange(len(errors_TNR))
    first = [
        Curve(f"start {index + 1}", steps, errors)
        for index, errors in enumerate(errors_TNR[:, 0].T.numpy())
    ]
    over_all = [
        Curve("best start", steps, errors_TNR.amin(dim=2).mean(dim=1)),
        Curve("middle start", steps, errors_TNR.median(dim=2).values.mean(dim=1)),
    ]
    name = f"best of {n_random:,} random"
    labels = ("step", "mean squared error")
    return draw(
        [
            Panel("First image", *labels, first, {name: float(random_N[0])}, "log"),
            Panel("Mean of all images", *labels, over_all, {name: float(random_N.mean())}, "log"),
        ]
    )


def ends_and_path(real: np.ndarray, walk: np.ndarray) -> Image.Image:
    """Return the path between the latents of the first and the last image, these at its ends."""
    return tiles(
        np.concatenate([real[:1], walk, real[-1:]])[None],
        headings=["real", "G(z*)", *[""] * (len(walk) - 2), "G(z*)", "real"],
    )
