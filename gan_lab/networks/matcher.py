"""How well images and texts go together.

Shape legend: N = images, M = texts, F = features, C, H, W = image.
"""

from typing import final

from torch import Tensor, nn
from torch.nn.functional import normalize

from gan_lab.networks.text_encoder import SLOPE, TextEncoder

SIZE = 64  # F
WIDTH = 32
SIDE = 4  # of what is left of an image


@final
class Matcher(nn.Module):
    """Images and texts as directions, which are the same where they go together.

    Args:
        channels: C.
        n_words: of the texts.
    """

    def __init__(self, channels: int, n_words: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in ((channels, WIDTH), (WIDTH, 2 * WIDTH), (2 * WIDTH, 4 * WIDTH)):
            layers += [
                nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.LeakyReLU(SLOPE, inplace=True),
            ]
        self.of_images = nn.Sequential(
            *layers,
            nn.AdaptiveAvgPool2d(SIDE),
            nn.Flatten(),
            nn.Linear(4 * WIDTH * SIDE**2, SIZE),
        )
        self.of_texts = TextEncoder(n_words, SIZE)

    def images(self, pixels_NCHW: Tensor) -> Tensor:
        """Return the directions of images `(N, F)`, of length 1.

        Args:
            pixels_NCHW: uint8, of any size from 8x8 on.
        """
        return normalize(self.of_images(pixels_NCHW.float() / 255), dim=1)

    def texts(self, tokens_MT: Tensor) -> Tensor:
        """Return the directions of texts `(M, F)`, of length 1; see `TextEncoder`."""
        return normalize(self.of_texts(tokens_MT), dim=1)
