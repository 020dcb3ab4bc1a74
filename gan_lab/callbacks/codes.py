"""A picture of what an autoencoder's codes hold, and of how they lie in the plane.

Shape legend: N = images, M = latents, C, H, W = image.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from PIL import Image
from torch import Tensor

from gan_lab.durable import replacing
from gan_lab.training.abilities import Reconstructs
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.translating import Originals

SHOWN = 40  # images beside their reconstructions
IN_THE_PLANE = 2000  # codes, and latents of the prior
SIDE = 12  # rows and columns of the manifold
MIDDLE = 0.9  # share of each latent that the manifold goes through


@final
@dataclass(frozen=True)
class Plane:
    """Codes of two numbers.

    Attributes:
        codes: of images `(N, 2)`.
        labels: of these, int64 `(N,)`, or None.
        class_names: by label.
        latents: of the prior `(M, 2)`.
        manifold: images `(SIDE, SIDE, C, H, W)` in the value range, decoded from a grid through the
            middle of the prior: the first number grows to the right, the second upwards.
    """

    codes: Tensor
    labels: Tensor | None
    class_names: Sequence[str]
    latents: Tensor
    manifold: Tensor


@final
class Codes(Callback):
    """Write `codes/ITERATION.png` at the end of training.

    Args:
        folder: for the picture, made when there is one.
        seed: of the images that are shown and of the latents.
        images: of the data, to be encoded.
        draw: makes the picture of images and reconstructions, both `(N, C, H, W)` in the value
            range, and of the plane if a code has two numbers.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        images: Originals,
        draw: Callable[[Tensor, Tensor, Plane | None], Image.Image],
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.images = images
        self.draw = draw

    @rank_zero_only
    def on_train_end(self, trainer: Trainer, module: Algorithm) -> None:
        """Draw the picture if images have codes."""
        if not isinstance(module, Reconstructs):
            return
        positions = self.images.choose(SHOWN, self.seed, "codes")
        images = self.images.at(positions, module.device)
        plane = self.plane(module) if module.prior.dim == 2 else None
        picture = self.draw(images, module.reconstruct(images), plane)
        self.folder.mkdir(exist_ok=True)
        with replacing(self.folder / f"{module.iteration:08d}.png") as file:
            picture.save(file, "PNG")
        for dashboard in trainer.loggers:
            dashboard.log_picture("codes", picture, module.iteration)

    def plane(self, module: Algorithm) -> Plane:
        """Return where codes and latents lie, and what is decoded in between."""
        positions = self.images.choose(IN_THE_PLANE, self.seed, "plane")
        labels = self.images.images.labels
        latents = module.latents(IN_THE_PLANE, self.seed, "plane")
        ends = torch.tensor([(1 - MIDDLE) / 2, (1 + MIDDLE) / 2], device=latents.device)
        (left, right), (low, high) = torch.quantile(latents, ends, dim=0).T.tolist()
        across, up = torch.linspace(left, right, SIDE), torch.linspace(high, low, SIDE)
        grid = torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).flatten(0, 1)
        return Plane(
            module.encode(self.images.at(positions, module.device)),
            None if labels is None else labels[positions],
            self.images.images.class_names,
            latents,
            module.generate(grid.to(module.device)).unflatten(0, (SIDE, SIDE)),
        )
