"""How a handwritten digit looks: the width of its stroke, its slant, and how wide it is.

They are measured, not learned, and so say the same of real and of generated images. Castro et al.,
2019, arXiv:1809.10780 (Morpho-MNIST), measure the same things; the slant is theirs, the stroke is
measured without a skeleton.

Shape legend: N = images, H, W = image.
"""

import torch
from torch import Tensor


def stroke(shares_NHW: Tensor) -> Tensor:
    """Return the mean width of the stroke in pixels `(N,)`: twice its area by its outline.

    The outline is the total variation. A bar of width w and a length much above it has w,
    however soft its edges are. An image without ink has 0.

    Args:
        shares_NHW: of ink, 0 to 1.
    """
    down = shares_NHW.diff(dim=1, append=torch.zeros_like(shares_NHW[:, :1]))
    right = shares_NHW.diff(dim=2, append=torch.zeros_like(shares_NHW[:, :, :1]))
    outline_N = (down.square() + right.square()).sqrt().sum(dim=(1, 2))
    return 2 * shares_NHW.sum(dim=(1, 2)) / outline_N.clamp(min=1e-6)


def slant(shares_NHW: Tensor) -> Tensor:
    """Return the pixels that a digit leans to the right per pixel upwards `(N,)`.

    It is the shear after which ink at any height lies about the same column: the slope of the line
    of least squares from rows to columns. An image without ink has 0.

    Args:
        shares_NHW: of ink, 0 to 1.
    """
    _, rows, both = moments(shares_NHW)
    return -both / rows


def breadth(shares_NHW: Tensor) -> Tensor:
    """Return the spread of ink about the slanted axis, by its spread from top to bottom `(N,)`.

    Both are standard deviations. A filled square has 1, an upright line about 0.

    Args:
        shares_NHW: of ink, 0 to 1.
    """
    columns, rows, both = moments(shares_NHW)
    return ((columns - both.square() / rows).clamp(min=0) / rows).sqrt()


def moments(shares_NHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the variances of columns and of rows, and their covariance, in pixels squared `(N,)`.

    Rows count downwards. The variance of rows is 1e-6 at least, so that it can be divided by.

    Args:
        shares_NHW: of ink, 0 to 1, the weights.
    """
    _, height, width = shares_NHW.shape
    total = shares_NHW.sum(dim=(1, 2)).clamp(min=1e-6)
    row, column = (
        torch.arange(n, dtype=shares_NHW.dtype, device=shares_NHW.device) for n in (height, width)
    )
    by_row, by_column = (shares_NHW.sum(dim=dim) / total[:, None] for dim in (2, 1))
    rows = row - (by_row @ row)[:, None]
    columns = column - (by_column @ column)[:, None]
    both = torch.einsum("nhw,nh,nw->n", shares_NHW, rows, columns) / total
    return (
        (by_column * columns.square()).sum(dim=1),
        (by_row * rows.square()).sum(dim=1).clamp(min=1e-6),
        both,
    )
