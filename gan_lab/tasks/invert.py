"""task=invert: the latents of real images, by optimisation through the generator.

Shape legend: N = images, R = restarts, T = steps, Z = latent dimension.
"""

import torch
from omegaconf import DictConfig
from torch import Tensor

from gan_lab.assembly.trained_model import TrainedModel, open_images, real_images
from gan_lab.figures.exploring import between_real, inversion_curves, inverted
from gan_lab.latents.inversion import invert
from gan_lab.latents.paths import path, path_for
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import HasLatents

FILES = ("pairs.png", "loss.png", "path.png", "invert.npz")

BATCH = 500
PATH_STEPS = 12


def run(config: DictConfig) -> None:
    """Invert the generator of `config.ckpt` on real images, and compare with random latents.

    Raises:
        GanLabError: the checkpoint cannot be read or is of points, the data have no such split, or
            `out` cannot be written.
    """
    trained = open_images(config, needs=HasLatents)
    module, dataset = trained.module, trained.dataset
    real = real_images(trained, config.split, config.n)
    out = output_folder(config.out, "invert", FILES)
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
    random_N = nearest_of(trained, real, randoms).cpu() / (high - low) ** 2
    best_NZ = found.latents[torch.arange(len(real)), errors_TNR[-1].argmin(dim=1)]
    walk = path(config.path or path_for(module.prior), best_NZ[:1], best_NZ[-1:], PATH_STEPS)[0]
    arrays = {
        "real": dataset.to_pixels(real).numpy(),
        "inverted": dataset.to_pixels(module.generate(best_NZ)).numpy(),
        "path": dataset.to_pixels(module.generate(walk)).numpy(),
        "latents": best_NZ.cpu().numpy(),
        "errors": errors_TNR.numpy(),
        "best_random_error": random_N.numpy(),
    }
    say(*report(errors_TNR, random_N, config.random))
    say(
        f"Mean length of z*: {best_NZ.norm(dim=1).mean():.2f}; "
        f"of a random latent: {starts.norm(dim=1).mean():.2f}."
    )
    real, errors, randoms = arrays["real"], arrays["errors"], arrays["best_random_error"]
    pictures = {
        "pairs": inverted(real, arrays["inverted"], errors[-1].min(axis=1)),
        "loss": inversion_curves(errors, randoms, config.random),
        "path": between_real(real[0], arrays["path"], real[-1]),
    }
    write_pictures(out, pictures)
    write_arrays(out, "invert", arrays)
    say(f"Wrote pairs.png, loss.png, path.png and invert.npz: {out.absolute()}")


def nearest_of(trained: TrainedModel, real: Tensor, latents: Tensor) -> Tensor:
    """Return the mean squared difference of each image to the nearest of these latents', `(N,)`."""
    blocks = []
    for part in latents.split(BATCH):
        made = trained.module.generate(part).flatten(1)
        blocks.append(torch.stack([(made - x).square().mean(1).min() for x in real.flatten(1)]))
    return torch.stack(blocks).amin(dim=0)


def report(errors_TNR: Tensor, random_N: Tensor, n_random: int) -> list[str]:
    """Return, by line, the errors of z* and of the best random latents, and how they compare."""
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
    return lines
