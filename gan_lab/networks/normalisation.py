"""The normalisations that networks can be told to have, by the words that choose them."""

from functools import partial
from typing import Literal

from torch import nn

from gan_lab.errors import ConfigError

Norm = Literal["batch", "instance", "layer", "spectral", "none"]

# Each has a gain and a bias per channel, so the layer before it needs none.
LAYERS = {
    "batch": nn.BatchNorm2d,
    "instance": partial(nn.InstanceNorm2d, affine=True),
    "layer": partial(nn.GroupNorm, 1),
}
AFFINE = (nn.BatchNorm2d, nn.InstanceNorm2d, nn.GroupNorm)


def normalisation(norm: Norm, channels: int) -> nn.Module:
    """Return the layer that normalises features `(N, C, H, W)`, or one that leaves them alone.

    - `batch`: each channel over the minibatch, Ioffe and Szegedy, 2015, arXiv:1502.03167;
    - `instance`: each channel of each image, Ulyanov et al., 2016, arXiv:1607.08022;
    - `layer`: each image, over all its channels and pixels, Ba et al., 2016, arXiv:1607.06450, as a
      group normalisation of one group.

    Args:
        norm: which one.
        channels: C.
    """
    return LAYERS[norm](channels) if norm in LAYERS else nn.Identity()


def refuse_spectral(norm: Norm) -> None:
    """Refuse a generator with spectral normalisation.

    Raises:
        ConfigError: `norm` is `spectral`.
    """
    if norm == "spectral":
        raise ConfigError(
            "model.generator.norm=spectral is for discriminators, whose slope the loss asks to be "
            "bounded: choose model.discriminator.norm=spectral, and batch, instance, layer or none "
            "for the generator."
        )
