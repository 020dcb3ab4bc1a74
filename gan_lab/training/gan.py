"""Algorithm 1 of Goodfellow et al., 2014: k updates of the discriminator, one of the generator."""

from collections.abc import Hashable, Mapping
from typing import Annotated, Any, ClassVar, Literal, final

import torch
from torch import nn

from gan_lab import faults
from gan_lab.augmentation.augmentation import Augmentation
from gan_lab.data.base import Batch
from gan_lab.latents.inputs import InputSource
from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.losses.terms import Term
from gan_lab.ranges import Range
from gan_lab.training.added_terms import AddedTerms, minibatches
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.discriminator_pass import DiscriminatorPass
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
        terms: added to the losses, by their names.
        augmentation: of what the discriminator sees, or None.
        image_shape: `(C, H, W)`.
        recipe: how each player is trained.
        discriminator_steps: k, each on a minibatch of its own.
        update: one network after the other; or both by gradients that are computed before either is
            updated and on the same images, as the authors' 2014 code does.
        reuse_fakes: G answers for the images that D has just learned from; always if simultaneous.
    """

    players: ClassVar = {"generator": ["generator"], "discriminator": ["discriminator"]}
    parts: ClassVar = {"generator": "generator", "discriminator": "discriminator"}

    def __init__(
        self,
        *,
        generator: nn.Module,
        discriminator: nn.Module,
        loss: AdversarialLoss,
        inputs: InputSource,
        terms: Mapping[str, Term],
        augmentation: Augmentation | None,
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        discriminator_steps: Annotated[int, Range(1, 10_000)],
        update: Literal["alternating", "simultaneous"],
        reuse_fakes: bool,
    ) -> None:
        self.simultaneous = update == "simultaneous"
        self.shares_fakes = self.simultaneous or reuse_fakes
        # Who compares with real images in the generator's phase gets a minibatch for it.
        compares = loss.compares_pairs or any(term.needs_real for term in terms.values())
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            recipe,
            streams=minibatches(terms, discriminator_steps, compares and not self.shares_fakes),
            minibatches_shown=discriminator_steps,
        )
        self.loss, self.inputs, self.steps = loss, inputs, discriminator_steps
        self.terms = AddedTerms(terms, image_shape)
        self.reference = {**loss.equilibrium, **self.terms.reference}
        self.watched = (*loss.watched, *self.terms.reference)
        self.augmenting = Augmenting(augmentation, compares)
        self.changing.parts += [self.terms, self.augmenting]
        self.show = DiscriminatorPass.of(discriminator, self.augmenting, self.mean_over_devices)

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Do what the box of Algorithm 1 does once."""
        reals, last = batches["data"], self.steps - 1
        labelled = batches.get("labelled", [None] * self.steps)
        for step in range(last):
            self.discriminator_phase(reals[step], draws, step, labelled=labelled[step])
            self.update("discriminator")
        shared = self.fakes(draws["generator"], reals[last]) if self.shares_fakes else None
        self.discriminator_phase(reals[last], draws, last, shared, labelled[last])
        if not self.simultaneous:
            self.update("discriminator")
            faults.moment("between_players")
        self.generator_phase(reals[-1], draws, shared)
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
            real = real if self.loss.compares_pairs or needed.real else None
            fake = shared or self.fakes(draws["generator"], real)
            seen = self.show(self.discriminator, "generator", real, fake, needed, draws)
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
                drawn[name] = self.inputs.draw(n, self.device, *address)
            for part in (self.terms, self.augmenting):
                drawn |= part.draws(name, self.iteration, n, self.device, self.seed)
        return self.share(drawn)

    @property
    def graph_key(self) -> Hashable:
        """Terms that are due give the device more to do."""
        return super().graph_key, self.terms.due(self.iteration)
