"""Pictures of the same latents through training."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, final

from lightning import Callback, Trainer
from PIL import Image

from gan_lab.callbacks.sample_pictures import Picture
from gan_lab.durable import replacing
from gan_lab.training.algorithm import Algorithm


@final
class SampleGrids(Callback):
    """Write `samples/ITERATION.png` every `every` iterations and at the end.

    Of what can be heard there is `samples/ITERATION.mid` beside it, and to compare with,
    `samples/real.png`.

    The latents come from a random stream of their own, so they are the same in every picture and
    drawing them changes nothing in training.

    Args:
        folder: for the pictures.
        every: iterations between them.
        seed: of the latents.
        picture: how images are shown.
        real: makes a picture of real images in the same form; None where samples are beside theirs.
    """

    def __init__(
        self,
        folder: Path,
        every: int,
        seed: int,
        picture: Picture,
        real: Callable[[], Image.Image] | None = None,
    ) -> None:
        self.folder = folder
        self.every = every
        self.seed = seed
        self.picture = picture
        self.real = real
        self._newest = 0

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Draw the real images, once in a run; each session shows them to its dashboards."""
        path = self.folder / "real.png"
        is_shown = path.exists() and not trainer.loggers
        if self.real is None or is_shown or not trainer.is_global_zero:
            return
        picture = self.real()
        with replacing(path) as file:
            picture.save(file, "PNG")
        for dashboard in trainer.loggers:
            dashboard.log_picture("real", picture, module.iteration)

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Draw a picture where one is due."""
        if module.iteration % self.every == 0:
            self._draw(trainer, module)

    def on_train_end(self, trainer: Trainer, module: Algorithm) -> None:
        """Draw the last picture."""
        if module.iteration > self._newest:
            self._draw(trainer, module)

    def _draw(self, trainer: Trainer, module: Algorithm) -> None:
        self._newest = module.iteration
        if not trainer.is_global_zero:
            return
        samples = self.picture.samples(module, self.seed, "samples")
        picture = self.picture.drawn(module, samples)
        path = self.folder / f"{module.iteration:08d}.png"
        with replacing(path) as file:
            picture.save(file, "PNG")
        if self.picture.sound:
            self.picture.sound(self.picture.heard(module, samples), path.with_suffix(".mid"))
        for dashboard in trainer.loggers:
            dashboard.log_picture("samples", picture, module.iteration)
