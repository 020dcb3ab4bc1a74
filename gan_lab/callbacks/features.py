"""A picture of the features that a model of two domains has of each."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import final

import numpy as np
from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from PIL import Image

from gan_lab.durable import replacing
from gan_lab.training.abilities import AdaptsDomains
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.translating import Originals

SHOWN = 500  # images of each domain

Draw = Callable[
    [Mapping[str, np.ndarray], Mapping[str, np.ndarray | None], Sequence[str]], Image.Image
]


@final
class Features(Callback):
    """Write `features/ITERATION.png` at the end of training.

    Args:
        folder: for the picture, made when there is one.
        seed: of the images that are shown.
        images: of each domain that nothing was trained on, by its name; the classes of the first
            count.
        draw: makes the picture of features `(N, F)` and labels `(N,)`, by domain, and the names of
            the classes.
    """

    def __init__(
        self, folder: Path, seed: int, images: Mapping[str, Originals], draw: Draw
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.images = images
        self.draw = draw

    @rank_zero_only
    def on_train_end(self, trainer: Trainer, module: Algorithm) -> None:
        """Draw the picture if the model is one of two domains."""
        if not isinstance(module, AdaptsDomains):
            return
        features, labels = {}, {}
        for name, originals in self.images.items():
            positions = originals.choose(SHOWN, self.seed, "features")
            seen, *_ = module.examine(originals.at(positions, module.device))
            known = originals.images.labels
            features[name] = seen.cpu().numpy()
            labels[name] = None if known is None else known[positions].numpy()
        first = next(iter(self.images.values()))
        picture = self.draw(features, labels, first.images.class_names)
        self.folder.mkdir(exist_ok=True)
        with replacing(self.folder / f"{module.iteration:08d}.png") as file:
            picture.save(file, "PNG")
        for dashboard in trainer.loggers:
            dashboard.log_picture("features", picture, module.iteration)
