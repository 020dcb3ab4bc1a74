"""Algorithm 1 of Goodfellow et al., 2014: k updates of the discriminator, one of the generator."""

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, final

import torch

from gan_lab import faults
from gan_lab.augmentation.augmentation import Augmentation
from gan_lab.data.base import Batch
from gan_lab.latents.inputs import InputSource
from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.losses.terms import Term
from gan_lab.ranges import Range
from gan_lab.training.added_terms import AddedTerms, minibatches, need_real
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.discriminator_pass import DiscriminatorPass
from gan_lab.training.growth import Growth, Lengths
from gan_lab.training.lookahead import Lookahead
from gan_lab.training.player import Recipe
from gan_lab.training.sampling import SamplesFromLatents


@final
class GAN(SamplesFromLatents, Algorithm):
    """A generator and a discriminator that train against each other.

    Args:
        generator: maps latents, and a condition if there is one, to images.
        discriminator: maps images, and a condition if there is one, to logits.
        loss: what each of them minimises.
        inputs: where latents and conditions come from.
        image_shape: `(C, H, W)`.
        recipe: how each player is trained.
        terms: added to the losses, by their names.
        augmentation: of what the discriminator sees, or None.
        discriminator_steps: k, each on a minibatch of its own.
        update: one network after the other, or both at once, as in the authors' code of 2014.
        reuse_fakes: G answers for the images that D has just learned from; always if simultaneous.
        unroll: K, steps of D that the gradient of G looks ahead; see `Lookahead`.
        growth: how long networks that grow take for each level; None: they have their full size.
        between: share of what G is asked for that is between two conditions; see `InputSource`.

    Raises:
        ConfigError: see `Lookahead`, `Growth` and `InputSource`.
    """

    players: ClassVar = {"generator": ["generator"], "discriminator": ["discriminator"]}
    parts: ClassVar = {"generator": "generator", "discriminator": "discriminator"}
    learns_in_pieces: ClassVar = True

    def __init__(
        self,
        *,
        generator: torch.nn.Module,
        discriminator: torch.nn.Module,
        loss: AdversarialLoss,
        inputs: InputSource,
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        terms: Mapping[str, Term] = MappingProxyType({}),
        augmentation: Augmentation | None = None,
        discriminator_steps: Annotated[int, Range(1, 10_000)] = 1,
        update: Literal["alternating", "simultaneous"] = "alternating",
        reuse_fakes: bool = False,
        unroll: Annotated[int, Range(0, 1000)] = 0,
        growth: Lengths | None = None,
        between: Annotated[float, Range(0, 1)] = 0.0,
    ) -> None:
        self.simultaneous = update == "simultaneous"
        self.shares_fakes = self.simultaneous or reuse_fakes
        compares = loss.compares_pairs or unroll > 0 or need_real(terms)  # with real ones, for G
        networks = {"generator": generator, "discriminator": discriminator}
        streams = minibatches(terms, discriminator_steps, compares and not self.shares_fakes)
        super().__init__(networks, recipe, streams, minibatches_shown=discriminator_steps)
        self.inputs = inputs.mixing(between, alone=not (compares or self.shares_fakes))
        self.loss, self.steps = loss, discriminator_steps
        self.terms = AddedTerms(terms, image_shape)
        self.reference = {**loss.logged_equilibrium, **self.terms.reference}
        self.watched = (*loss.watched, *self.terms.reference)
        self.augmenting = Augmenting(augmentation, compares)
        self.growth = Growth(self, growth, image_shape)
        self.changing.parts += [self.terms, self.augmenting, self.growth]
        self.show = DiscriminatorPass.of(
            discriminator, self.augmenting, terms, self.mean_over_devices
        )
        self.asks_as_real = self.show.tells
        self.lookahead = Lookahead.of(unroll, recipe, loss, terms, self.show)
        self.obstacle_to_replay = self.lookahead.obstacle_to_replay or self.growth.obstacle

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Do what the box of Algorithm 1 does once."""
        reals, last = self.growth.seen(batches["data"]), self.steps - 1
        labelled = self.growth.seen(batches.get("labelled", [None] * self.steps))
        for step in range(last):
            self.piecewise(self.discriminator_phase, reals[step], draws, step, None, labelled[step])
            self.update("discriminator")
        shared = self.fakes(draws["generator"], reals[last]) if self.shares_fakes else None
        self.piecewise(self.discriminator_phase, reals[last], draws, last, shared, labelled[last])
        if not self.simultaneous:
            self.update("discriminator")
            faults.moment("between_players")
        self.piecewise(self.generator_phase, reals[-1], draws, shared)
        if self.simultaneous:
            self.update("discriminator")
        self.update("generator")

    def discriminator_phase(
        self,
        real: Batch,
        draws: Mapping[str, Any],
        step: int,
        shared: Batch | None = None,
        labelled: Batch | None = None,
    ) -> None:
        """Compute the gradient of D on real images and on fakes, whose way back to G is cut."""
        name, needed = f"discriminator/{step}", self.terms.needed("discriminator", self.iteration)
        with self.phase("discriminator", through=["generator"]):
            fake = (shared or self.fakes(draws[name], real)).detached("fake" in needed.gradient_of)
            real = real.detached("real" in needed.gradient_of)
            seen = self.show(self.discriminator, name, real, fake, needed, draws, labelled)
            loss = self.loss.discriminator(seen.real.logits, seen.fake.logits)
            added = self.terms(name, self.iteration, seen, draws)
            self.descend("discriminator", self.loss.weighed(loss) | added, self.terms.every)
        with torch.no_grad():
            means = {"loss/discriminator": sum(loss), "value": self.loss.value(loss)}
            means |= self.loss.answers(seen.real.logits, seen.fake.logits)
            means |= self.terms.observe(self.iteration, seen)
            self.meters.add(means | self.augmenting.observe(self.loss, seen))

    def generator_phase(
        self, real: Batch, draws: Mapping[str, Any], shared: Batch | None = None
    ) -> None:
        """Compute the gradient of G through D, on fakes of its own or on those that D has seen."""
        needed = self.terms.needed("generator", self.iteration)
        with self.phase("generator", through=["discriminator"]):
            shown = real if self.loss.compares_pairs or needed.real else None
            fake = shared or self.fakes(draws["generator"], shown)
            optimizer = self._optimizer("discriminator").optimizer
            judge = self.lookahead(self.discriminator, optimizer, real, fake, draws)
            seen = self.show(judge, "generator", shown, fake, needed, draws)
            loss = self.loss.generator(seen.fake.logits, seen.real and seen.real.logits)
            added = self.terms("generator", self.iteration, seen, draws)
            own = {"generator": self.loss.generator_weight * loss}
            self.descend("generator", own | added, self.terms.every)

    def draws(self) -> dict[str, Any]:
        """Return the inputs of each phase that makes fakes of its own, and what others draw."""
        drawn: dict[str, Any] = {}
        phases = [*(("discriminator", step) for step in range(self.steps)), ("generator",)]
        for phase in phases:
            name, n = "/".join(map(str, phase)), self.batch_size
            if not self.shares_fakes or phase != phases[-2]:
                address = (self.seed, "latents", self.iteration, *phase)
                drawn[name] = self.inputs.draw_for(phase[0], n, self.device, *address)
            for part in (self.terms, self.augmenting):
                drawn |= part.draws(name, self.iteration, n, self.device, self.seed)
        return self.share(drawn)

    @property
    def graph_key(self) -> Hashable:
        """Terms that are due give the device more to do."""
        return super().graph_key, self.terms.due(self.iteration)
