"""A callback is Lightning's own."""

from typing import Annotated, Any, final

from lightning import Callback, Trainer

from gan_lab import terminal
from gan_lab.ranges import Range
from gan_lab.training.algorithm import Algorithm


@final
class Announce(Callback):
    """Say how many real images have been seen, every so many iterations."""

    def __init__(self, every: Annotated[int, Range(1)]) -> None:
        self.every = every

    def on_train_batch_end(self, trainer: Trainer, module: Algorithm, *_: Any) -> None:
        if module.iteration % self.every == 0 and trainer.is_global_zero:
            terminal.say(f"{module.images_seen:,} real images seen")
