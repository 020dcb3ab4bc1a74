"""The loop that one would write by hand, to compare with: Algorithm 1 in plain PyTorch.

    python -m benchmarks.plain_gan WARM_UP ITERATIONS [OVERRIDES]

Networks, batch size and learning rates are those that `python -m gan_lab OVERRIDES` uses; images
come from a DataLoader over a TensorDataset, in float32. Prints seconds for ITERATIONS iterations,
after WARM_UP others.
"""

import itertools
import sys
import time

import torch
from hydra import compose, initialize_config_dir
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.harness import print_figures
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf

PRINT_EVERY = 50


def train(
    generator: nn.Module,
    discriminator: nn.Module,
    loader: DataLoader,
    *,
    latent_dim: int,
    lr: float,
    betas: tuple[float, float],
    warm_up: int,
    iterations: int,
    device: str,
) -> float:
    """Train with the non-saturating loss and return the seconds of the last iterations."""
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=lr, betas=betas)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=lr, betas=betas)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))
    for iteration, (real,) in enumerate(itertools.islice(batches, warm_up + iterations)):
        if iteration == warm_up:
            started = time.perf_counter()
        real = real.to(device)
        ones = torch.ones(len(real), device=device)
        zeros = torch.zeros(len(real), device=device)

        optimizer_d.zero_grad()
        fake = generator(torch.randn(len(real), latent_dim, device=device)).detach()
        loss_real = binary_cross_entropy_with_logits(discriminator(real), ones)
        loss_fake = binary_cross_entropy_with_logits(discriminator(fake), zeros)
        loss_d = loss_real + loss_fake
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        fake = generator(torch.randn(len(real), latent_dim, device=device))
        loss_g = binary_cross_entropy_with_logits(discriminator(fake), ones)
        loss_g.backward()
        optimizer_g.step()

        if iteration % PRINT_EVERY == 0:
            print(f"{iteration}  loss D {loss_d.item():.3f}  loss G {loss_g.item():.3f}")
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
    low, high = dataset.value_range
    images = low + dataset.load().pixels.float() * (high - low) / 255
    loader = DataLoader(TensorDataset(images), config.batch_size, shuffle=True, drop_last=True)
    seconds = train(
        module.generator.to(device, memory_format=torch.contiguous_format),
        module.discriminator.to(device, memory_format=torch.contiguous_format),
        loader,
        latent_dim=config.latent.dim,
        lr=config.optimizer.lr,
        betas=(config.optimizer.beta1, config.optimizer.beta2),
        warm_up=int(warm_up),
        iterations=int(iterations),
        device=device,
    )
    print_figures(seconds=seconds)


if __name__ == "__main__":
    main()
