"""Augmentations with everything off but what a test turns on."""

import torch

from gan_lab.augmentation.ada import COLOURS, GEOMETRY, AdaptiveAugmentation

OFF = dict.fromkeys((*GEOMETRY, *COLOURS, "cutout"), 0.0)
ALL = dict.fromkeys(OFF, 1.0)


def ada(image_shape=(1, 8, 8), **changes):
    control = {"p": 1.0, "target": 0.6, "ramp_images": 1000, "most": 0.8}
    return AdaptiveAugmentation(image_shape=image_shape, **control | OFF | changes)


def augmented(augmentation, images, strength=1.0, seed=0, **numbers):
    """Return the images, with some of the random numbers replaced."""
    random = augmentation.draw(len(images), torch.Generator().manual_seed(seed))
    return augmentation(images, torch.tensor(strength), random | numbers)


def pictures(n=4, channels=1, height=8, width=8, dtype=torch.float32):
    generator = torch.Generator().manual_seed(3)
    return torch.rand(n, channels, height, width, generator=generator, dtype=dtype) * 2 - 1
