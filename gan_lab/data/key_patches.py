"""Key patches: the parts of an image with the most contours, and what their places cover.

Lee et al., 2018, arXiv:1703.10730, take the boxes that a detector of objects proposes. Here they
are chosen by the energy of the image's gradient, which every image has.

Shape legend: N = images, K = patches of each, C, H, W = image, h, w = patch.
"""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, pad

Size = tuple[int, int]


def key_places(images_NCHW: Tensor, count: int, size: Size) -> Tensor:
    """Return top and left of each image's key patches, int64 `(N, K, 2)`.

    Each next patch is where most is left to show: what others already show does not count. So they
    overlap only where there is little else. The images alone say where they are.

    Args:
        images_NCHW: in any range.
        count: K.
        size: height and width of a patch, at most those of the image.
    """
    energy = gradient_energy(images_NCHW)
    shape = images_NCHW.shape[-2:]
    across = shape[1] - size[1] + 1
    places: list[Tensor] = []
    for _ in range(count):
        best = avg_pool2d(energy, size, stride=1).flatten(1).argmax(dim=1)
        places.append(torch.stack([best // across, best % across], dim=1))
        energy = energy * ~covered(places[-1][:, None], size, shape)
    return torch.stack(places, dim=1)


def gradient_energy(images_NCHW: Tensor) -> Tensor:
    """Return the squared differences to the next row and the next column, float32 `(N, 1, H, W)`.

    Of all channels together; there is none beyond the last row and column.
    """
    images = images_NCHW.float()
    down = pad(images.diff(dim=2), (0, 0, 0, 1))
    right = pad(images.diff(dim=3), (0, 1))
    return (down.square() + right.square()).sum(dim=1, keepdim=True)


def covered(places_NK2: Tensor, size: Size, shape: Size) -> Tensor:
    """Return which pixels the patches of each image cover, all together, bool `(N, 1, H, W)`.

    Args:
        places_NK2: tops and lefts, int64.
        size: of a patch.
        shape: height and width of the image.
    """
    rows, columns = (
        (line >= start) & (line < start + length)
        for start, length, line in zip(
            places_NK2[..., None].unbind(2),
            size,
            (torch.arange(side, device=places_NK2.device) for side in shape),
            strict=True,
        )
    )
    return (rows[..., :, None] & columns[..., None, :]).any(dim=1, keepdim=True)


def cut(images_NCHW: Tensor, places_NK2: Tensor, size: Size) -> Tensor:
    """Return the patches at these places, `(N, K, C, h, w)`."""
    tops, lefts = places_NK2[..., None].unbind(2)
    rows = tops + torch.arange(size[0], device=tops.device)
    columns = lefts + torch.arange(size[1], device=tops.device)
    pixels_NP = (rows[..., :, None] * images_NCHW.shape[3] + columns[..., None, :]).flatten(1)
    known_NCP = images_NCHW.flatten(2)
    found = known_NCP.gather(2, pixels_NP[:, None].expand(-1, known_NCP.shape[1], -1))
    return found.unflatten(2, (places_NK2.shape[1], *size)).transpose(1, 2)
