"""Ctrl-C and SIGTERM: finish the iteration, save, and leave."""

import signal
from types import FrameType
from typing import Any, final

import torch
from lightning import Callback, Trainer

from gan_lab.training.gan import GAN

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@final
class GracefulStop(Callback):
    """Turn a signal into a regular end of training at the next iteration boundary.

    A second signal acts at once, as it would without this.

    Attributes:
        signal: the one received, or None.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._earlier_handlers: dict[int, Any] = {}

    def on_train_start(self, trainer: Trainer, module: GAN) -> None:
        """Take over from Lightning, whose handlers save nothing off Slurm and exit with 0."""
        self._earlier_handlers = {
            number: signal.signal(number, self._on_signal) for number in SIGNALS
        }

    def on_train_batch_end(
        self, trainer: Trainer, module: GAN, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Stop all processes at the same iteration if one of them was told to."""
        received = self.signal or 0
        if trainer.world_size > 1:
            flag = torch.tensor(received, device=module.device)
            received = int(trainer.strategy.reduce(flag, reduce_op="max"))
        if received:
            self.signal = received
            trainer.should_stop = True

    def on_train_end(self, trainer: Trainer, module: GAN) -> None:
        """Give the signals back."""
        self._restore()

    def on_exception(self, trainer: Trainer, module: GAN, exception: BaseException) -> None:
        """Give the signals back."""
        self._restore()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._earlier_handlers.items():
            signal.signal(number, handler)
        self._earlier_handlers = {}
