"""What every algorithm is: a clock, random numbers by address, and players that train in phases.

An algorithm's own file holds what its paper's algorithm box says. It names its players and says
what one iteration does; nothing here knows a loss, or how many players there are.

Shape legend: N = batch on this device.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, Literal

import torch
from lightning import LightningModule
from lightning.pytorch.core.optimizer import LightningOptimizer
from lightning_utilities.core.apply_func import apply_to_collection
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, get_total_norm
from torch.optim import Optimizer

from gan_lab import faults, seeding
from gan_lab.data.base import Batch
from gan_lab.errors import CheckpointError, ConfigError, TrainingError
from gan_lab.training.averages import Averages
from gan_lab.training.changing_numbers import ChangingNumbers
from gan_lab.training.classifying import let_classify
from gan_lab.training.column_norms import limit_column_norms
from gan_lab.training.cuda_graph import Replay, make_replayable
from gan_lab.training.device_mean import DeviceMean, gather
from gan_lab.training.half_precision import HalfPrecision
from gan_lab.training.meters import Meters
from gan_lab.training.optimizer_states import fit_states, put_back
from gan_lab.training.phase import frozen_buffers, frozen_weights
from gan_lab.training.player import Recipe

FORMAT = 2  # of checkpoints; 1 was of one algorithm with two players


class Algorithm(LightningModule, ABC):
    """An algorithm that trains networks by manual optimization.

    One *iteration* is what the paper's algorithm box does once. `iteration` counts the completed
    ones and is the run's only clock.

    Args:
        networks: by the names of the attributes that they become.
        recipe: how each player is trained.
        streams: minibatches of each data source per iteration.
        minibatches_shown: how many of them count as images seen; None: those of one source.

    Attributes:
        players: the networks of each player, which one optimizer trains.
        parts: of which part of `model` each network is made.
        views: of the images that an evaluation scores, such as both directions of a translation;
            empty for an algorithm that makes none.
        takes_condition: whether its networks can be told of labels.
        learns_in_pieces: whether its phases take the pieces of a minibatch; see `piecewise`.
        watched: columns that the progress line and the last table show.
        reference: values of columns of metrics.csv where the optimum is reached; charts draw them.
        learning: the player whose phase this is.
        obstacle_to_replay: why its iterations cannot be replayed as CUDA graphs; None: they can.
        changing: the numbers that change by the clock.
        stages: iterations from which on one takes another time than before; the first is 0.
    """

    players: ClassVar[Mapping[str, Sequence[str]]]
    parts: ClassVar[Mapping[str, str]]
    views: ClassVar[Sequence[str]] = ("",)
    takes_condition: ClassVar[bool] = True
    learns_in_pieces: ClassVar[bool] = False
    watched: ClassVar[Sequence[str]] = ()

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        recipe: Recipe,
        streams: Mapping[str, int],
        minibatches_shown: int | None = None,
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        for name, network in networks.items():
            setattr(self, name, network)
        let_classify(self, networks)
        self.recipe = recipe
        self.batch_size = recipe.batch_size
        self.seed = recipe.seed
        self.streams = streams
        self.reference: Mapping[str, float] = {}
        self.images_per_iteration = recipe.batch_size * (minibatches_shown or max(streams.values()))
        self.averages = Averages(recipe.players, self.players, networks, self.images_per_iteration)
        self.changing = ChangingNumbers(recipe)
        self.changing.parts.append(self.averages)
        self.iteration = 0
        self.stages: Sequence[int] = (0,)
        self.meters = Meters()
        self.replay: Replay | None = None
        self.obstacle_to_replay: str | None = None
        self.learning: str | None = None
        self._pieces = 1

    @abstractmethod
    def draws(self) -> dict[str, Any]:
        """Return every random number of this iteration, on the device, in shapes that never change.

        They are functions of seed, iteration and purpose; see `seeding.generator`.
        """

    @abstractmethod
    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Do all that one iteration does on the device.

        It may be recorded once and replayed for all iterations of one `graph_key`, so it asks the
        device for nothing and depends on no other number of Python's.

        Args:
            batches: minibatches of each stream.
            draws: see there.
        """

    def sample(self, n: int, *address: int | str, view: str = "") -> Batch:
        """Return all `n` images of `MakesImages.images_at`, which most algorithms have."""
        at = self.images_at(n, *address, view=view)
        parts = [at(positions) for positions in torch.arange(n).split(500)]
        images = torch.cat([part.images for part in parts])
        conditions = [part.condition for part in parts]
        return Batch(images, None if conditions[0] is None else torch.cat(conditions))

    @property
    def graph_key(self) -> Hashable:
        """What distinguishes this iteration's work on the device from that of others."""
        return self._logs_gradients

    @property
    def images_seen(self) -> int:
        """Real images shown so far, over all devices."""
        return self.iteration * self.images_per_iteration

    # What an iteration is made of.

    @contextmanager
    def phase(self, player: str, through: Sequence[str] = ()) -> Iterator[None]:
        """Let this player learn and nobody else.

        Args:
            player: whose weights get gradients.
            through: networks that carry the signal; their weights, gradients and buffers stay.
        """
        learning = self.players[player]
        resting = [getattr(self, name) for name in self._networks if name not in learning]
        with frozen_weights(resting), frozen_buffers([getattr(self, name) for name in through]):
            self.learning = player
            try:
                yield
            finally:
                self.learning = None

    def piecewise(self, phase: Callable[..., None], *given: Any) -> None:
        """Call a phase with one piece of the minibatch after the other; their gradients add up.

        Args:
            phase: computes a gradient of means over images, and lets nobody take a step.
            given: what it is called with; tensors, in any collection, are of the whole minibatch.
        """
        if self.recipe.micro_batch is None:
            phase(*given)
            return
        self._pieces = self.batch_size // self.trainer.world_size // self.recipe.micro_batch
        for number in range(self._pieces):
            phase(*apply_to_collection(given, Tensor, partial(_piece, number, self._pieces)))

    def descend(
        self, player: str, losses: Mapping[str, Tensor], every: Mapping[str, int] | None = None
    ) -> Tensor:
        """Compute the player's gradient of the sum of its losses, within its phase.

        Args:
            player: who learns.
            losses: scalars, logged as `loss/NAME`.
            every: iterations between two in which a loss is computed, if it is not in each; it
                counts so many times then.

        Returns:
            The sum.
        """
        times = every or {}
        first, *others = (
            times[name] * loss if name in times else loss for name, loss in losses.items()
        )
        total = sum(others, start=first)
        self.manual_backward(total if self._pieces == 1 else total / self._pieces)
        self.meters.add({f"loss/{name}": loss for name, loss in losses.items()})
        return total

    def update(self, player: str) -> None:
        """Let one player take a step along its gradient, and its average follow."""
        settings = self.recipe.players[player]
        optimizer = self._optimizer(player)
        weights = [weight for weight in self.weights_of(player) if weight.grad is not None]
        if isinstance(self.trainer.precision_plugin, HalfPrecision):
            self.trainer.precision_plugin.unscale(optimizer.optimizer, self)
        if self._logs_gradients:
            norm = get_total_norm([weight.grad for weight in weights])
            self.meters.add({f"gradient_norm/{player}": norm})
        if settings.clip_norm is not None:
            clip_grad_norm_(weights, settings.clip_norm)
        faults.moment(f"before_{player}_step")
        optimizer.step()
        if settings.max_column_norm is not None:
            for network in self.networks_of(player).values():
                limit_column_norms(network, settings.max_column_norm)
        faults.moment(f"after_{player}_step")
        optimizer.zero_grad(set_to_none=True)
        # Under autocast a later forward pass would otherwise reuse the half-precision copies of
        # the weights made before this step.
        torch.clear_autocast_cache()
        if settings.average is not None:
            faults.moment("before_ema")
            self.averages.update_towards(self.networks_of(player))
            faults.moment("after_ema")

    def share(self, drawn: dict[str, Any]) -> dict[str, Any]:
        """Return this device's part of tensors that were drawn for the whole batch."""
        devices, mine = self.trainer.world_size, self.global_rank
        return apply_to_collection(drawn, Tensor, lambda tensor: tensor.chunk(devices)[mine])

    def mean_over_devices(self, values: Tensor) -> Tensor:
        """Return the mean of a tensor over all devices; gradients go through it to all of them."""
        return values if self.trainer.world_size == 1 else DeviceMean.apply(values)

    def gathered(self, tensor: Tensor) -> Tensor:
        """Return the tensors of all devices, one after the other; they have no gradient."""
        return tensor if self.trainer.world_size == 1 else gather(tensor)

    def networks_of(self, player: str) -> dict[str, nn.Module]:
        """Return a player's networks by their names."""
        return {name: getattr(self, name) for name in self.players[player]}

    def weights_of(self, player: str) -> list[nn.Parameter]:
        """Return all weights of a player's networks, always in the same order."""
        networks = self.networks_of(player).values()
        return [weight for network in networks for weight in network.parameters()]

    def evaluated(self, name: str) -> nn.Module:
        """Return a network's moving average if it has one, else the network itself."""
        return self.averages[name].module if name in self.averages else getattr(self, name)

    @property
    def bounded(self) -> bool:
        """Whether all networks that make images keep them in the value range by themselves."""
        return all(getattr(getattr(self, name), "bounded", True) for name in self._networks)

    @property
    def evaluated_weights(self) -> Literal["ema", "raw"]:
        """Which weights are evaluated, for the record."""
        return "ema" if len(self.averages) else "raw"

    def go_back_to(self, checkpoint: Mapping[str, Any]) -> None:
        """Take over from a checkpoint what a run has learnt; the clock goes on.

        That is weights, averages, a controlled augmentation and the optimizers' states.
        """
        self.load_state_dict(checkpoint["state_dict"])
        put_back(checkpoint["optimizer_states"], self.optimizers(use_pl_optimizer=False))

    def synchronise_meters(self) -> None:
        """Give all processes the same means; every process must call this."""
        self.meters.synchronise(self.trainer.strategy.reduce)

    def check_finite(self) -> None:
        """Stop a run whose loss is not a number.

        Raises:
            TrainingError: names the iteration where that began.
        """
        iteration = self.meters.first_nonfinite(self.iteration)
        if iteration is not None:
            raise TrainingError(
                f"The loss was not finite in iteration {iteration}; nothing after that is saved. "
                f"Try a lower optimizer.lr, or optimizer.clip_norm=1."
            )

    def check_weights_finite(self) -> None:
        """Keep weights that are not numbers out of a checkpoint.

        Raises:
            TrainingError: the last update spoiled them, although its loss was finite.
        """
        if not torch.isfinite(get_total_norm(list(self.parameters()))):
            raise TrainingError(
                f"The weights were not finite after iteration {self.iteration} and are not saved. "
                f"Try a lower optimizer.lr, or optimizer.clip_norm=1."
            )

    # What Lightning asks for.

    def configure_optimizers(self) -> list[Optimizer]:
        """Return one optimizer per player, in their order."""
        return [
            self.recipe.players[name].new_optimizer(self.weights_of(name)) for name in self.players
        ]

    def optimizers(
        self, use_pl_optimizer: bool = True
    ) -> list[LightningOptimizer] | list[Optimizer]:
        """Return the optimizers in a list; Lightning would return a single one without."""
        found = super().optimizers(use_pl_optimizer)
        return found if isinstance(found, list) else [found]

    def on_fit_start(self) -> None:
        """Refuse a length in Lightning's own clock, which counts the steps of every optimizer.

        Raises:
            ConfigError: says where the length stands.
        """
        steps = self.trainer.max_steps
        if steps != -1:
            raise ConfigError(
                f"Trainer(max_steps={steps}) would count the steps of every optimizer, of which an "
                f"iteration of {type(self).__name__} has several. Leave it out: the length is "
                f"ImageDataModule(iterations={steps}), or that of your own loader."
            )

    def on_train_start(self) -> None:
        """Let optimizers, whose states are restored by now, take part in CUDA graphs."""
        if self.replay is not None:
            for optimizer in self.optimizers(use_pl_optimizer=False):
                make_replayable(optimizer)

    def training_step(self, batches: Mapping[str, list[Batch]], batch_idx: int) -> None:
        """Run one iteration."""
        optimizers = dict(zip(self.players, self.optimizers(), strict=True))
        self.changing.follow(optimizers, self.iteration, self.images_seen)
        seeding.seed_global(self.seed, "layers", self.iteration, self.global_rank)
        draws = self.draws()
        if self.replay is None:
            self.work(batches, draws)
        else:
            self.replay(batches, draws, kind=self.graph_key)
        self.iteration += 1

    def work(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Do the device's work of one iteration, whichever it is."""
        self.iterate(batches, draws)
        self.meters.finish_iteration()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the clock and the means not yet read."""
        self.synchronise_meters()
        checkpoint["format"] = FORMAT
        checkpoint["clock"] = {"iteration": self.iteration, "images_seen": self.images_seen}
        checkpoint["meters"] = self.meters.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Continue the clock and the means; the optimizers' settings stay those configured now."""
        self.iteration = checkpoint["clock"]["iteration"]
        try:
            self.meters.load_state_dict(checkpoint["meters"])
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise CheckpointError(
                "ckpt= cannot be continued: its meters are not those of a run. Use a checkpoint "
                "that is as gan_lab wrote it."
            ) from error
        fit_states(checkpoint.get("optimizer_states"), self.configure_optimizers())

    @property
    def _networks(self) -> list[str]:
        return [name for names in self.players.values() for name in names]

    @property
    def _logs_gradients(self) -> bool:
        return (self.iteration + 1) % self.recipe.log_every == 0

    def _optimizer(self, player: str) -> LightningOptimizer:
        return self.optimizers()[list(self.players).index(player)]


def _piece(number: int, pieces: int, whole: Tensor) -> Tensor:
    return whole.chunk(pieces)[number]
