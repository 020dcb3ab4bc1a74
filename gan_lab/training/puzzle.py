"""Puzzle-GAN: Lee, Yun, Choi, Yoo, Yang, Oh, 2018, arXiv:1703.10730.

"Unsupervised holistic image generation from key local patches."
The generator is shown the key patches of an image without their places. It makes a mask of where
they belong and a whole image around them. The discriminator learns that generated images are fake,
and so are real parts on the background of another image. The patches should be kept:

    L_G = L_adversarial + w_mask |m - M|_1 + w_patches |m G - M x|_1,   m the mask, M the true one

The authors' code sums over pixels and lets both weights fall from 1e-2 to 1e-4.

Shape legend: N = images, K = patches, C, H, W = image.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, final

import torch
from torch import Tensor, nn

from gan_lab import faults
from gan_lab.data.base import Batch
from gan_lab.latents.inputs import Inputs, InputSource
from gan_lab.losses.adversarial import AdversarialLoss, full_precision
from gan_lab.networks.puzzle import Assembled
from gan_lab.ranges import Length, Range
from gan_lab.schedules import Course
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.assembling import AssemblesPatches, Cutting, Puzzle
from gan_lab.training.changing_numbers import ChangingNumber
from gan_lab.training.composites import Composite, composites_of
from gan_lab.training.player import Recipe

Weight = Annotated[float, Range(0, 1000)]


@final
class PuzzleGAN(AssemblesPatches, Algorithm):
    """A generator that assembles patches, and a discriminator of several kinds of fakes.

    Args:
        generator: maps patches and latents to images and masks.
        discriminator: maps images to logits.
        loss: the adversarial one.
        inputs: where latents come from.
        image_shape: `(C, H, W)`.
        recipe: how each player is trained.
        patches: K.
        patch_size: height and width of a patch; None: a third of those of the image.
        composites: what the discriminator learns to be fake besides generated images, each kind
            counting the same; see `composites_of`.
        mask_weight: w_mask.
        patch_weight: w_patches.
        discriminator_steps: updates of the discriminator for one of the generator, each on a
            minibatch of its own.

    Raises:
        ConfigError: patches are larger than the images.
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
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        patches: Annotated[int, Range(1, 20)],
        patch_size: Annotated[int, Range(1, 16_384)] | None,
        composites: Annotated[Sequence[Composite], Length(0, 4)],
        mask_weight: Weight | Course,
        patch_weight: Weight | Course,
        discriminator_steps: Annotated[int, Range(1, 10_000)],
    ) -> None:
        networks = {"generator": generator, "discriminator": discriminator}
        super().__init__(networks, recipe, streams={"data": discriminator_steps})
        self.loss, self.inputs, self.composites = loss, inputs, composites
        self.cutting = Cutting.of(patches, patch_size, image_shape)
        self.mask_weight = ChangingNumber("algorithm.mask_weight", mask_weight)
        self.patch_weight = ChangingNumber("algorithm.patch_weight", patch_weight)
        self.changing.parts += [self.mask_weight, self.patch_weight]
        # No composite is ever real, so D stays above 1/2 where there are some.
        self.reference = {} if composites else loss.logged_equilibrium
        self.watched = (*loss.watched, "mask_difference", "patch_difference")

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Update the discriminator some times, then the generator on the last minibatch."""
        for step, real in enumerate(batches["data"]):
            puzzle = self.cutting(real.images)
            self.discriminator_phase(puzzle, draws[f"discriminator/{step}"])
            self.update("discriminator")
        faults.moment("between_players")
        self.generator_phase(puzzle, draws["generator"])
        self.update("generator")

    def discriminator_phase(self, puzzle: Puzzle, inputs: Inputs) -> None:
        """Compute the gradient of D on real images, and on each kind of fakes by itself."""
        with self.phase("discriminator", through=["generator"]):
            with torch.no_grad():
                made = self.generator(puzzle.patches, inputs.latents).images
            others = self.share({"others": self.gathered(puzzle.images).roll(1, 0)})["others"]
            fakes = [made, *composites_of(self.composites, puzzle, made, others)]
            real = self.discriminator(puzzle.images)
            answers = [self.discriminator(fake) for fake in fakes]
            loss = self.loss.discriminator(real.repeat(len(fakes)), torch.cat(answers))
            self.descend("discriminator", self.loss.weighed(loss))
        with torch.no_grad():
            means = {"loss/discriminator": sum(loss), "value": self.loss.value(loss)}
            self.meters.add(means | self.loss.answers(real, answers[0]))

    def generator_phase(self, puzzle: Puzzle, inputs: Inputs) -> None:
        """Compute the gradient of G through D, of its mask, and of the patches in its image."""
        with self.phase("generator", through=["discriminator"]):
            made = self.generator(puzzle.patches, inputs.latents)
            real = self.discriminator(puzzle.images) if self.loss.compares_pairs else None
            deceived = self.loss.generator(self.discriminator(made.images), real)
            mask, patches = lost(made, puzzle)
            losses = {
                "generator": self.loss.generator_weight * deceived,
                "mask": self.mask_weight.value * mask,
                "patches": self.patch_weight.value * patches,
            }
            self.descend("generator", losses)
        # Without their weights, which change, and of one pixel.
        means = {"mask_difference": mask, "patch_difference": patches / self.cutting.shape[0]}
        pixels = puzzle.masks[0].numel()
        self.meters.add({name: mean.detach() / pixels for name, mean in means.items()})

    def draws(self) -> dict[str, Any]:
        """Return the latents of each phase."""
        phases = [f"discriminator/{step}" for step in range(self.streams["data"])]
        return self.share(
            {
                name: self.inputs.draw(
                    self.batch_size, self.device, self.seed, "latents", self.iteration, name
                )
                for name in (*phases, "generator")
            }
        )


def lost(made: Assembled, puzzle: Puzzle) -> tuple[Tensor, Tensor]:
    """Return what masks, and patches in their place, differ by: sums over an image, on average."""
    images, masks = (full_precision(each) for each in made)
    mask = (masks - puzzle.masks).abs().flatten(1).sum(dim=1).mean()
    kept = masks * images - puzzle.masks * puzzle.images
    return mask, kept.abs().flatten(1).sum(dim=1).mean()
