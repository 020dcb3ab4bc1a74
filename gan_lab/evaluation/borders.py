"""Borders in which nothing is drawn, as padding leaves them."""

from typing import NamedTuple

from torch import Tensor

STRAY = 0.005  # share of the images that may have something in a row, and it counts as empty
NEAR = 8  # levels of 255 by which a pixel may differ from the border's colour


class Border(NamedTuple):
    """Rows and columns of pixels on each side, as shares of height and width."""

    top: float
    bottom: float
    left: float
    right: float


def empty_border(pixels_NCHW: Tensor) -> Border:
    """Return how far images (uint8) have the same colour on each side, nearly all of them.

    The colour is the usual one of the corners. Where images have none in common, the border is 0.
    """
    corners = pixels_NCHW[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
    colour = corners.permute(1, 0, 2).flatten(1).median(dim=1).values
    drawn = (pixels_NCHW.short() - colour[:, None, None].short()).abs().amax(dim=1) > NEAR
    rows, columns = (drawn.any(dim=axis).double().mean(dim=0) > STRAY for axis in (2, 1))
    return Border(*_ends(rows), *_ends(columns))


def _ends(is_drawn: Tensor) -> tuple[float, float]:
    places = is_drawn.nonzero().flatten()
    n = len(is_drawn)
    if not len(places):  # one colour alone
        return 0.0, 0.0
    return places[0].item() / n, (n - 1 - places[-1].item()) / n
