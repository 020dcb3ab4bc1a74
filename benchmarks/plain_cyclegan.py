"""CycleGAN as one would write it by hand, to compare with: Zhu et al., 2017, in plain PyTorch.

    python -m benchmarks.plain_cyclegan WARM_UP ITERATIONS [OVERRIDES]

Networks, batch size, weights and Adam's numbers are those that `python -m gan_lab OVERRIDES` uses;
images come from two DataLoaders over TensorDatasets, in float32. The loss is least squares. Prints
seconds for ITERATIONS iterations, after WARM_UP others.
"""

import itertools
import sys
import time

import torch
from hydra import compose, initialize_config_dir
from torch import Tensor
from torch.nn.functional import l1_loss
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.harness import print_figures
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.data.base import ImageDataset
from gan_lab.training.cyclegan import CycleGAN

PRINT_EVERY = 50


class Pool:
    """The history of translated images, as the authors' code has it."""

    def __init__(self, size: int) -> None:
        self.size, self.images = size, []

    def query(self, images: Tensor) -> Tensor:
        """Return these images, or older ones in the place of some."""
        shown = []
        for image in images:
            if len(self.images) < self.size:
                self.images.append(image)
                shown.append(image)
            elif torch.rand(()) < 0.5:
                place = int(torch.randint(self.size, ()))
                shown.append(self.images[place])
                self.images[place] = image
            else:
                shown.append(image)
        return torch.stack(shown)


def train(
    module: CycleGAN,
    loaders: tuple[DataLoader, DataLoader],
    *,
    adam: dict[str, object],
    pool_size: int,
    warm_up: int,
    iterations: int,
    device: str,
) -> float:
    """Train and return the seconds of the last iterations."""
    to_b, to_a = module.a_to_b, module.b_to_a
    judge_a, judge_b = module.discriminator_a, module.discriminator_b
    translators = [*to_b.parameters(), *to_a.parameters()]
    judges = [*judge_a.parameters(), *judge_b.parameters()]
    optimizer_g, optimizer_d = (torch.optim.Adam(part, **adam) for part in (translators, judges))
    pool_a, pool_b = Pool(pool_size), Pool(pool_size)
    batches = zip(
        *(itertools.chain.from_iterable(itertools.repeat(loader)) for loader in loaders),
        strict=False,
    )
    for iteration in range(warm_up + iterations):
        if iteration == warm_up:
            started = time.perf_counter()
        (a,), (b,) = next(batches)
        a, b = a.to(device), b.to(device)

        for weight in judges:
            weight.requires_grad_(False)
        optimizer_g.zero_grad()
        fake_b, fake_a = to_b(a), to_a(b)
        loss_g = half_square(judge_b(fake_b), 1) + half_square(judge_a(fake_a), 1)
        cycle = l1_loss(to_a(fake_b), a) + l1_loss(to_b(fake_a), b)
        identity = l1_loss(to_b(b), b) + l1_loss(to_a(a), a)
        loss_g = loss_g + module.cycle_weight * (cycle + module.identity_weight * identity)
        loss_g.backward()
        optimizer_g.step()

        for weight in judges:
            weight.requires_grad_(True)
        optimizer_d.zero_grad()
        loss_d = half_square(judge_a(a), 1) + half_square(judge_a(pool_a.query(fake_a.detach())), 0)
        loss_d = loss_d + half_square(judge_b(b), 1)
        loss_d = loss_d + half_square(judge_b(pool_b.query(fake_b.detach())), 0)
        loss_d.backward()
        optimizer_d.step()

        if iteration % PRINT_EVERY == 0:
            print(f"{iteration}  loss D {loss_d.item():.3f}  loss G {loss_g.item():.3f}")
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


def half_square(logits: Tensor, target: float) -> Tensor:
    """Return half the mean squared distance from the target."""
    return (logits - target).square().mean() / 2


def loader_of(source: ImageDataset, batch_size: int) -> DataLoader:
    """Return shuffled minibatches of one set."""
    images = source.to_network(source.load().pixels)
    return DataLoader(TensorDataset(images), batch_size, shuffle=True, drop_last=True)


def main() -> None:
    """Build what the overrides describe, and train it."""
    warm_up, iterations, *overrides = sys.argv[1:]
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", overrides)
        dataset = build(config.data, "data")
        dataset.prepare()
        module = build_algorithm(config, dataset)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    optimizer = config.optimizer
    seconds = train(
        module.to(device, memory_format=torch.contiguous_format),
        tuple(loader_of(source, config.batch_size) for source in dataset.sources.values()),
        adam={"lr": optimizer.lr, "betas": (optimizer.beta1, optimizer.beta2)},
        pool_size=config.algorithm.pool_size,
        warm_up=int(warm_up),
        iterations=int(iterations),
        device=device,
    )
    print_figures(seconds=seconds)


if __name__ == "__main__":
    main()
