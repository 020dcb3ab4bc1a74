"""Who judges translations, what of each set they take for real, and what they see of images.

Shape legend: N = images of a minibatch, C, H, W = image.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn

from gan_lab.losses.adversarial import AdversarialLoss
from gan_lab.losses.terms import Judged, PhaseOutputs
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.extra_discriminators import ExtraDiscriminators

PLAYERS = ("generator", "discriminator")


class Judge(NamedTuple):
    """A discriminator of translations to a set.

    Attributes:
        network: maps images to logits.
        weight: of what it learns and teaches.
        real: the name of the images that it takes for real.
        word: that the names of its losses end with.
    """

    network: nn.Module
    weight: float
    real: str
    word: str


@final
class TranslationJudges:
    """The discriminators of each set and the extra ones, which see images through augmentation.

    Args:
        loss: the adversarial one.
        discriminators: by the set that they know.
        extra: those that know all sets, or none.
        augmenting: of what they see; the same for all of them.
        mean_over_devices: see `PhaseOutputs`.

    Attributes:
        reference: of what is logged, where translations are like real images.
    """

    def __init__(
        self,
        loss: AdversarialLoss,
        discriminators: Mapping[str, nn.Module],
        extra: ExtraDiscriminators,
        augmenting: Augmenting,
        mean_over_devices: Callable[[Tensor], Tensor],
    ) -> None:
        self.loss, self.extra, self.see = loss, extra, augmenting
        self.mean_over_devices = mean_over_devices
        known = loss.equilibrium
        self.reference = {name: known[name] for name in ("d_real", "d_fake") if name in known}
        self.of = {name: [Judge(known, 1.0, name, "")] for name, known in discriminators.items()}
        for name, network in extra.networks.items():
            self.of[name].append(Judge(network, extra.weight, "mixed", "_mixed"))

    def draws(
        self, n: int, iteration: int, device: torch.device, seed: int
    ) -> dict[str, dict[str, Tensor] | Tensor]:
        """Return the random numbers of an iteration for minibatches of `n` images."""
        drawn: dict[str, Any] = self.extra.draws(n, device, seed, "mixed", iteration)
        for phase in (f"{player}/{name}" for player in PLAYERS for name in self.of):
            drawn |= self.see.draws(phase, iteration, n, device, seed)
        return drawn

    def deceived(
        self, target: str, real: Mapping[str, Tensor], fake: Tensor, draws: Mapping[str, Any]
    ) -> dict[str, Tensor]:
        """Return what a generator of images of `target` minimises, by the judges' words.

        Args:
            target: the set.
            real: images `(N, C, H, W)`, by their names.
            fake: translations, with the way back to the generator.
            draws: of the iteration.
        """
        found = {}
        of_real, of_fake = self.see.drawn(f"generator/{target}", draws)
        for judge, weight, known, word in self.of[target]:
            beside = None
            if self.loss.compares_pairs:
                beside = judge(self.see(real[known], of_real))
            loss = self.loss.generator(judge(self.see(fake, of_fake)), beside)
            found[word] = weight * self.loss.generator_weight * loss
        return found

    def told_apart(
        self, real: Mapping[str, Tensor], fake: Mapping[str, Tensor], draws: Mapping[str, Any]
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return what discriminators minimise, by its name, and what is logged, means over them.

        Args:
            real: images `(N, C, H, W)`, by their names.
            fake: translations to each set, of now and before, without a gradient.
            draws: of the iteration.
        """
        losses, logged = {}, []
        for target, translations in fake.items():
            of_real, of_fake = self.see.drawn(f"discriminator/{target}", draws)
            shown = self.see(translations, of_fake)
            for judge, weight, known, word in self.of[target]:
                logits = judge(self.see(real[known], of_real)), judge(shown)
                found = self.loss.weighed(self.loss.discriminator(*logits))
                losses |= {f"{part}_{target}{word}": weight * loss for part, loss in found.items()}
                logged.append(self.answers(*(each.detach() for each in logits)))
        return losses, {key: sum(each[key] for each in logged) / len(logged) for key in logged[0]}

    def answers(self, on_real: Tensor, on_fake: Tensor) -> dict[str, Tensor]:
        """Return what is logged of one discriminator's answers."""
        judged = (Judged(None, None, logits) for logits in (on_real, on_fake))
        seen = PhaseOutputs(None, *judged, mean_over_devices=self.mean_over_devices)
        return self.loss.answers(on_real, on_fake) | self.see.observe(self.loss, seen)
