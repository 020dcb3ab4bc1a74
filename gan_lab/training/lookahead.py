"""What the discriminator would become: the surrogate of Metz et al., 2017, arXiv:1611.02163.

The generator answers to a discriminator that has taken K more steps, and its gradient goes through
these steps. They are the steps of D's own optimizer from its own state; neither it nor D moves.

Shape legend: W = one of D's weights.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, final

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.optim import SGD, Adam, Optimizer

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.losses.terms import Term
from gan_lab.training.added_terms import NOTHING
from gan_lab.training.discriminator_pass import DiscriminatorPass
from gan_lab.training.player import Player, Recipe

Numbers = Mapping[str, Any]  # of an optimizer, such as lr
State = dict[str, Tensor]  # of one weight


@final
@dataclass(frozen=True)
class Lookahead:
    """A discriminator some steps ahead.

    Attributes:
        steps: K; 0: it is as it is.
        loss: what it minimises.
        show: shows it images.
        clip_norm: largest L2 norm of its gradient, or None.
    """

    steps: int
    loss: AdversarialLoss
    show: DiscriminatorPass
    clip_norm: float | None = None

    @classmethod
    def of(
        cls,
        steps: int,
        recipe: Recipe,
        loss: AdversarialLoss,
        terms: Mapping[str, Term],
        show: DiscriminatorPass,
    ) -> Self:
        """Return that of a discriminator.

        Args:
            steps: see the attributes, like `loss` and `show`.
            recipe: how it is trained.
            loss: see there.
            terms: of the run.
            show: see there.

        Raises:
            ConfigError: its steps are none that are written with gradients here.
        """
        player = recipe.players["discriminator"]
        if steps:
            refuse_terms(steps, terms)
            refuse_steps_without_gradients(steps, player)
        return cls(steps, loss, show, player.clip_norm)

    @property
    def obstacle_to_replay(self) -> str | None:
        """Why iterations cannot be replayed as CUDA graphs."""
        return "with algorithm.unroll it has not been tried" if self.steps else None

    def __call__(
        self,
        discriminator: nn.Module,
        optimizer: Optimizer,
        real: Batch,
        fake: Batch,
        draws: Mapping[str, Any],
    ) -> "nn.Module | WithWeights":
        """Return D as it would be after K steps on these images; gradients go through the steps.

        Args:
            discriminator: stays as it is.
            optimizer: of its weights; stays as it is.
            real: images of the data.
            fake: generated ones, with the way back to G.
            draws: of the iteration.
        """

        def loss(ahead: WithWeights) -> Tensor:
            seen = self.show(ahead, "generator", real, fake, NOTHING, draws)
            parts = self.loss.discriminator(seen.real.logits, seen.fake.logits)
            return sum(self.loss.weighed(parts).values())

        if not self.steps:
            return discriminator
        mean = self.show.mean_over_devices
        return after_steps(discriminator, optimizer, loss, self.steps, mean, self.clip_norm)


@final
@dataclass(frozen=True)
class WithWeights:
    """A network as it would be with other weights.

    Attributes:
        network: whose buffers and structure count.
        weights: all of its weights, by their names.
    """

    network: nn.Module
    weights: Mapping[str, Tensor]

    def __call__(self, *values: Any, **options: Any) -> Any:
        """Call the network so."""
        return functional_call(self.network, dict(self.weights), values, options)


def after_steps(
    network: nn.Module,
    optimizer: Optimizer,
    loss: Callable[[WithWeights], Tensor],
    steps: int,
    mean_over_devices: Callable[[Tensor], Tensor],
    clip_norm: float | None = None,
) -> WithWeights:
    """Return a network after some steps, a function of all that its loss depends on.

    Args:
        network: stays as it is.
        optimizer: of its weights; stays as it is.
        loss: of the network with other weights, a scalar.
        steps: how many.
        mean_over_devices: inside autograd, of a gradient.
        clip_norm: largest L2 norm of the gradient, or None.
    """
    named, (group,) = dict(network.named_parameters()), optimizer.param_groups
    states = [dict(optimizer.state.get(weight, {})) for weight in named.values()]
    weights = [weight.detach().clone().requires_grad_() for weight in named.values()]
    for _ in range(steps):
        ahead = WithWeights(network, dict(zip(named, weights, strict=True)))
        slopes = torch.autograd.grad(
            loss(ahead), weights, create_graph=True, allow_unused=True, materialize_grads=True
        )
        slopes = clipped([mean_over_devices(slope) for slope in slopes], clip_norm)
        each = zip(weights, slopes, states, strict=True)
        found = [STEPS[type(optimizer)](*one, group) for one in each]
        weights, states = zip(*found, strict=True)
    return WithWeights(network, dict(zip(named, weights, strict=True)))


def clipped(slopes: Sequence[Tensor], norm: float | None) -> Sequence[Tensor]:
    """Return gradients whose L2 norm is at most this, as torch.nn.utils.clip_grad_norm_ does."""
    if norm is None:
        return slopes
    total = torch.cat([slope.flatten() for slope in slopes]).norm()
    factor = (norm / (total + 1e-6)).clamp(max=1.0)
    return [factor * slope for slope in slopes]


def adam_step(
    weight_W: Tensor, slope_W: Tensor, state: State, numbers: Numbers
) -> tuple[Tensor, State]:
    """Return a weight and its state after a step of Adam, with gradients.

    Kingma and Ba, 2015, arXiv:1412.6980, algorithm 1.
    """
    beta1, beta2 = numbers["betas"]
    slope_W = slope_W + numbers["weight_decay"] * weight_W
    none = torch.zeros_like(weight_W)
    step = state.get("step", weight_W.new_zeros(())).double() + 1  # 1 - 0.999 needs its digits
    mean_W = beta1 * state.get("exp_avg", none) + (1 - beta1) * slope_W
    square_W = beta2 * state.get("exp_avg_sq", none) + (1 - beta2) * slope_W.square()
    # The slope of a root at 0 is infinite, and a unit that is never active has gradient 0.
    active_W = square_W > 0
    root_W = torch.where(active_W, square_W, 1.0).sqrt() * active_W
    size_W = root_W / (1 - beta2**step).sqrt() + numbers["eps"]
    moved_W = weight_W - numbers["lr"] * mean_W / (1 - beta1**step) / size_W
    return moved_W, {"step": step, "exp_avg": mean_W, "exp_avg_sq": square_W}


def sgd_step(
    weight_W: Tensor, slope_W: Tensor, state: State, numbers: Numbers
) -> tuple[Tensor, State]:
    """Return a weight and its state after a step of SGD, with momentum or none, with gradients."""
    slope_W = slope_W + numbers["weight_decay"] * weight_W
    before = state.get("momentum_buffer")
    if numbers["momentum"] and before is not None:
        slope_W = slope_W + numbers["momentum"] * before
    return weight_W - numbers["lr"] * slope_W, {"momentum_buffer": slope_W}


STEPS = {Adam: adam_step, SGD: sgd_step}
FURTHER = ("amsgrad", "nesterov", "dampening", "maximize")  # options of theirs


def refuse_terms(steps: int, terms: Mapping[str, Term]) -> None:
    """Refuse terms of the discriminator, which its steps here are without."""
    if names := [name for name, term in terms.items() if "discriminator" in term.phases]:
        raise ConfigError(
            f"algorithm.unroll={steps} looks ahead by the loss alone, and "
            f"terms=[{','.join(names)}] add to the discriminator's: leave them out, or set "
            f"algorithm.unroll=0."
        )


def refuse_steps_without_gradients(steps: int, player: Player) -> None:
    """Refuse what a discriminator's steps can be, and are not here."""
    if player.max_column_norm is not None:
        raise ConfigError(
            f"algorithm.unroll={steps} looks ahead by plain steps, and optimizer.max_column_norm="
            f"{player.max_column_norm} shortens weights after them: set it to null, or "
            f"algorithm.unroll=0."
        )
    optimizer = player.new_optimizer([nn.Parameter(torch.zeros(1))])
    typed = [name for name in FURTHER if optimizer.param_groups[0].get(name)]
    if type(optimizer) not in STEPS or typed:
        raise ConfigError(
            f"algorithm.unroll={steps} goes through steps of the discriminator's optimizer, which "
            f"must be Adam or SGD without further options, and is "
            f"{' with '.join([type(optimizer).__name__, *typed])}: choose optimizer=adam or sgd, "
            f"or algorithm.unroll=0."
        )
