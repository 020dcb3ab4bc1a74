"""What loops by hand begin with and are timed by; what they compare is their own.

Networks and numbers are those that `python -m gan_lab OVERRIDES` uses, images lie in memory in
float32 and come from a DataLoader over a TensorDataset.
"""

import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.harness import print_figures
from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.data.base import ImageDataset, Images
from gan_lab.training.algorithm import Algorithm

PRINT_EVERY = 50

Step = Callable[[int], Tensor]  # one iteration, by its number; its loss


@dataclass(frozen=True)
class Setting:
    """What is trained on what.

    Attributes:
        config: the whole configuration.
        dataset: whose images.
        images: of its sources, by their names.
        module: with untrained networks.
        device: cuda or cpu.
    """

    config: DictConfig
    dataset: ImageDataset
    images: dict[str, Images]
    module: Algorithm
    device: str

    def batches(self, source: str = "data", *, labels: bool = False) -> Iterator[list[Tensor]]:
        """Return endless shuffled minibatches of a source, with labels if asked for."""
        stored = self.images[source]
        return self.shuffled(stored, stored.labels.long() if labels else None, source)

    def shuffled(
        self, stored: Images, labels: Tensor | None = None, source: str = "data"
    ) -> Iterator[list[Tensor]]:
        """Return endless shuffled minibatches of images, and labels beside them."""
        images = self.dataset.sources[source].to_network(stored.pixels)
        data = TensorDataset(images, *([] if labels is None else [labels]))
        loader = DataLoader(data, self.config.batch_size, shuffle=True, drop_last=True)
        for parts in itertools.chain.from_iterable(itertools.repeat(loader)):
            yield [part.to(self.device) for part in parts]

    def adam(self, player: str, *networks: torch.nn.Module) -> torch.optim.Adam:
        """Return Adam with a player's numbers, as it comes."""
        said, own = self.config.optimizer, self.config.optimizer[player]
        lr, beta1, beta2 = (
            said[name] if own[name] is None else own[name] for name in ("lr", "beta1", "beta2")
        )
        weights = [weight for network in networks for weight in network.parameters()]
        return torch.optim.Adam(weights, lr=lr, betas=(beta1, beta2))


def set_up(overrides: Sequence[str]) -> Setting:
    """Return what is trained on what, by the words of a command."""
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", list(overrides))
        dataset = build(config.data, "data")
        dataset.prepare()
        images = {name: source.load() for name, source in dataset.sources.items()}
        labels = classes_of(dataset, images.get(dataset.labelled_source))
        module = build_algorithm(config, dataset, labels)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    module.to(device, memory_format=torch.contiguous_format)
    return Setting(config, dataset, images, module, device)


def main(loop: Callable[[Setting], Step]) -> None:
    """Print the seconds of a loop: WARM_UP ITERATIONS [OVERRIDES] on the command line."""
    warm_up, iterations, *overrides = sys.argv[1:]
    setting = set_up(overrides)
    step = loop(setting)
    for iteration in range(int(warm_up) + int(iterations)):
        if iteration == int(warm_up):
            started = time.perf_counter()
        loss = step(iteration)
        if iteration % PRINT_EVERY == 0:
            print(f"{iteration}  loss {loss.item():.3f}")
    if setting.device == "cuda":
        torch.cuda.synchronize()
    print_figures(seconds=time.perf_counter() - started)
