"""The feature extractor of the FID: the Inception network of 2015, fed as in TensorFlow 1.

Heusel et al., 2017, arXiv:1706.08500, whose program hands images of any size to the graph of
2015-12-05. There they are resized to 299x299, in float32 and never rounded, and only then scaled.
"""

from typing import final

import torch
from torch import Tensor

from gan_lab.data.pixels import on_white
from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor, full_precision
from gan_lab.evaluation.inception_weights import build_network, read_classifier, read_weights
from gan_lab.evaluation.samples import Features

SIDE = 299
# Images at once; the network takes some 20 MB for each.
BLOCK = 50


@final
class Inception(Extractor):
    """2048 features per image, in float32 whatever the device would rather compute in.

    It returns no logits: the weights of its classifier are not everywhere.

    Attributes:
        classifier: what turns features into the logits of 1008 classes `(1008, 2048)`, or None.

    Raises:
        DataError: the weights are not in the cache, or are damaged.
    """

    def __init__(self) -> None:
        weights, sha256 = read_weights()
        super().__init__(
            "inception",
            class_names=(),
            about={
                "sha256": sha256,
                "resize": f"bilinear to {SIDE}x{SIDE} as in TensorFlow 1: pixel i of the result "
                f"from place i * size / {SIDE}, no antialias",
                "scaling": "(x - 128) / 128",
            },
        )
        self.network = build_network(weights)
        self.classifier = read_classifier()
        self.to(memory_format=torch.channels_last).freeze()

    def forward(self, pixels_NCHW: Tensor) -> Features:
        """Return features `(N, 2048)`; gray images are taken as RGB, RGBA ones are laid on white.

        Raises:
            ConfigError: images with 2 or more than 4 channels.
        """
        pixels_NCHW = on_white(pixels_NCHW)
        channels = pixels_NCHW.shape[1]
        if channels not in (1, 3):
            raise ConfigError(
                f"evaluation.extractors has 'inception', which sees images of 1, 3 or 4 channels; "
                f"these have {channels}. Use another extractor."
            )
        with full_precision(pixels_NCHW.device):
            blocks = [self._look_at(block) for block in pixels_NCHW.split(BLOCK)]
        return Features(torch.cat(blocks))

    def _look_at(self, pixels_NCHW: Tensor) -> Tensor:
        images = (resize(pixels_NCHW.float(), SIDE) - 128) / 128
        images = images.expand(-1, 3, -1, -1)
        return self.network(images.contiguous(memory_format=torch.channels_last))


def resize(images_NCHW: Tensor, side: int) -> Tensor:
    """Resize images to a square, bilinearly and without antialiasing, as TensorFlow 1 did.

    Its pixel i lies at place i * size / side, not at the (i + 1/2) * size / side - 1/2 that torch
    takes: the picture is shifted a little to the upper left.
    """
    for axis in (2, 3):
        size = images_NCHW.shape[axis]
        places = torch.arange(side, device=images_NCHW.device) * (size / side)
        before = places.long()
        after = (before + 1).clamp(max=size - 1)
        share = (places - before).view((-1, 1) if axis == 2 else (-1,))
        images_NCHW = torch.lerp(
            images_NCHW.index_select(axis, before), images_NCHW.index_select(axis, after), share
        )
    return images_NCHW
