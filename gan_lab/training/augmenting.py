"""The augmentation of a run: how strong it is now, its random numbers, and who sees through it."""

from collections.abc import Mapping
from typing import Any, final

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.augmentation.augmentation import Augmentation, Draws
from gan_lab.losses.adversarial import AdversarialLoss, full_precision
from gan_lab.losses.terms import PhaseOutputs
from gan_lab.schedules import Course

# Iterations between two changes of a controlled strength, as in Karras et al., 2020.
INTERVAL = 4
KINDS = ("real", "fake")


@final
class Augmenting(nn.Module):
    """An augmentation, or none, with its strength on the device.

    A CUDA graph repeats the numbers of Python that it was recorded with, so the strength is a
    tensor. A controlled one, and what it depends on, belong to the state of a checkpoint.

    Args:
        augmentation: of what D sees; None: nothing is changed.
        compares: whether D sees real images in the generator's phase, too.
    """

    def __init__(self, augmentation: Augmentation | None, compares: bool = False) -> None:
        super().__init__()
        self.compares = compares
        self.numbers: dict[str, float] = {}  # none but those that `observe` returns
        self.augmentation = augmentation
        if augmentation is None:
            return
        controlled = augmentation.control is not None
        known = augmentation.strength if isinstance(augmentation.strength, float | int) else 0.0
        self.register_buffer("strength", torch.tensor(float(known)), persistent=controlled)
        if controlled:
            # Since the last change: the sum of the mean signs, and how many there were.
            self.register_buffer("signs", torch.zeros(2))

    def _load_from_state_dict(
        self, state: dict[str, Any], prefix: str, *others: Any, **options: Any
    ) -> None:
        """Take what a checkpoint says of this augmentation; it may be of a run with another one."""
        own = self.state_dict(prefix=prefix)
        super()._load_from_state_dict(
            {key: state.get(key, value) for key, value in own.items()}, prefix, *others, **options
        )

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose the strength of the next iteration."""
        if self.augmentation is None:
            return
        if isinstance(self.augmentation.strength, Course):
            self.strength.fill_(self.augmentation.strength.at(iteration, images_seen))
        elif self.augmentation.control and iteration and iteration % INTERVAL == 0:
            control = self.augmentation.control
            step = INTERVAL * images_seen / iteration / control.ramp_images
            excess = self.signs[0] - control.target * self.signs[1]
            self.strength.add_(excess.sign() * step).clamp_(0, control.most)
            self.signs.zero_()

    def draws(
        self, phase: str, iteration: int, n: int, device: torch.device, seed: int
    ) -> dict[str, dict[str, Tensor]]:
        """Return the random numbers of a phase, for its `n` generated and its real images."""
        if self.augmentation is None:
            return {}
        kinds = KINDS if self.compares or not phase.startswith("generator") else ("fake",)
        return {
            f"augment/{phase}/{kind}": self.augmentation.draw(
                n, seeding.generator(device, seed, "augment", iteration, phase, kind)
            )
            for kind in kinds
        }

    def drawn(self, phase: str, draws: Mapping[str, Any]) -> list[Draws | None]:
        """Return, out of all `draws`, what is for the real and for the fake images of a phase."""
        return [draws.get(f"augment/{phase}/{kind}") for kind in KINDS]

    def forward(self, images_NCHW: Tensor, random: Draws | None) -> Tensor:
        """Return images as D sees them; `random` is of `drawn`."""
        if self.augmentation is None:
            return images_NCHW
        with torch.autocast(images_NCHW.device.type, enabled=False):
            return self.augmentation(full_precision(images_NCHW), self.strength, random)

    def observe(self, loss: AdversarialLoss, seen: PhaseOutputs) -> dict[str, Tensor]:
        """Learn how D has answered in its phase, and return what is logged, scalars by column."""
        if self.augmentation is None:
            return {}
        logged = {f"augment/{self.augmentation.strength_name}": self.strength}
        if self.augmentation.control:
            margins = loss.margins(seen.real.logits, seen.fake.logits)
            sign = seen.mean_over_devices(full_precision(margins).sign().mean())
            self.signs += torch.stack([sign, torch.ones_like(sign)])
            logged["augment/overfitting"] = sign
        return logged
