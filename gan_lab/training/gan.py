"""Algorithm 1 of Goodfellow et al., 2014: who is updated when.

Shape legend: N = batch on this device, K = discriminator steps, Z = latent dimension.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, final

import torch
from lightning import LightningModule
from lightning.pytorch.core.optimizer import LightningOptimizer
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, get_total_norm
from torch.optim import Optimizer

from gan_lab import faults, seeding
from gan_lab.errors import CheckpointError, ConfigError, TrainingError
from gan_lab.latents.priors import Prior
from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.schedules import Schedule
from gan_lab.training.column_norms import limit_column_norms
from gan_lab.training.cuda_graph import Replay, make_replayable
from gan_lab.training.half_precision import HalfPrecision
from gan_lab.training.meters import Meters
from gan_lab.training.moving_average import MovingAverage
from gan_lab.training.rates import keep_initial, set_share
from gan_lab.training.restoring import fit_states
from gan_lab.training.statistics import batch_statistics_only, dropout_at_rest

Player = Literal["generator", "discriminator"]
PLAYERS: tuple[Player, ...] = ("generator", "discriminator")
OptimizerFactory = Callable[[Iterable[nn.Parameter]], Optimizer]


@final
class GAN(LightningModule):
    """A generator and a discriminator in alternating or simultaneous training.

    One *iteration* is K discriminator updates, each on its own real minibatch, then one generator
    update. `iteration` counts the completed ones and is the run's only clock.

    Args:
        generator: maps latents `(N, Z)` to images.
        discriminator: maps images to logits `(N,)`.
        loss: what each of them minimises.
        prior: where latents come from.
        generator_optimizer: makes the generator's optimizer from its weights.
        discriminator_optimizer: makes the discriminator's.
        schedule: factor of both learning rates by iteration.
        batch_size: real images per discriminator update, over all devices.
        discriminator_steps: K.
        seed: of every random number in training.
        simultaneous: compute the gradients of both networks before either is updated, on the same
            images (as the authors' 2014 code does), instead of one network after the other.
        reuse_fakes: let the generator answer for the images that the discriminator has just learned
            from, instead of making new ones. Always so if simultaneous.
        clip_norm: largest L2 norm of each network's gradient, or None.
        max_column_norm: largest L2 norm of each unit's weights, kept after every update, or None.
        momentum_schedule: factor of both optimizers' momentum by iteration, or None for no change.
        ema_decay: decay per iteration of the generator's moving average, or None for no average.
        ema_warm_up: let that average span at most a tenth of the training so far.
        log_every: gradient norms are measured in iterations that are multiples of it.
    """

    def __init__(
        self,
        *,
        generator: nn.Module,
        discriminator: nn.Module,
        loss: AdversarialLoss,
        prior: Prior,
        generator_optimizer: OptimizerFactory,
        discriminator_optimizer: OptimizerFactory,
        schedule: Schedule,
        batch_size: int,
        discriminator_steps: int,
        seed: int,
        simultaneous: bool = False,
        reuse_fakes: bool = False,
        clip_norm: float | None = None,
        max_column_norm: float | None = None,
        momentum_schedule: Schedule | None = None,
        ema_decay: float | None = None,
        ema_warm_up: bool = False,
        log_every: int = 1,
    ) -> None:
        super().__init__()
        if not (ema_decay is None or (isinstance(ema_decay, float) and 0 < ema_decay < 1)):
            raise ConfigError(
                f"model.ema={ema_decay} must lie between 0 and 1, such as 0.999, or be null."
            )
        for name, norm in (("clip_norm", clip_norm), ("max_column_norm", max_column_norm)):
            if norm is not None and not (
                isinstance(norm, int | float) and norm is not True and norm > 0
            ):
                raise ConfigError(
                    f"optimizer.{name}={norm} must be a number above 0, or null for no limit."
                )
        self.automatic_optimization = False
        self.generator = generator
        self.discriminator = discriminator
        self.ema = None
        if ema_decay is not None:
            self.ema = MovingAverage(generator, ema_decay, warm_up=ema_warm_up)
        self.loss = loss
        self.prior = prior
        self.make_generator_optimizer = generator_optimizer
        self.make_discriminator_optimizer = discriminator_optimizer
        self.schedule = schedule
        self.batch_size = batch_size
        self.discriminator_steps = discriminator_steps
        self.seed = seed
        self.simultaneous = simultaneous
        self.shares_fakes = simultaneous or reuse_fakes
        self.clip_norm = clip_norm
        self.max_column_norm = max_column_norm
        self.momentum_schedule = momentum_schedule
        self.log_every = log_every
        self.iteration = 0
        self._rate = 1.0  # the schedule's factor in the last iteration
        self.meters = Meters()
        self.replay: Replay | None = None

    def configure_optimizers(self) -> list[Optimizer]:
        """Return the generator's optimizer, then the discriminator's."""
        optimizers = [
            self.make_generator_optimizer(self.generator.parameters()),
            self.make_discriminator_optimizer(self.discriminator.parameters()),
        ]
        for optimizer in optimizers:
            keep_initial(optimizer, "lr")
            if self.momentum_schedule is not None:
                keep_initial(optimizer, "momentum")
        return optimizers

    def on_train_start(self) -> None:
        """Let optimizers, whose states are restored by now, take part in CUDA graphs."""
        if self.replay is not None:
            for optimizer in self.optimizers(use_pl_optimizer=False):
                make_replayable(optimizer)

    def training_step(self, minibatches: list[Tensor], batch_idx: int) -> None:
        """Run one iteration on K real minibatches `(N, C, H, W)`."""
        self._follow_schedules()
        seeding.seed_global(self.seed, "layers", self.iteration, self.global_rank)
        alone = self.discriminator_steps - (1 if self.shares_fakes else 0)
        latents = [self.draw_latents("discriminator", step) for step in range(alone)]
        latents.append(self.draw_latents("generator"))
        if self.replay is None:
            self.play(minibatches, latents)
        else:
            self.replay(minibatches, latents, kind=self._measures_gradients)
        self.iteration += 1

    def play(self, reals: list[Tensor], latents: list[Tensor]) -> None:
        """Do all that one iteration does on the device, whichever iteration it is.

        Args:
            reals: K minibatches `(N, C, H, W)`.
            latents: `(N, Z)` for each discriminator update that has images of its own, and last for
                the generator's.
        """
        for step, real in enumerate(reals[:-1]):
            self.backward_discriminator(real, self.detached_fakes(latents[step]))
            self.update("discriminator")
        if self.shares_fakes:
            fake = self.fakes(latents[-1])
            self.backward_discriminator(reals[-1], fake.detach())
        else:
            fake = None
            self.backward_discriminator(reals[-1], self.detached_fakes(latents[-2]))
        if not self.simultaneous:
            self.update("discriminator")
            faults.moment("between_players")
        self.backward_generator(self.fakes(latents[-1]) if fake is None else fake)
        if self.simultaneous:
            self.update("discriminator")
        self.update("generator")

        faults.moment("before_ema")
        if self.ema is not None:
            self.ema.update_parameters(self.generator)
        faults.moment("after_ema")
        self.meters.finish_iteration()

    def fakes(self, latents_NZ: Tensor) -> Tensor:
        """Return images for a generator update, with the way back to the weights."""
        return self.generator(latents_NZ)

    def detached_fakes(self, latents_NZ: Tensor) -> Tensor:
        """Return images for one discriminator update; the generator is not touched."""
        with torch.no_grad(), batch_statistics_only(self.generator):
            return self.generator(latents_NZ)

    def backward_discriminator(self, real: Tensor, fake: Tensor) -> None:
        """Compute the discriminator's gradient on real and on detached generated images."""
        with self.toggled_optimizer(self._optimizer("discriminator")):
            real_logits = self.discriminator(real)
            fake_logits = self.discriminator(fake)
            loss = self.loss.discriminator(real_logits, fake_logits)
            total = loss.real + loss.fake
            self.manual_backward(total)
        with torch.no_grad():
            self.meters.add(
                {
                    "loss/discriminator": total,
                    "loss/discriminator_real": loss.real,
                    "loss/discriminator_fake": loss.fake,
                    "value": self.loss.value(loss),
                    "d_real": self.loss.output(real_logits).mean(),
                    "d_fake": self.loss.output(fake_logits).mean(),
                }
            )

    def backward_generator(self, fake: Tensor) -> None:
        """Compute the gradient of the generator that made `fake`; the discriminator stays as is."""
        generator_optimizer = self._optimizer("generator")
        with (
            self.toggled_optimizer(generator_optimizer),
            batch_statistics_only(self.discriminator),
            dropout_at_rest(self.discriminator),
        ):
            loss = self.loss.generator(self.discriminator(fake))
            self.manual_backward(loss)
        self.meters.add({"loss/generator": loss})

    def update(self, player: Player) -> None:
        """Let one network take a step along its gradient."""
        optimizer = self._optimizer(player)
        weights = list(getattr(self, player).parameters())
        if isinstance(self.trainer.precision_plugin, HalfPrecision):
            self.trainer.precision_plugin.unscale(optimizer.optimizer, self)
        if self._measures_gradients:
            norm = get_total_norm([weight.grad for weight in weights])
            self.meters.add({f"gradient_norm/{player}": norm})
        if self.clip_norm is not None:
            clip_grad_norm_(weights, self.clip_norm)
        faults.moment(f"before_{player}_step")
        optimizer.step()
        if self.max_column_norm is not None:
            limit_column_norms(getattr(self, player), self.max_column_norm)
        faults.moment(f"after_{player}_step")
        optimizer.zero_grad(set_to_none=True)
        # Under autocast a later forward pass would otherwise reuse the half-precision copies of
        # the weights made before this step.
        torch.clear_autocast_cache()

    def draw_latents(self, *purpose: int | str) -> Tensor:
        """Return this device's share `(N, Z)` of the latents that the whole batch uses."""
        generator = seeding.generator(self.device, self.seed, "latents", self.iteration, *purpose)
        latents = self.prior.sample(self.batch_size, generator)
        return latents.chunk(self.trainer.world_size)[self.global_rank]

    def sample(self, n: int, *address: int | str) -> Tensor:
        """Return `n` images `(n, C, H, W)` in the value range, float32, by the evaluated generator.

        The latents depend on `address` alone; training and its random numbers are not disturbed.
        """
        return torch.cat([self.generate(part) for part in self.latents(n, *address).split(500)])

    def latents(self, n: int, *address: int | str) -> Tensor:
        """Return `n` latents `(n, Z)` that depend on `address` alone."""
        return self.prior.sample(n, seeding.generator(self.device, *address))

    @torch.no_grad()
    def generate(self, latents_NZ: Tensor) -> Tensor:
        """Return the evaluated generator's images in the value range, float32 `(N, C, H, W)`."""
        network = self.evaluated_generator
        training = network.training
        network.eval()
        images = network(latents_NZ).float()
        network.train(training)
        return images

    @property
    def evaluated_generator(self) -> nn.Module:
        """The moving average if there is one, else the generator itself."""
        return self.generator if self.ema is None else self.ema.module

    @property
    def evaluated_weights(self) -> Literal["ema", "raw"]:
        """Which weights of the generator are evaluated, for the record."""
        return "raw" if self.ema is None else "ema"

    @property
    def images_seen(self) -> int:
        """Real images shown to the discriminator so far, over all devices."""
        return self.iteration * self.discriminator_steps * self.batch_size

    def learning_rates(self) -> dict[str, float]:
        """Return each network's learning rate in the last iteration."""
        return {
            f"lr/{player}": self._rate * self._optimizer(player).param_groups[0]["initial_lr"]
            for player in PLAYERS
        }

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

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the clock and the means not yet read."""
        self.synchronise_meters()
        checkpoint["clock"] = {"iteration": self.iteration, "images_seen": self.images_seen}
        checkpoint["meters"] = self.meters.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Continue the clock and the means; the optimizers' settings stay those configured now."""
        self.iteration = checkpoint["clock"]["iteration"]
        try:
            self.meters.load_state_dict(checkpoint["meters"], self.device)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise CheckpointError(
                "ckpt= cannot be continued: its meters are not those of a run. Use a checkpoint "
                "that is as gan_lab wrote it."
            ) from error
        fit_states(checkpoint.get("optimizer_states"), self.configure_optimizers())

    @property
    def _measures_gradients(self) -> bool:
        return (self.iteration + 1) % self.log_every == 0

    def _optimizer(self, player: Player) -> LightningOptimizer:
        return self.optimizers()[PLAYERS.index(player)]

    def _follow_schedules(self) -> None:
        if self.ema is not None:
            self.ema.follow(self.iteration)
        self._rate = self.schedule(self.iteration)
        for optimizer in self.optimizers():
            set_share(optimizer, "lr", self._rate)
            if self.momentum_schedule is not None:
                set_share(optimizer, "momentum", self.momentum_schedule(self.iteration))
