"""The pass of a phase's images through D: augmented, and with features where a term needs them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, final

import torch
from torch import Tensor, nn

from gan_lab.augmentation.augmentation import Draws
from gan_lab.data.base import Batch
from gan_lab.losses.terms import Judged, PhaseOutputs, Term
from gan_lab.networks.images_apart import keeps_images_apart
from gan_lab.training.added_terms import Needed, learn_labels
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.sampling import conditioned


@final
@dataclass(frozen=True)
class DiscriminatorPass:
    """Shows D images, and returns what losses and terms are about.

    Attributes:
        augmenting: what D sees instead of the images.
        mean_over_devices: see `PhaseOutputs`.
        joins: whether D may see all images of a phase at once, which takes less time: the answers
            are the same where it keeps images apart. Where a gradient with respect to some of them
            is needed, they are shown alone, as it would go through all.
        tells: whether D is told of conditions; one that learns labels is not.
    """

    augmenting: Augmenting
    mean_over_devices: Callable[[Tensor], Tensor]
    joins: bool = False
    tells: bool = True

    @classmethod
    def of(
        cls,
        discriminator: nn.Module,
        augmenting: Augmenting,
        terms: Mapping[str, Term],
        mean_over_devices: Callable[[Tensor], Tensor],
    ) -> Self:
        """Return the fastest one for this discriminator and these terms."""
        joins, tells = keeps_images_apart(discriminator), not learn_labels(terms)
        return cls(augmenting, mean_over_devices, joins, tells)

    def __call__(
        self,
        discriminator: nn.Module,
        phase: str,
        real: Batch | None,
        fake: Batch,
        needed: Needed,
        draws: Mapping[str, Any],
        labelled: Batch | None = None,
    ) -> PhaseOutputs:
        """Show D the images of a phase; what terms show it later is augmented as the fake ones.

        Args:
            discriminator: maps images, and a condition if there is one, to logits.
            phase: by whose name the augmentation finds its numbers among `draws`.
            real: images of the data, or None.
            fake: generated ones.
            needed: by the terms that are due.
            draws: of the iteration.
            labelled: images of the data with labels to learn, or None.
        """
        of_real, of_fake = self.augmenting.drawn(phase, draws)
        shown = {} if real is None else {"real": (real, of_real)}
        shown["fake"] = (fake, of_fake)
        if labelled is not None:
            shown["labelled"] = (labelled, of_real)
        features = needed.features or labelled is not None
        seen = self.judge_all(discriminator, shown, features)
        return PhaseOutputs(
            partial(self.judge, discriminator, of_fake),
            seen.get("real"),
            seen["fake"],
            labelled=seen.get("labelled"),
            latents=fake.latents,
            mean_over_devices=self.mean_over_devices,
        )

    def judge_all(
        self,
        discriminator: nn.Module,
        shown: Mapping[str, tuple[Batch, Draws | None]],
        with_features: bool,
    ) -> dict[str, Judged]:
        """Return what `judge` does of images of several kinds, with D's features if asked for.

        Args:
            discriminator: see `__call__`.
            shown: images of each kind, and the numbers of their augmentation.
            with_features: whether they are asked for.
        """
        augmented = [self.presented(*batch[:2], random) for batch, random in shown.values()]
        if self.joins and not any(batch.images.requires_grad for batch in augmented):
            answers = ask_at_once(discriminator, augmented, with_features)
        else:
            answers = [ask(discriminator, batch, with_features) for batch in augmented]
        return {
            kind: Judged(batch.images, batch.condition, *answer)
            for (kind, (batch, _)), answer in zip(shown.items(), answers, strict=True)
        }

    def judge(
        self, discriminator: nn.Module, random: Draws | None, shown: tuple[Tensor, Tensor | None]
    ) -> Judged:
        """Return images as they are, with D's answers on them augmented.

        Args:
            discriminator: see `__call__`.
            random: numbers of the augmentation.
            shown: images, and the condition of each.
        """
        augmented = self.presented(*shown, random)
        return Judged(*shown, *ask(discriminator, augmented, with_features=False))

    def presented(self, images: Tensor, condition: Tensor | None, random: Draws | None) -> Batch:
        """Return images augmented, with their conditions if D is told of them."""
        return Batch(self.augmenting(images, random), condition if self.tells else None)


def ask(discriminator: nn.Module, batch: Batch, with_features: bool) -> Sequence[Tensor | None]:
    """Return D's logits; its features and what its head says if asked for."""
    if with_features:
        return conditioned(discriminator, *batch[:2], with_features=True)
    return (conditioned(discriminator, *batch[:2]),)


def ask_at_once(
    discriminator: nn.Module, batches: Sequence[Batch], with_features: bool
) -> Iterable[Sequence[Tensor | None]]:
    """Return what `ask` does of each batch, in one pass.

    Either all of them have conditions or none has.
    """
    images = torch.cat([batch.images for batch in batches])
    conditions = [batch.condition for batch in batches]
    condition = None if conditions[0] is None else torch.cat(conditions)
    answers = ask(discriminator, Batch(images, condition), with_features)
    shares = [len(batch.images) / len(images) for batch in batches]

    def parts(values: Tensor | None) -> Sequence[Tensor | None]:
        """There are fewer answers than images where D judges packs of them."""
        if values is None:
            return [None] * len(batches)
        return values.split([round(share * len(values)) for share in shares])

    return zip(*map(parts, answers), strict=True)
