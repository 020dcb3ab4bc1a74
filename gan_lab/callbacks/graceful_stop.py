"""Ctrl-C, SIGTERM, SIGHUP and Slurm's SIGUSR1: finish the iteration, save, and leave."""

import signal
import threading
from types import FrameType
from typing import Any, Self, final

import torch
from lightning import Callback, Trainer

from gan_lab.training.algorithm import Algorithm

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)


@final
class GracefulStop(Callback):
    """Turn a signal into a regular end of training at the next iteration boundary.

    It does so inside a `with` block around the training. A second signal acts at once, except for
    SIGHUP: a connection that breaks is told several times. Under nohup SIGHUP stays ignored.

    Attributes:
        signal: the one received, or None.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._earlier_handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Take over the signals; before that, and afterwards, they act as usual."""
        self._earlier_handlers = {number: signal.getsignal(number) for number in SIGNALS}
        self._take_over()
        return self

    def __exit__(self, *exception: object) -> None:
        """Give the signals back."""
        self._give_back()

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Take over again: Lightning's own handlers exit with 0, or save in mid-iteration."""
        if self.signal is None:
            self._take_over()

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Stop all processes at the same iteration if one of them was told to."""
        received = self.signal or 0
        if trainer.world_size > 1:
            flag = torch.tensor(received, device=module.device)
            received = int(trainer.strategy.reduce(flag, reduce_op="max"))
        if received:
            self.signal = received
            trainer.should_stop = True

    def _take_over(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # Python lets the main thread alone have them
        for number in SIGNALS:
            if number != signal.SIGHUP or self._earlier_handlers[number] != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self._give_back()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _give_back(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in self._earlier_handlers.items():
            signal.signal(number, handler)
