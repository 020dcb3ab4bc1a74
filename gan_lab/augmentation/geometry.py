"""Affine maps of the plane, each from a pixel that D sees to where it lies in the image.

So they are the inverses of what is done to the image, and those of several operations are
multiplied in the order in which these are done. Coordinates are pixels from the middle of the
image, x to the right and y down.

Shape legend: N = images.
"""

import math

import torch
from torch import Tensor


def flips(sides_N: Tensor) -> Tensor:
    """Return the maps of mirroring left to right where `sides` is 1, not where it is 0."""
    return _maps(1 - 2 * sides_N, 0, 0, 0, 1, 0)


def rotations(angles_N: Tensor) -> Tensor:
    """Return the maps of turning images by angles in radians, from the x axis to the y axis."""
    cosine, sine = angles_N.cos(), angles_N.sin()
    return _maps(cosine, sine, 0, -sine, cosine, 0)


def quarter_turns(turns_N: Tensor) -> Tensor:
    """Return the maps of turning images by whole multiples of 90 degrees, exactly."""
    return rotations(turns_N * (math.pi / 2)).round()


def shifts(right_N: Tensor, down_N: Tensor) -> Tensor:
    """Return the maps of moving images by so many pixels."""
    return _maps(1, 0, -right_N, 0, 1, -down_N)


def scalings(wider_N: Tensor, higher_N: Tensor) -> Tensor:
    """Return the maps of stretching images by factors above 0."""
    return _maps(1 / wider_N, 0, 0, 0, 1 / higher_N, 0)


def _maps(*rows: Tensor | int) -> Tensor:
    """Return matrices `(N, 3, 3)` from the entries of their first two rows."""
    like = next(entry for entry in rows if isinstance(entry, Tensor))
    entries = [torch.ones_like(like) * entry for entry in (*rows, 0, 0, 1)]
    return torch.stack(entries, dim=1).unflatten(1, (3, 3))
