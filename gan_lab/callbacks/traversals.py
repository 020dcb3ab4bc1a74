"""A picture of what the informative factors of structured latents have come to mean."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import final

import torch
from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from PIL import Image
from torch import Tensor

from gan_lab.durable import replacing
from gan_lab.latents.structured import Structured
from gan_lab.latents.traversal import Variable, traversed, variables
from gan_lab.training.abilities import HasLatents
from gan_lab.training.algorithm import Algorithm

MOST = 4  # variables in the picture of a run
SIDE = 10  # values of a number, and images of each value


@final
class Traversals(Callback):
    """Write `traversals/ITERATION.png` at the end of training.

    Args:
        folder: for the picture, made when there is one.
        seed: of the latents.
        draw: makes the picture of images `(V, K, C, H, W)` in the value range, by variable.
    """

    def __init__(
        self, folder: Path, seed: int, draw: Callable[[Mapping[str, Tensor]], Image.Image]
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.draw = draw

    @rank_zero_only
    def on_train_end(self, trainer: Trainer, module: Algorithm) -> None:
        """Draw the picture if the model's latents have informative factors."""
        if not (isinstance(module, HasLatents) and isinstance(module.prior, Structured)):
            return
        varied = list(variables(module.prior, module.prior.informative, SIDE))[:MOST]
        if not varied:
            return
        latents = module.latents(SIDE, self.seed, "traversals")
        picture = self.draw(images_of(module, latents, varied))
        self.folder.mkdir(exist_ok=True)
        with replacing(self.folder / f"{module.iteration:08d}.png") as file:
            picture.save(file, "PNG")
        for dashboard in trainer.loggers:
            dashboard.log_picture("traversals", picture, module.iteration)


def images_of(module: HasLatents, latents_KZ: Tensor, varied: list[Variable]) -> dict[str, Tensor]:
    """Return images `(V, K, C, H, W)` in the value range of each variable's values, by its name.

    Args:
        module: makes them.
        latents_KZ: whose other numbers stay, in every row.
        varied: variables of its prior.
    """
    return {
        variable.name: torch.stack(
            [module.generate(row) for row in traversed(latents_KZ, variable)]
        )
        for variable in varied
    }
