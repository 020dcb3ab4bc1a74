"""Which pixels a pixel sees, by gradients: a triangle, nearly all before it, or a blind side.

Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759, sections 3.1 to 3.3 and figure 4.

Shape legend: D = pixels of an image; the second one is the one seen.
"""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel
from gan_lab.networks.pixel_by_pixel import NEAR
from gan_lab.networks.pixelcnn import PixelCNN
from gan_lab.networks.pixelrnn import PixelRNN

SIDE = 13  # pixels
IMAGES = 4  # an activation that is 0 for all of them would hide a path
UNITS = 12
BLOCKS = 2  # of PixelCNN
Field = Callable[[int, int, int, int], bool]


def row(row: int, column: int, other_row: int, other_column: int) -> bool:
    """A triangle; the 7x7 pixels of the first convolution and a step to the left widen it."""
    up, right = row - other_row, other_column - column
    if up == 0:
        return -NEAR - 1 <= right < 0
    return up > 0 and -NEAR - 1 - up <= right <= NEAR - 1 + up


def diagonal(row: int, column: int, other_row: int, other_column: int) -> bool:
    """All pixels before but one, the last of the row above, if the 7x7 do not hold it.

    Features hold the pixels before their own place, so that only its own row knows of the last one;
    and the LSTM that comes from there ends in the row above.
    """
    missed = other_row == row - 1 and other_column == SIDE - 1 and column + NEAR < SIDE - 1
    return (other_row, other_column) < (row, column) and not missed


def convolutions(row: int, column: int, other_row: int, other_column: int) -> bool:
    """As far as they reach, with a slope of 1 to the right: what lies beyond is not seen."""
    up, right = row - other_row, other_column - column
    if up == 0:
        return -NEAR - BLOCKS <= right < 0
    return 0 < up <= NEAR + BLOCKS and -NEAR - BLOCKS <= right <= NEAR + min(up - 1, BLOCKS)


FIELDS = {"Row LSTM": row, "Diagonal BiLSTM": diagonal, "PixelCNN": convolutions}


def networks() -> dict[str, nn.Module]:
    """Return small networks with random weights; one layer of LSTMs."""
    torch.manual_seed(0)
    sizes = {"image_shape": (1, SIDE, SIDE), "outputs": 1, "hidden": UNITS, "head": 2 * UNITS}
    return {
        "Row LSTM": PixelRNN(cell="row", layers=1, **sizes).double(),
        "Diagonal BiLSTM": PixelRNN(cell="diagonal", layers=1, **sizes).double(),
        "PixelCNN": PixelCNN(layers=BLOCKS, **sizes).double(),
    }


def seen_by_gradients(network: nn.Module) -> np.ndarray:
    """Return by which pixels what is said of a pixel changes, bool `(D, D)`."""
    pixels = SIDE**2
    random = torch.Generator().manual_seed(1)
    images = torch.rand(IMAGES, 1, 1, SIDE, SIDE, generator=random, dtype=torch.float64)
    # A copy of each image for every pixel, so that one way back finds all slopes.
    copies = images.expand(-1, pixels, -1, -1, -1).flatten(0, 1).requires_grad_()
    said = network(copies).view(IMAGES, pixels, pixels)
    (slopes,) = torch.autograd.grad(said.diagonal(dim1=1, dim2=2).sum(), copies)
    return (slopes.view(IMAGES, pixels, pixels) != 0).any(dim=0).numpy()


def seen_in_theory(field: Field) -> np.ndarray:
    """Return which pixels a pixel is to see, bool `(D, D)`."""
    places = [(row, column) for row in range(SIDE) for column in range(SIDE)]
    return np.array([[field(*place, *other) for other in places] for place in places])


def check(fields: Mapping[str, Field] = FIELDS) -> Outcome:
    """Compare gradients with theory for all pairs of pixels."""
    found = {name: seen_by_gradients(network) for name, network in networks().items()}
    wrong = {
        name: (seen != seen_in_theory(fields[name])).sum().item() for name, seen in found.items()
    }
    shown = SIDE * (SIDE - 1) + SIDE // 2  # in the middle of the last row
    return Outcome(
        "A pixel sees a triangle above it by a Row LSTM, all pixels before it but one by a "
        "Diagonal BiLSTM, and not what lies far to the right above by PixelCNN.",
        holds=not any(wrong.values()),
        numbers={
            "pairs of pixels": SIDE**4,
            **{f"{name}, pairs unlike theory": number for name, number in wrong.items()},
            "pixels before one in the last row": shown,
            **{f"{name}, seen of these": seen[shown].sum().item() for name, seen in found.items()},
        },
        panels=[panel(name, seen[shown], shown) for name, seen in found.items()],
    )


def panel(name: str, seen_D: np.ndarray, pixel: int) -> Panel:
    """Return a map of what one pixel sees."""
    rows, columns = np.divmod(np.arange(SIDE**2), SIDE)
    rows, columns = rows - pixel // SIDE, columns - pixel % SIDE
    before = np.arange(SIDE**2) < pixel
    kinds = {
        "seen": (seen_D, "s"),
        "before it, not seen": (before & ~seen_D, "x"),
        "the pixel": (np.arange(SIDE**2) == pixel, "k*"),
    }
    return Panel(
        name,
        "columns to the right",
        "rows above",
        [
            Curve(label, columns[which], -rows[which], style)
            for label, (which, style) in kinds.items()
        ],
        equal=True,
    )
