"""The pass of a phase's images through D: augmented, and with features where a term needs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, final

from torch import Tensor, nn

from gan_lab.augmentation.augmentation import Draws
from gan_lab.data.base import Batch
from gan_lab.losses.terms import Judged, PhaseOutputs
from gan_lab.training.added_terms import Needed
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.sampling import conditioned


@final
@dataclass(frozen=True)
class DiscriminatorPass:
    """Shows D images, and returns what losses and terms are about.

    Attributes:
        augmenting: what D sees instead of the images.
        mean_over_devices: see `PhaseOutputs`.
    """

    augmenting: Augmenting
    mean_over_devices: Callable[[Tensor], Tensor]

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
            labelled: images of the data with labels to learn, of which D is not told; or None.
        """
        of_real, of_fake = self.augmenting.drawn(phase, draws)
        judge = partial(self.judge, discriminator, of_fake)
        seen_real = real and self.judge(discriminator, of_real, real[:2], needed.features)
        seen_fake = judge(fake[:2], needed.features)
        seen_labelled = None
        if labelled is not None:
            seen_labelled = self.judge(discriminator, of_real, (labelled.images, None), True)
            seen_labelled = seen_labelled._replace(condition=labelled.condition)
        return PhaseOutputs(
            judge,
            seen_real,
            seen_fake,
            labelled=seen_labelled,
            latents=fake.latents,
            mean_over_devices=self.mean_over_devices,
        )

    def judge(
        self,
        discriminator: nn.Module,
        random: Draws | None,
        shown: tuple[Tensor, Tensor | None],
        with_features: bool = False,
    ) -> Judged:
        """Return images as they are, with D's answers on them augmented, and with its features.

        Args:
            discriminator: see `__call__`.
            random: numbers of the augmentation.
            shown: images, and the condition of each.
            with_features: whether they are asked for.
        """
        images, condition = shown
        augmented = self.augmenting(images, random)
        if not with_features:
            return Judged(images, condition, conditioned(discriminator, augmented, condition))
        answers = conditioned(discriminator, augmented, condition, with_features=True)
        return Judged(images, condition, *answers)
