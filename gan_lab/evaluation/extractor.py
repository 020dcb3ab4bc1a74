"""What every feature extractor is: a frozen network from stored pixels to features."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Self

import torch
from torch import Tensor, nn

from gan_lab.evaluation.samples import Features


class Extractor(nn.Module, ABC):
    """A network whose weights never change and which never leaves evaluation mode.

    It belongs to no LightningModule: its weights are in no optimizer and in no checkpoint.

    Args:
        name: in the metrics' names, as in `fd_NAME`.
        class_names: one word per class that it knows; empty where it knows none.
        about: what the protocol record says of it: the SHA-256 of the weights, how images are
            resized, and the like; plain data.
    """

    is_classifier: ClassVar[bool] = False  # it returns logits, one per class

    def __init__(
        self, name: str, class_names: tuple[str, ...], about: Mapping[str, str | int | float]
    ) -> None:
        super().__init__()
        self.name = name
        self.class_names = class_names
        self.about = dict(about)

    @abstractmethod
    def forward(self, pixels_NCHW: Tensor) -> Features:
        """Return the features of images as they are stored (uint8, 0 to 255)."""

    def freeze(self) -> Self:
        """Return the extractor in evaluation mode, its weights without gradients."""
        return self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> Self:
        """Stay in evaluation mode, whatever a parent module is told."""
        return super().train(False)


@contextmanager
def full_precision(device: torch.device) -> Iterator[None]:
    """Compute in float32: no autocast, and no shortened factors (TF32) in convolutions on GPUs."""
    convolutions = torch.backends.cudnn.conv
    before = convolutions.fp32_precision
    convolutions.fp32_precision = "ieee"
    try:
        with torch.autocast(device.type, enabled=False):
            yield
    finally:
        convolutions.fp32_precision = before
