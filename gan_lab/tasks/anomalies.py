"""task=anomalies: does a model say that images of something else are less likely?

Nalisnick et al., 2019, arXiv:1810.09136, found that it often does not.

Shape legend: N = images.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from omegaconf import DictConfig
from PIL import Image
from rich.table import Table
from torch import Tensor
from torchmetrics.functional.classification import binary_auroc

from gan_lab import terminal
from gan_lab.assembly.other_data import other_images
from gan_lab.assembly.trained_model import TrainedModel, open_images
from gan_lab.data.progress import bar
from gan_lab.data.select import some
from gan_lab.errors import ConfigError
from gan_lab.figures.curves import Curve, Panel, draw
from gan_lab.figures.tiles import tiles
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import HasDensity

FILES = ("likelihoods.png", "extremes.png", "anomalies.npz")

BATCH = 100  # images at once
BINS, SHOWN = 60, 5


def run(config: DictConfig) -> None:
    """Compare the likelihood of test images with that of `config.others`.

    Raises:
        GanLabError: the checkpoint cannot be read, is of points, or has no density; the data have
            no test images, another data set is not there or of another shape, or `out` cannot be
            written.
    """
    trained = open_images(config, needs=HasDensity)
    dataset = trained.dataset
    if dataset.test_split is None:
        raise ConfigError(
            f"task={config.task} compares with test images, and {type(dataset).__name__} has none."
        )
    out = output_folder(config.out, "anomalies", FILES)
    part = trained.split(dataset.test_split)
    own = some(part.like_generated(part.load()), config.n, part.by_class)
    images = {dataset.test_split: own}
    for name in config.others:
        images[name] = other_images(name, dataset, own, config.seed)
    nll = {
        name: negative_log_likelihood(trained, pixels, config.samples, config.seed)
        for name, pixels in images.items()
    }
    terminal.console().print(table(nll, trained, config.samples))
    shown = {
        "likelihoods": draw([histogram(nll)]),
        "extremes": extremes(images, nll),
    }
    write_pictures(out, shown)
    write_arrays(out, "anomalies", {f"nll/{name}": found.numpy() for name, found in nll.items()})
    say(f"Wrote {', '.join(FILES[:-1])} and {FILES[-1]}: {out.absolute()}")


def negative_log_likelihood(
    trained: TrainedModel, pixels_NCHW: Tensor, samples: int, seed: int
) -> Tensor:
    """Return `-log p(x)` of each image `(N,)`, float64, in nats."""
    blocks = pixels_NCHW.split(BATCH)
    found = [
        trained.module.log_prob(
            trained.dataset.to_network(block), samples, seed, "task=anomalies", number
        )
        for number, block in enumerate(bar(blocks, total=len(blocks), unit="minibatch"))
    ]
    return -torch.cat(found).double().cpu()


def auroc(own_N: Tensor, other_N: Tensor) -> float:
    """Return the chance that an image of the others is said to be less likely than one's own."""
    found = torch.cat([own_N, other_N])
    is_other = torch.cat([torch.zeros(len(own_N)), torch.ones(len(other_N))]).long()
    # The order alone counts, and binary_auroc squeezes what is not between 0 and 1.
    ranks = torch.unique(found, return_inverse=True)[1].double() / len(found)
    return binary_auroc(ranks, is_other).item()


def table(nll: Mapping[str, Tensor], trained: TrainedModel, samples: int) -> Table:
    """Return a row for each kind of image, the model's own test images first."""
    own = next(iter(nll.values()))
    numbers = math.prod(trained.dataset.image_shape)
    rows = [
        (
            name,
            f"{len(found):,}",
            f"{found.mean():.2f} ± {found.std(correction=0) / len(found) ** 0.5:.2f}",
            f"{found.mean() / numbers / math.log(2):.3f}",
            "" if found is own else f"{auroc(own, found):.3f}",
        )
        for name, found in nll.items()
    ]
    kind = f"bounds of {samples:,} samples" if trained.module.density == "bound" else "exact"
    columns = dict.fromkeys(("images", "number", "nll", "bits per dimension", "auroc"), "right")
    return terminal.table(
        columns | {"images": "left"},
        rows,
        title=f"-log p of images in nats ({kind}), iteration {trained.iteration:,}",
        caption="auroc: chance that such an image is said to be less likely than a test image",
    )


def histogram(nll: Mapping[str, Tensor]) -> Panel:
    """Return how `-log p` is distributed for each kind of image."""
    found = torch.cat(list(nll.values())).numpy()
    edges = np.linspace(found.min(), found.max(), BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    curves = [
        Curve(name, middles, 100 * np.histogram(each.numpy(), edges)[0] / len(each))
        for name, each in nll.items()
    ]
    return Panel("likelihood of images", "-log p(x), nats", "% of the images", curves)


def extremes(images: Mapping[str, Tensor], nll: Mapping[str, Tensor]) -> Image.Image:
    """Return a row for each kind: its likeliest images, and set off those that are least likely."""
    shown = min(SHOWN, *map(len, images.values()))
    rows, captions = [], []
    for name, pixels_NCHW in images.items():
        order = nll[name].argsort()
        places = torch.cat([order[:shown], order[-shown:]])
        rows.append(pixels_NCHW[places].numpy())
        found = [f"{nll[name][place]:.1f}" for place in places]
        captions.append([f"{name} {found[0]}", *found[1:]])
    headings = ["likeliest", *[""] * (shown - 1), "least", *[""] * (shown - 1)]
    return tiles(np.stack(rows), headings=headings, captions=captions, set_off=shown)
