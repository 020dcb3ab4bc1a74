"""Between stored pixels, 0 to 255, and the numbers that networks see."""

import torch
from torch import Tensor


def to_range(pixels: Tensor, value_range: tuple[float, float]) -> Tensor:
    """Return uint8 `pixels` as float32 of the same shape, 0 at `low` and 255 at `high`."""
    low, high = value_range
    return pixels.float().mul_((high - low) / 255).add_(low)


def to_pixels(images: Tensor, value_range: tuple[float, float]) -> Tensor:
    """Return `images` as uint8 on the CPU, rounded to the nearest of 256 levels and clipped."""
    low, high = value_range
    levels = (images.float() - low) * (255 / (high - low))
    return levels.round().clamp(0, 255).to(torch.uint8).cpu()


def to_contrast(pixels_NCHW: Tensor, length: float) -> Tensor:
    """Return images without their brightness and contrast, float32 (global contrast normalisation).

    Of each image the mean is subtracted, over all its pixels and channels, and the rest is brought
    to the Euclidean length `length`; an image of one colour becomes 0.
    """
    numbers = pixels_NCHW.float()
    deviations = numbers - numbers.mean((1, 2, 3), keepdim=True)
    lengths = deviations.square().sum((1, 2, 3), keepdim=True).sqrt()
    return deviations * (length / lengths.clamp_min(1e-8))


def stretched(images_NCHW: Tensor) -> Tensor:
    """Return images of any contrast as uint8 on the CPU, each with as much as 256 levels hold.

    0 becomes the middle gray, and the number farthest from it black or white.
    """
    images = images_NCHW.float()
    farthest = images.abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-8)
    return to_pixels(images / farthest, (-1.0, 1.0))


def on_white(pixels: Tensor) -> Tensor:
    """Return uint8 RGBA images `(..., 4, H, W)` as RGB, laid on white; others as they are."""
    if pixels.shape[-3] != 4:
        return pixels
    colour, alpha = pixels[..., :3, :, :].float(), pixels[..., 3:, :, :].float() / 255
    return (colour * alpha + 255 * (1 - alpha)).round().to(torch.uint8)
