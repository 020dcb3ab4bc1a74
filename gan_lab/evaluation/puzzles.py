"""Whether a model that is shown patches finds where they belong, and leaves them as they are.

Shape legend: N = images, K = patches of each, C, H, W = image.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.data.key_patches import covered
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class Puzzles(ModelMetric):
    """`mask_iou` and `patch_error`, of images that nothing was trained on.

    - `mask_iou`: what the mask, above 1/2, and the true places of the patches have in common, as a
      share of what either covers; the mean over images, 1 at most;
    - `mask_iou_random`, `mask_iou_mean`: the same of masks that who sees no patch could say: as
      many patches at random places, and the pixels that patches cover most often, as many as they
      cover on average;
    - `patch_error`: mean absolute difference to the original where its patches are from, as a
      share of the value range.
    """

    asks: ClassVar = "reassemble"
    value_range: tuple[float, float]

    def __call__(self, reassemble: Callable[..., Any]) -> dict[str, float]:
        """Return the numbers, each with the same latents whenever it is asked."""
        said, true, random, errors = [], [], [], []
        for number, images in enumerate(self.known.batches()):
            puzzle, made = reassemble(images, "puzzles", number)
            mask = puzzle.masks > 0
            said.append(made.masks.cpu() > 0.5)
            true.append(mask.cpu())
            random.append(anywhere(puzzle.patches, images.shape[-2:], number))
            lost = (made.images - puzzle.images).abs().mean(dim=1, keepdim=True)
            errors.append(((lost * mask).sum((1, 2, 3)) / mask.sum((1, 2, 3))).cpu())
        truth = torch.cat(true)
        low, high = self.value_range
        return {
            "mask_iou": iou(torch.cat(said), truth),
            "mask_iou_random": iou(torch.cat(random), truth),
            "mask_iou_mean": iou(usual(truth).expand_as(truth), truth),
            "patch_error": torch.cat(errors).double().mean().item() / (high - low),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """The model's own two."""
        return {"mask_iou": "higher", "patch_error": "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """All patches where they belong, as they were."""
        return {"mask_iou": 1.0, "patch_error": 0.0}


def iou(one_N1HW: Tensor, other_N1HW: Tensor) -> float:
    """Return intersection over union of masks, bool, the mean over images; 0 of two empty ones."""
    both = (one_N1HW & other_N1HW).flatten(1).sum(dim=1)
    either = (one_N1HW | other_N1HW).flatten(1).sum(dim=1)
    return (both / either.clamp(min=1)).double().mean().item()


def usual(masks_N1HW: Tensor) -> Tensor:
    """Return the pixels that masks cover most often, `(1, H, W)`: as many as one does on average.

    Where several are covered as often, the first ones.
    """
    often = masks_N1HW.double().mean(dim=0)
    kept = often.flatten().argsort(descending=True, stable=True)[: round(often.sum().item())]
    found = torch.zeros(often.numel(), dtype=torch.bool)
    found[kept] = True
    return found.view_as(often)


def anywhere(patches_NKChw: Tensor, shape: tuple[int, int], *address: int) -> Tensor:
    """Return masks of as many patches as these at random places, bool `(N, 1, H, W)`."""
    count, size = patches_NKChw.shape[:2], tuple(patches_NKChw.shape[-2:])
    random = seeding.generator("cpu", 0, "random patches", *address)
    places = [
        torch.randint(side - length + 1, count, generator=random)
        for side, length in zip(shape, size, strict=True)
    ]
    return covered(torch.stack(places, dim=2), size, tuple(shape))
