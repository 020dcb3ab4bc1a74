"""Terms that are added to what a player minimises, such as penalties on the gradient of D.

A term fits any algorithm that has the phases which it names. Its weight, and whether it is due, are
the algorithm's business; the term only says what there is to weigh.

Shape legend: N = images, L = logits (N, fewer where D judges packs of images, more where it judges
patches).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

import torch
from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.ranges import Range
from gan_lab.schedules import Course

Weight = Annotated[float, Range(0, 10**6)] | Course
Interval = Annotated[int, Range(1, 10**6)]
GradientNorm = Annotated[float, Range(0, 10**6)]


class Judged(NamedTuple):
    """Images that D has looked at.

    Attributes:
        images: `(N, C, H, W)`.
        condition: of each image, or None.
        logits: D's answers `(L,)`.
        features: what D's last layer weighs into them `(L, F)`; None if no term asks for it.
        head: what D's head makes of the features, such as a logit per class `(N, K)`; or None.
    """

    images: Tensor
    condition: Tensor | None
    logits: Tensor
    features: Tensor | None = None
    head: Tensor | None = None


class RandomNumbers(NamedTuple):
    """Numbers from 0 to 1 that a term has asked for.

    Attributes:
        of_images: one of each image `(N,)`.
        of_pixels: one of each pixel and channel `(N, C, H, W)`.
    """

    of_images: Tensor | None = None
    of_pixels: Tensor | None = None


def of_one_device(values: Tensor) -> Tensor:
    """Return the mean over devices where there is one."""
    return values


@dataclass(frozen=True)
class PhaseOutputs:
    """What a player's phase has looked at.

    Attributes:
        judge: shows D a pair of images and conditions.
        real: images of the data; None in a generator's phase whose loss asks for none.
        labelled: images whose labels D learns; None if no term asks for them.
        fake: generated ones; in the generator's phase with the way back to its weights.
        latents: what the generated ones were made of `(N, Z)`.
        random: the numbers that the term `needs_random`.
        mean_over_devices: makes the mean of a tensor over all devices, with its gradient: for a
            term that is no mean over images itself.
        player: whose phase it is.
    """

    judge: Callable[[tuple[Tensor, Tensor | None]], Judged]
    real: Judged | None
    fake: Judged
    random: RandomNumbers | None = None
    mean_over_devices: Callable[[Tensor], Tensor] = of_one_device
    player: str = "discriminator"
    labelled: Judged | None = None
    latents: Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class Term(ABC):
    """One term.

    Attributes:
        weight: what its value is multiplied by; a number, or a course such as
            `{cosine: [1.0, 0.1], iterations: 10000}`.
        every: iterations between two in which it is computed, with so many times the weight.
    """

    phases: ClassVar[Sequence[str]] = ("discriminator",)  # players
    needs_gradient_of: ClassVar[Sequence[str]] = ()  # real, fake: images, known before D sees them
    needs_random: ClassVar[Sequence[str]] = ()  # of_images, of_pixels
    needs_features: ClassVar[bool] = False
    needs_head: ClassVar[bool] = False  # of classes
    needs_labelled: ClassVar[bool] = False  # images, in D's phase
    needs_code: ClassVar[bool] = False  # a head for the informative part of latents, and `code`
    needs_real: ClassVar[bool] = False  # in the generator's phase, too, which has none by itself
    limits_slope: ClassVar[bool] = False  # of D by each image, so it must not mix images
    mixes_images: ClassVar[bool] = False  # it is no mean over images, as of `mean_over_devices`
    is_for_free_level: ClassVar[bool] = False  # of D's answers, as `AdversarialLoss` says

    weight: Weight
    every: Interval = 1

    @abstractmethod
    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the scalar that is weighed, float32 or more."""

    def observe(self, phase: PhaseOutputs) -> Mapping[str, Tensor]:
        """Return what else is logged of the discriminator's phase, as scalars by column."""
        return {}

    @property
    def reference(self) -> Mapping[str, float]:
        """What charts draw beside those columns, such as the most that they can reach."""
        return {}


def alike_in_packs(numbers_N: Tensor, logits_L: Tensor) -> Tensor:
    """Return one number for the images of each pack, which are one point to D: that of its first.

    Args:
        numbers_N: one of each image.
        logits_L: one of each pack, image or patch.
    """
    pack = max(1, len(numbers_N) // len(logits_L))
    return numbers_N[::pack].repeat_interleave(pack)


def squared_gradient_norms(logits_L: Tensor, images_NCHW: Tensor) -> Tensor:
    """Return the squared norm of the gradient of each logit by its images `(L,)`, float32 or more.

    A logit of a pack has the gradient by all images of the pack. Logits of patches count as their
    sum, so that there is a norm of each image `(N,)`. The gradient itself is computed in the
    precision of the pass; norm and sum are not left to autocast.
    """
    (gradient,) = torch.autograd.grad(logits_L.sum(), images_NCHW, create_graph=True)
    n = min(len(logits_L), len(images_NCHW))
    with torch.autocast(gradient.device.type, enabled=False):
        return full_precision(gradient).reshape(n, -1).square().sum(dim=1)


def gradient_norms(logits_L: Tensor, images_NCHW: Tensor) -> Tensor:
    """Return the roots of `squared_gradient_norms`, with a slope at 0, too."""
    return (squared_gradient_norms(logits_L, images_NCHW) + 1e-12).sqrt()
