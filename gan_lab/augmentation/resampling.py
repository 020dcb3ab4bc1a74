"""Images seen through affine maps of the plane, by bilinear interpolation.

torch's own `grid_sample` has no second derivative, which penalties on D's gradient need; that of
`gather` is a `gather` again.

Shape legend: N = images, C, H, W = image, P = H W pixels.
"""

import torch
from torch import Tensor


def resample(images_NCHW: Tensor, maps_N33: Tensor) -> Tensor:
    """Return images whose pixel at `(x, y)` shows what the given ones have at `map (x, y, 1)`.

    Coordinates are pixels from the middle of the image, x to the right and y down. Beyond the
    border an image goes on as its reflection, without the outermost pixels a second time. Between
    pixels it is interpolated; where a map leads onto pixels it is exact.
    """
    height, width = images_NCHW.shape[-2:]
    x, y = (_from_the_middle(size, maps_N33) for size in (width, height))
    row_x, row_y = maps_N33[:, :2].unbind(1)
    left, right, share_x = _neighbours(_mapped(row_x, x, y), width)
    above, below, share_y = _neighbours(_mapped(row_y, x, y), height)
    corners = [row * width + column for row in (above, below) for column in (left, right)]
    shares = [b * a for b in (1 - share_y, share_y) for a in (1 - share_x, share_x)]
    found = take(images_NCHW, torch.stack(corners, dim=1))
    return (found * torch.stack(shares, dim=1)[:, None]).sum(dim=2)


def take(images_NCHW: Tensor, places: Tensor) -> Tensor:
    """Return the pixels at places `(N, ...)`, int64, counted row by row: `(N, C, ...)`."""
    channels = images_NCHW.shape[1]
    flat = places.flatten(1)[:, None].expand(-1, channels, -1)
    return images_NCHW.flatten(2).gather(2, flat).unflatten(2, places.shape[1:])


def _from_the_middle(size: int, like: Tensor) -> Tensor:
    return torch.arange(size, device=like.device, dtype=like.dtype) - (size - 1) / 2


def _mapped(row_N3: Tensor, x_W: Tensor, y_H: Tensor) -> Tensor:
    """Return a row of each map times every `(x, y, 1)`, `(N, H, W)`."""
    of_x, of_y, constant = row_N3[:, :, None, None].unbind(1)
    return of_x * x_W + of_y * y_H[:, None] + constant


def _neighbours(from_the_middle: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the pixels on both sides of each position, and the share of the second one."""
    last = size - 1
    position = from_the_middle + last / 2
    position = last - ((position % (2 * last)) - last).abs()  # reflected
    first = position.floor().clamp(max=last - 1)
    return first.long(), first.long() + 1, position - first
