"""PixelRNN: LSTMs that go over the image, down its rows or across its diagonals.

Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759. A Row LSTM sees a triangle above a
pixel, a Diagonal BiLSTM all that came before.

Shape legend: N = images, C, H, W = image or map, F = features, U = hidden units, P = numbers said
of each number of an image.
"""

from typing import Annotated, ClassVar, Literal, final

from torch import Tensor
from torch.nn.functional import pad

from gan_lab.networks.blocks import Units
from gan_lab.networks.map_lstm import DOWN, LEFT, RIGHT, MapLSTM, States
from gan_lab.networks.masked_convolution import MaskedConvolution, Window
from gan_lab.networks.pixel_by_pixel import PixelByPixel, PixelLayer
from gan_lab.ranges import Range

Layers = Annotated[int, Range(1, 100)]


@final
class RowLSTM(PixelLayer):
    """Down the rows, all pixels of a row at once; each sees three of the row above.

    Args:
        features: F.
        units: U.
        colours: C.
    """

    def __init__(self, features: int, units: int, colours: int) -> None:
        super().__init__()
        # A row of three inputs, of which two come before.
        self.inputs = MaskedConvolution(features, 4 * units, colours, sideways=1, blocks=4)
        self.down = MapLSTM(units, DOWN)
        self.outputs = MaskedConvolution(units, features, colours)

    def forward(self, features_HWNF: Tensor) -> Tensor:
        """Return features of the same shape."""
        return self.outputs(self.down(self.inputs(features_HWNF)))

    def steps(self, height: int, width: int, images: int) -> "RowSteps":
        """See `PixelLayer`."""
        return RowSteps(self, height, width, images)


@final
class RowSteps:
    """A `RowLSTM`, pixel by pixel."""

    def __init__(self, layer: RowLSTM, height: int, width: int, images: int) -> None:
        self.inputs = Window(layer.inputs, height, width, images)
        self.down = Walker(layer.down, height, width, images)
        self.outputs = layer.outputs

    def begin_row(self, row: int) -> None:
        """See `Steps`."""

    def at(self, row: int, column: int, features_NF: Tensor) -> Tensor:
        """See `Steps`."""
        self.inputs.put(row, column, features_NF)
        return self.outputs(self.down.at(row, column, self.inputs.at(row, column)))


@final
class DiagonalBiLSTM(PixelLayer):
    """Across the diagonals, once from the left and once from the right, and the sum of both.

    What comes from the right has seen pixels to the right, so it is taken from the row above.

    Args:
        features: F.
        units: U.
        colours: C.
    """

    def __init__(self, features: int, units: int, colours: int) -> None:
        super().__init__()
        self.inputs_right = MaskedConvolution(features, 4 * units, colours, blocks=4)
        self.inputs_left = MaskedConvolution(features, 4 * units, colours, blocks=4)
        self.right, self.left = MapLSTM(units, RIGHT), MapLSTM(units, LEFT)
        self.outputs = MaskedConvolution(units, features, colours)

    def forward(self, features_HWNF: Tensor) -> Tensor:
        """Return features of the same shape."""
        right = self.right(self.inputs_right(features_HWNF))
        left = self.left(self.inputs_left(features_HWNF))
        return self.outputs(right + pad(left, (0, 0, 0, 0, 0, 0, 1, -1)))  # one row down

    def steps(self, height: int, width: int, images: int) -> "DiagonalSteps":
        """See `PixelLayer`."""
        return DiagonalSteps(self, height, width, images)


@final
class DiagonalSteps:
    """A `DiagonalBiLSTM`, pixel by pixel; what comes from the right, row by row."""

    def __init__(self, layer: DiagonalBiLSTM, height: int, width: int, images: int) -> None:
        self.layer = layer
        self.right = Walker(layer.right, height, width, images)
        self.left = Walker(layer.left, height, width, images)
        features = layer.inputs_left.weight.shape[2]
        self.row = layer.outputs.weight.new_zeros(width, images, features)
        self.above = layer.outputs.weight.new_zeros(width, images, layer.left.units)

    def begin_row(self, row: int) -> None:
        """See `Steps`."""
        if row == 0:
            return
        gates = self.layer.inputs_left(self.row)
        for column in reversed(range(len(gates))):
            self.above[column] = self.left.at(row - 1, column, gates[column])

    def at(self, row: int, column: int, features_NF: Tensor) -> Tensor:
        """See `Steps`."""
        self.row[column] = features_NF
        right = self.right.at(row, column, self.layer.inputs_right(features_NF))
        return self.layer.outputs(right + self.above[column])


@final
class Walker:
    """A `MapLSTM`, place by place.

    Args:
        lstm: which.
        height: of the map.
        width: of the map.
        images: N.
    """

    def __init__(self, lstm: MapLSTM, height: int, width: int, images: int) -> None:
        self.across = width + 2
        self.states = States.none(lstm.weight, lstm.course, height, width, images)

    def at(self, row: int, column: int, gates_NG: Tensor) -> Tensor:
        """Return the hidden states of a place `(N, U)`, when those that it sees are there."""
        place = (row + 1) * self.across + column + 1
        self.states.advance(slice(place, place + 1), gates_NG[None])
        return self.states.hidden[place]


CELLS = {"row": RowLSTM, "diagonal": DiagonalBiLSTM}


@final
class PixelRNN(PixelByPixel):
    """What is said of each number of an image, by LSTMs.

    Args:
        image_shape: `(C, H, W)`, any.
        outputs: P.
        cell: `row` is faster, `diagonal` sees more.
        hidden: U; there are twice as many features between layers.
        layers: of LSTMs.
        head: features of the last but one layer.
    """

    gains_by_bfloat16: ClassVar[bool] = False  # many small products, one after the other

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        outputs: int,
        cell: Literal["row", "diagonal"],
        hidden: Units,
        layers: Layers,
        head: Units,
    ) -> None:
        found = [CELLS[cell](2 * hidden, hidden, image_shape[0]) for _ in range(layers)]
        super().__init__(image_shape, 2 * hidden, found, head, outputs)
