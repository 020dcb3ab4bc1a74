"""Gray, RGB and RGBA images as RGB, which every picture is made of."""

import numpy as np
import torch

from gan_lab.data.pixels import on_white


def rgb(pixels: np.ndarray) -> np.ndarray:
    """Return images `(..., 3, H, W)` of `(..., C, H, W)`, uint8, C being 1, 3 or 4.

    Gray is spread over three channels; RGBA is laid on white paper, as a web page does.
    """
    if pixels.shape[-3] == 4:
        pixels = on_white(torch.from_numpy(pixels.copy())).numpy()
    return np.repeat(pixels, 3 // pixels.shape[-3], axis=-3)
