"""PixelCNN: masked convolutions alone, without a memory; faster than LSTMs, and blind on one side.

Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759, section 3.3 and figure 5.

Shape legend: N = images, C, H, W = image or map, F = features, U = hidden units, P = numbers said
of each number of an image.
"""

from typing import final

from torch import Tensor

from gan_lab.networks.blocks import Units
from gan_lab.networks.masked_convolution import MaskedConvolution, Window
from gan_lab.networks.pixel_by_pixel import PixelByPixel, PixelLayer
from gan_lab.networks.pixelrnn import Layers


@final
class ResidualBlock(PixelLayer):
    """To half of the features, through 3x3 places of which half are before, and back.

    Args:
        features: F.
        units: U.
        colours: C.
    """

    def __init__(self, features: int, units: int, colours: int) -> None:
        super().__init__()
        self.narrow = MaskedConvolution(features, units, colours)
        self.around = MaskedConvolution(units, units, colours, up=1, sideways=1)
        self.wide = MaskedConvolution(units, features, colours)

    def forward(self, features_HWNF: Tensor) -> Tensor:
        """Return features of the same shape."""
        narrow = self.narrow(features_HWNF.relu())
        return self.wide(self.around(narrow.relu()).relu())

    def steps(self, height: int, width: int, images: int) -> "BlockSteps":
        """See `PixelLayer`."""
        return BlockSteps(self, height, width, images)


@final
class BlockSteps:
    """A `ResidualBlock`, pixel by pixel."""

    def __init__(self, block: ResidualBlock, height: int, width: int, images: int) -> None:
        self.block = block
        self.around = Window(block.around, height, width, images)

    def begin_row(self, row: int) -> None:
        """See `Steps`."""

    def at(self, row: int, column: int, features_NF: Tensor) -> Tensor:
        """See `Steps`."""
        narrow = self.block.narrow(features_NF.relu())
        self.around.put(row, column, narrow.relu())
        return self.block.wide(self.around.at(row, column).relu())


@final
class PixelCNN(PixelByPixel):
    """What is said of each number of an image, by convolutions.

    Args:
        image_shape: `(C, H, W)`, any.
        outputs: P.
        hidden: U; there are twice as many features between blocks.
        layers: residual blocks.
        head: features of the last but one layer.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        outputs: int,
        hidden: Units,
        layers: Layers,
        head: Units,
    ) -> None:
        blocks = [ResidualBlock(2 * hidden, hidden, image_shape[0]) for _ in range(layers)]
        super().__init__(image_shape, 2 * hidden, blocks, head, outputs)
