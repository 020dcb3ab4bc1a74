"""StarGAN: Choi, Choi, Kim, Ha, Kim, Choo, 2018, arXiv:1711.09020.

One generator translates images of any domain to any other, such as faces to another hair colour.
The discriminator tells which domain an image is of, besides whether it is real. What is translated
to another domain and back should be what it was.
"""

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, final

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gan_lab import faults, seeding
from gan_lab.data.base import Batch
from gan_lab.latents.conditions import Labels
from gan_lab.losses.adversarial import AdversarialLoss, full_precision
from gan_lab.losses.classification import cross_entropy_of
from gan_lab.losses.terms import Term
from gan_lab.ranges import Range
from gan_lab.training.added_terms import AddedTerms, Needed
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.discriminator_pass import DiscriminatorPass
from gan_lab.training.player import Recipe
from gan_lab.training.translating_domains import TranslatesDomains

Weight = Annotated[float, Range(0, 1000)]


@final
class StarGAN(TranslatesDomains, Algorithm):
    """A generator that is told the domain to translate to, and a discriminator that tells domains.

    Args:
        generator: maps images and a domain each to images.
        discriminator: maps images to logits of one or more patches, and says a logit per domain.
        loss: the adversarial one, of equation 1; equation 8 is `loss=wasserstein`.
        terms: added to the losses, by their names, such as the gradient penalty of equation 8.
        labels: the domains.
        image_shape: `(C, H, W)`.
        recipe: how each player is trained.
        classification_weight: of the domain, lambda_cls in equations 5 and 6.
        reconstruction_weight: of what is lost on the way there and back, lambda_rec in equation 6.
        discriminator_steps: updates of the discriminator for one of the generator, each on a
            minibatch of its own.
    """

    players: ClassVar = {"generator": ["generator"], "discriminator": ["discriminator"]}
    parts: ClassVar = {"generator": "generator", "discriminator": "discriminator"}
    learns_in_pieces: ClassVar = True

    def __init__(
        self,
        *,
        generator: nn.Module,
        discriminator: nn.Module,
        loss: AdversarialLoss,
        labels: Labels,
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        terms: Mapping[str, Term] = MappingProxyType({}),
        classification_weight: Weight = 1.0,
        reconstruction_weight: Weight = 10.0,
        discriminator_steps: Annotated[int, Range(1, 10_000)] = 5,
    ) -> None:
        networks = {"generator": generator, "discriminator": discriminator}
        super().__init__(networks, recipe, streams={"data": discriminator_steps})
        self.loss, self.labels, self.steps = loss, labels, discriminator_steps
        self.classification_weight = classification_weight
        self.reconstruction_weight = reconstruction_weight
        self.terms, self.image_shape = AddedTerms(terms, image_shape), image_shape
        self.changing.parts.append(self.terms)
        self.reference = {**loss.logged_equilibrium, **self.terms.reference}
        self.watched = (*loss.watched, "loss/reconstruction", "loss/generator_classification")
        self.show = DiscriminatorPass.of(
            discriminator, Augmenting(None), {}, self.mean_over_devices
        )

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Update the discriminator some times, then the generator on the last minibatch."""
        for step, real in enumerate(batches["data"]):
            target = self.targets(real.condition, draws[f"targets/{step}"])
            self.piecewise(self.discriminator_phase, real, target, draws, step)
            self.update("discriminator")
        faults.moment("between_players")
        self.piecewise(self.generator_phase, real, target, draws)
        self.update("generator")

    def targets(self, domains: Tensor, permutation: Tensor) -> Tensor:
        """Return the domains to translate to: those of the whole minibatch in another order."""
        return self.share({"targets": self.gathered(domains)[permutation]})["targets"]

    def discriminator_phase(
        self, real: Batch, target: Tensor, draws: Mapping[str, Any], step: int
    ) -> None:
        """Compute the gradient of equation 5."""
        name, needed = f"discriminator/{step}", self.needed("discriminator")
        with self.phase("discriminator", through=["generator"]):
            fake = Batch(self.generator(real.images, target), target)
            fake = fake.detached("fake" in needed.gradient_of)
            real = real.detached("real" in needed.gradient_of)
            seen = self.show(self.discriminator, name, real, fake, needed, draws)
            loss = self.loss.discriminator(seen.real.logits, seen.fake.logits)
            of_domain = self.classification_weight * cross_entropy_of(seen.real)
            losses = self.loss.weighed(loss) | {"discriminator_classification": of_domain}
            losses |= self.terms(name, self.iteration, seen, draws)
            self.descend("discriminator", losses, self.terms.every)
        with torch.no_grad():
            means = {"loss/discriminator": sum(loss), "value": self.loss.value(loss)}
            self.meters.add(means | self.loss.answers(seen.real.logits, seen.fake.logits))

    def generator_phase(self, real: Batch, target: Tensor, draws: Mapping[str, Any]) -> None:
        """Compute the gradient of equation 6."""
        needed = self.needed("generator")
        with self.phase("generator", through=["discriminator"]):
            fake = Batch(self.generator(real.images, target), target)
            beside = real if self.loss.compares_pairs or needed.real else None
            seen = self.show(self.discriminator, "generator", beside, fake, needed, draws)
            deceived = self.loss.generator(seen.fake.logits, seen.real and seen.real.logits)
            back = full_precision(self.generator(fake.images, real.condition))
            losses = {
                "generator": self.loss.generator_weight * deceived,
                "generator_classification": self.classification_weight
                * cross_entropy_of(seen.fake),
                "reconstruction": self.reconstruction_weight * l1_loss(back, real.images),
            }
            losses |= self.terms("generator", self.iteration, seen, draws)
            self.descend("generator", losses, self.terms.every)

    def draws(self) -> dict[str, Any]:
        """Return an order of each minibatch's domains, over all devices, and what terms draw."""
        n, drawn = self.batch_size, {}
        for step in range(self.steps):
            generator = seeding.generator(self.device, self.seed, "targets", self.iteration, step)
            drawn[f"targets/{step}"] = torch.randperm(n, generator=generator, device=self.device)
        for phase in ("generator", *(f"discriminator/{step}" for step in range(self.steps))):
            of_terms = self.terms.draws(phase, self.iteration, n, self.device, self.seed)
            drawn |= self.share(of_terms)
        return drawn

    def needed(self, player: str) -> Needed:
        """Return what terms need of a phase, and the domains that D tells."""
        return self.terms.needed(player, self.iteration)._replace(features=True)

    @property
    def graph_key(self) -> Hashable:
        """Terms that are due give the device more to do."""
        return super().graph_key, self.terms.due(self.iteration)
