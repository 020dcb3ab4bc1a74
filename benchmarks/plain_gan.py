"""The loop that one would write by hand, to compare with: Algorithm 1 in plain PyTorch.

    python -m benchmarks.plain_gan WARM_UP ITERATIONS [OVERRIDES]

Networks, batch size, learning rates and the weights of R1 and R2 are those that
`python -m gan_lab OVERRIDES` uses; images come from a DataLoader over a TensorDataset, in float32.
The loss is the non-saturating one, or the relativistic one with loss=relativistic. With
data.condition=labels both networks are told of them. Prints seconds for ITERATIONS iterations,
after WARM_UP others.
"""

import itertools
import sys
import time

import torch
from hydra import compose, initialize_config_dir
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.harness import print_figures
from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.losses.relativistic import Relativistic
from gan_lab.losses.terms import Term

PRINT_EVERY = 50


def train(
    generator: nn.Module,
    discriminator: nn.Module,
    loader: DataLoader,
    *,
    latent_dim: int,
    lr: float,
    betas: tuple[float, float],
    relativistic: bool,
    penalties: dict[str, Term],
    warm_up: int,
    iterations: int,
    device: str,
) -> float:
    """Train and return the seconds of the last iterations."""
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=lr, betas=betas)
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=lr, betas=betas)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))
    for iteration in range(warm_up + iterations):
        if iteration == warm_up:
            started = time.perf_counter()
        real, *told = (part.to(device) for part in next(batches))
        ones = torch.ones(len(real), device=device)
        zeros = torch.zeros(len(real), device=device)

        optimizer_d.zero_grad()
        fake = generator(torch.randn(len(real), latent_dim, device=device), *told).detach()
        due = {name for name, term in penalties.items() if iteration % term.every == 0}
        real.requires_grad_("r1" in due)
        fake.requires_grad_("r2" in due)
        logits_real, logits_fake = discriminator(real, *told), discriminator(fake, *told)
        if relativistic:
            loss_d = softplus(logits_fake - logits_real).mean()
        else:
            loss_real = binary_cross_entropy_with_logits(logits_real, ones)
            loss_fake = binary_cross_entropy_with_logits(logits_fake, zeros)
            loss_d = loss_real + loss_fake
        for name in due:
            logits, images = (logits_real, real) if name == "r1" else (logits_fake, fake)
            gamma = penalties[name].weight * penalties[name].every
            loss_d = loss_d + gamma / 2 * squared_gradient_norm(logits, images)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        if relativistic:
            real, *told = (part.to(device) for part in next(batches))
        fake = generator(torch.randn(len(real), latent_dim, device=device), *told)
        if relativistic:
            loss_g = softplus(discriminator(real, *told) - discriminator(fake, *told)).mean()
        else:
            loss_g = binary_cross_entropy_with_logits(discriminator(fake, *told), ones)
        loss_g.backward()
        optimizer_g.step()

        if iteration % PRINT_EVERY == 0:
            print(f"{iteration}  loss D {loss_d.item():.3f}  loss G {loss_g.item():.3f}")
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


def squared_gradient_norm(logits: Tensor, images: Tensor) -> Tensor:
    """Return the mean squared norm of the gradient of D by its images."""
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


def main() -> None:
    """Build what the overrides describe, and train it."""
    warm_up, iterations, *overrides = sys.argv[1:]
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", overrides)
        dataset = build(config.data, "data")
        dataset.prepare()
        stored = dataset.load()
        labels = classes_of(dataset, stored)
        module = build_algorithm(config, dataset, labels)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    low, high = dataset.value_range
    images = low + stored.pixels.float() * (high - low) / 255
    data = TensorDataset(images, *([stored.labels] if labels else []))
    loader = DataLoader(data, config.batch_size, shuffle=True, drop_last=True)
    seconds = train(
        module.generator.to(device, memory_format=torch.contiguous_format),
        module.discriminator.to(device, memory_format=torch.contiguous_format),
        loader,
        latent_dim=config.latent.dim,
        lr=config.optimizer.lr,
        betas=(config.optimizer.beta1, config.optimizer.beta2),
        relativistic=isinstance(module.loss, Relativistic),
        penalties=module.terms.terms,
        warm_up=int(warm_up),
        iterations=int(iterations),
        device=device,
    )
    print_figures(seconds=seconds)


if __name__ == "__main__":
    main()
