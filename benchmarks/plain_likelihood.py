"""Maximum likelihood as one would write it by hand, to compare with: a VAE, NADE or PixelRNN.

    python -m benchmarks.plain_likelihood WARM_UP ITERATIONS [OVERRIDES]

Networks, batch size and Adam's numbers are those that `python -m gan_lab OVERRIDES` uses; black and
white images come from a DataLoader over a TensorDataset, in float32. Prints seconds for ITERATIONS
iterations, after WARM_UP others.
"""

import itertools
import sys
import time
from collections.abc import Callable

import torch
from hydra import compose, initialize_config_dir
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils import clip_grad_norm_
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.harness import print_figures
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.training.algorithm import Algorithm

PRINT_EVERY = 50


def cross_entropy(logits: Tensor, images: Tensor) -> Tensor:
    """Return the mean of -log p of images."""
    return binary_cross_entropy_with_logits(logits, images, reduction="sum") / len(images)


def loss_of(module: Algorithm) -> Callable[[Tensor], Tensor]:
    """Return what is minimised."""
    if "network" in module.parts:
        return lambda images: cross_entropy(module.network(images), images)

    def negative_elbo(images: Tensor) -> Tensor:
        mean, log_variance = module.encoder(images).chunk(2, dim=1)
        latents = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        kl = (mean.square() + log_variance.exp() - 1 - log_variance).sum() / 2 / len(images)
        return cross_entropy(module.decoder(latents), images) + kl

    return negative_elbo


def train(
    module: Algorithm,
    loader: DataLoader,
    *,
    adam: dict[str, object],
    clip_norm: float | None,
    redraw: bool,
    warm_up: int,
    iterations: int,
    device: str,
) -> float:
    """Train and return the seconds of the last iterations."""
    weights, loss_at = list(module.parameters()), loss_of(module)
    optimizer = torch.optim.Adam(weights, **adam)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))
    for iteration in range(warm_up + iterations):
        if iteration == warm_up:
            started = time.perf_counter()
        (images,) = next(batches)
        images = images.to(device)
        if redraw:
            images = torch.bernoulli(images)
        optimizer.zero_grad()
        loss = loss_at(images)
        loss.backward()
        if clip_norm is not None:
            clip_grad_norm_(weights, clip_norm)
        optimizer.step()
        if iteration % PRINT_EVERY == 0:
            print(f"{iteration}  loss {loss.item():.3f}")
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


def main() -> None:
    """Build what the overrides describe, and train it."""
    warm_up, iterations, *overrides = sys.argv[1:]
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", overrides)
        dataset = build(config.data, "data")
        dataset.prepare()
        module = build_algorithm(config, dataset)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    optimizer, images = config.optimizer, dataset.load().pixels.float() / 255
    seconds = train(
        module.to(device, memory_format=torch.contiguous_format),
        DataLoader(TensorDataset(images), config.batch_size, shuffle=True, drop_last=True),
        adam={"lr": optimizer.lr, "betas": (optimizer.beta1, optimizer.beta2)},
        clip_norm=optimizer.clip_norm,
        redraw=config.data.binarise == "dynamic",
        warm_up=int(warm_up),
        iterations=int(iterations),
        device=device,
    )
    print_figures(seconds=seconds)


if __name__ == "__main__":
    main()
