"""How one player is trained: its optimizer, what bounds its steps, and its moving average."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import final

from torch import Tensor, nn
from torch.optim import Optimizer

from gan_lab.schedules import Constant, Course, Schedule

OptimizerFactory = Callable[[Iterable[nn.Parameter]], Optimizer]


@final
@dataclass(frozen=True)
class Average:
    """An exponential moving average of a player's weights and buffers.

    Attributes:
        decay: per update, between 0 and 1; None where `half_life_images` says it.
        half_life_images: real images after which a weight's share in it has halved; 0: the average
            is the network itself.
        warm_up: let it span at most a tenth of the training so far.
    """

    decay: float | None = None
    half_life_images: float | Course | None = None
    warm_up: bool = True

    def decay_for(self, images: int, iteration: int = 0, images_seen: int = 0) -> float:
        """Return the decay of the next update.

        Args:
            images: real ones per iteration.
            iteration: completed ones.
            images_seen: real images shown so far.
        """
        half_life = self.half_life_images
        if isinstance(half_life, Course):
            half_life = half_life.at(iteration, images_seen)
        elif self.decay is not None:
            return self.decay
        return 0.5 ** (images / half_life) if half_life else 0.0


@final
@dataclass(frozen=True)
class Player:
    """The training of one player.

    Attributes:
        optimizer: makes its optimizer from its weights.
        courses: numbers of the optimizer that change: lr, beta1, beta2, momentum, weight_decay.
        clip_norm: largest L2 norm of its gradient, or None.
        max_column_norm: largest L2 norm of each unit's weights, kept after every update, or None.
        average: of its weights, or None.
    """

    optimizer: OptimizerFactory
    courses: Mapping[str, Course] = field(default_factory=dict)
    clip_norm: float | None = None
    max_column_norm: float | None = None
    average: Average | None = None

    def new_optimizer(self, weights: Iterable[nn.Parameter]) -> Optimizer:
        """Return the optimizer, which remembers the learning rate that it begins with."""
        optimizer = self.optimizer(weights)
        for group in optimizer.param_groups:
            group["initial_lr"] = group["lr"]
        return optimizer

    def follow(
        self, optimizer: Optimizer, factor: float, iteration: int, images_seen: int
    ) -> dict[str, float]:
        """Set the optimizer's numbers for the next iteration; return those that may change.

        Args:
            optimizer: of `new_optimizer`.
            factor: of the learning rate.
            iteration: completed ones.
            images_seen: real images shown so far.
        """
        now = {name: course.at(iteration, images_seen) for name, course in self.courses.items()}
        base = now.pop("lr", optimizer.param_groups[0]["initial_lr"])
        now |= {"lr": factor * base}
        for name, value in now.items():
            set_number(optimizer, name, value)
        return now


@final
@dataclass(frozen=True)
class Recipe:
    """What every algorithm is trained by and no paper's algorithm box says.

    Attributes:
        players: by their names.
        batch_size: real images per minibatch, over all devices.
        seed: of every random number in training.
        schedule: factor of all learning rates by iteration.
        log_every: gradient norms are measured in iterations that are multiples of it.
        micro_batch: images of a device that are learned from at once; None: all of a minibatch.
    """

    players: Mapping[str, Player]
    batch_size: int
    seed: int = 0
    schedule: Schedule = field(default_factory=Constant)
    log_every: int = 1
    micro_batch: int | None = None


def set_number(optimizer: Optimizer, name: str, value: float) -> None:
    """Set a number of an optimizer: lr, momentum, weight_decay, or one of Adam's two betas."""
    for group in optimizer.param_groups:
        if name in ("beta1", "beta2"):
            betas = list(group["betas"])
            betas[name == "beta2"] = value
            group["betas"] = tuple(betas)
        elif isinstance(group[name], Tensor):  # a CUDA graph reads it there
            group[name].fill_(value)
        else:
            group[name] = value
