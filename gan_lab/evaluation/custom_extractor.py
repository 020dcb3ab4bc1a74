"""Any network of the user's own as a feature extractor."""

import hashlib
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features


@final
class ModuleExtractor(Extractor):
    """Features by any `torch.nn.Module`.

    Args:
        name: in the metrics' names.
        module: maps float32 images `(N, C, H, W)`, 0 to 1, of the data set's size and channels to
            features `(N, D)`.
    """

    def __init__(self, name: str, module: nn.Module) -> None:
        super().__init__(name, class_names=(), about={"sha256": weights_hash(module)})
        self.module = module

    def forward(self, pixels_NCHW: Tensor) -> Features:
        """Return what the module makes of the images.

        Raises:
            ConfigError: that is not `(N, D)`.
        """
        features = self.module(pixels_NCHW.float() / 255)
        if not isinstance(features, Tensor) or features.ndim != 2:
            found = tuple(features.shape) if isinstance(features, Tensor) else type(features)
            raise ConfigError(
                f"evaluation.extractors: {self.name} returns {found} instead of features (N, D) "
                f"for images {tuple(pixels_NCHW.shape)}. Flatten or pool them in the module."
            )
        return Features(features.float())


def weights_hash(module: nn.Module) -> str:
    """Return the SHA-256 of all weights and buffers, hexadecimal."""
    digest = hashlib.sha256(repr(module).encode())
    for name, value in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
