"""Gray, RGB and RGBA images as RGB, which every picture is made of."""

import numpy as np


def rgb(pixels: np.ndarray) -> np.ndarray:
    """Return images `(..., 3, H, W)` of `(..., C, H, W)`, uint8, C being 1, 3 or 4.

    Gray is spread over three channels; RGBA is laid on white paper, as a web page does.
    """
    channels = pixels.shape[-3]
    if channels == 4:
        colour = pixels[..., :3, :, :].astype(np.float32)
        alpha = pixels[..., 3:, :, :].astype(np.float32) / 255
        return np.rint(colour * alpha + 255 * (1 - alpha)).astype(np.uint8)
    return np.repeat(pixels, 3 // channels, axis=-3)
