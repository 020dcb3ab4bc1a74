"""Nearest neighbours among up to some ten thousand points, a block of distances at a time."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from gan_lab.data.pixels import on_white

GROUP = 16  # divides every block's size


def block_size(device: torch.device) -> int:
    """Return how many points are compared with as many others together.

    A block of 1024 x 1024 float32 numbers stays in a CPU's cache; a GPU waits for orders if blocks
    are small.
    """
    return 1024 if device.type == "cpu" else 4096


def nearest(points: Tensor, k: int) -> Tensor:
    """Return the Euclidean distances of each point to its k nearest others, `(N, k)`, ascending.

    Neighbours are found by |x|^2 + |y|^2 - 2 x y in the precision of the points, and the distances
    to them are then computed from the differences, so that equal points are exactly 0 apart.

    Args:
        points: `(N, D)`, N larger than k.
        k: how many neighbours.
    """
    x = centred(points, points)
    size = x.square().sum(dim=1)
    columns = pad(x, (0, 0, 0, -len(x) % GROUP))
    # Rows that are only there to fill the last group are infinitely far away.
    column_size = pad(size, (0, -len(x) % GROUP), value=torch.inf)
    together = block_size(points.device)
    distances = []
    for start in range(0, len(x), together):
        rows = x[start : start + together]
        found = []
        for left in range(0, len(columns), together):
            block = slice(left, left + together)
            relative = torch.addmm(column_size[block], rows, columns[block].T, alpha=-2)
            if left == start:
                relative.fill_diagonal_(torch.inf)
            values, indices = _smallest(relative, k)
            found.append((values, indices + left))
        values, indices = (torch.cat(parts, dim=1) for parts in zip(*found, strict=True))
        chosen = indices.gather(1, values.topk(k, largest=False).indices)
        others = (torch.linalg.vector_norm(rows - x[column], dim=1) for column in chosen.T)
        distances.append(torch.stack(list(others), dim=1).sort(dim=1).values)
    return torch.cat(distances)


def nearest_images(images: Tensor, reference: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the distances of each image to the k nearest of others, and which ones these are.

    The distance is the Euclidean one of the pixels, from 0 (black) to 1 (white), as in the figures
    of Goodfellow et al., 2014, arXiv:1406.2661; of RGBA images, as they look on white.

    Args:
        images: uint8 `(N, C, H, W)`.
        reference: uint8 `(M, C, H, W)`, M at least k; may be memory-mapped.
        k: how many.

    Returns:
        Distances and indices into `reference`, both `(N, k)`, the nearest first.
    """
    points = _flat(images)
    found, index = points.new_empty(len(points), 0), torch.empty(len(points), 0, dtype=torch.long)
    together = block_size(images.device)
    for start in range(0, len(reference), together):
        others = _flat(reference[start : start + together])
        relative = torch.addmm(others.square().sum(dim=1), points, others.T, alpha=-2)
        found = torch.cat([found, relative], dim=1)
        here = torch.arange(start, start + len(others)).expand(len(points), -1)
        index = torch.cat([index, here], dim=1)
        found, places = found.topk(min(k, found.shape[1]), largest=False)
        index = index.gather(1, places)
    # Once more from the differences: an image is exactly 0 away from its copy.
    nearest = _flat(reference[index.flatten()]).unflatten(0, index.shape)
    return torch.linalg.vector_norm(points[:, None] - nearest, dim=2), index


def _flat(images: Tensor) -> Tensor:
    return on_white(images).flatten(1).float() / 255


def centred(points: Tensor, reference: Tensor) -> Tensor:
    """Return the points relative to the mean of `reference`, where float32 is most exact."""
    return points - reference.mean(dim=0, dtype=torch.float64).to(points.dtype)


def _smallest(values: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Return the k smallest values of each row and their columns, or all if there are fewer.

    They are all in the k groups that have the smallest minima, which are found much faster.
    """
    groups = values.unflatten(1, (GROUP, -1))
    width = groups.shape[2]
    near = groups.amin(dim=1).topk(min(k, width), largest=False).indices
    candidates = groups.gather(2, near[:, None].expand(-1, GROUP, -1))
    columns = near[:, None] + width * torch.arange(GROUP, device=values.device)[:, None]
    smallest, at = candidates.flatten(1).topk(min(k, candidates[0].numel()), largest=False)
    return smallest, columns.flatten(1).gather(1, at)
