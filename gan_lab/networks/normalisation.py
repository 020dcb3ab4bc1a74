"""The normalisations that networks can be told to have, by the words that choose them."""

from functools import partial
from typing import Literal

from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.conditional_norm import ConditionalNorm

Norm = Literal["batch", "instance", "layer", "spectral", "none"]

# Each has a gain and a bias per channel, so the layer before it needs none.
LAYERS = {
    "batch": nn.BatchNorm2d,
    "instance": nn.InstanceNorm2d,
    "layer": partial(nn.GroupNorm, 1),
}
AFFINE = (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d, nn.GroupNorm)


def normalisation(norm: Norm, channels: int, n_classes: int = 0) -> nn.Module:
    """Return the layer that normalises features `(N, C, H, W)`, or one that leaves them alone.

    - `batch`: each channel over the minibatch, Ioffe and Szegedy, 2015, arXiv:1502.03167;
    - `instance`: each channel of each image, Ulyanov et al., 2016, arXiv:1607.08022;
    - `layer`: each image, over all its channels and pixels, Ba et al., 2016, arXiv:1607.06450, as a
      group normalisation of one group.

    Args:
        norm: which one.
        channels: C.
        n_classes: whose gains and biases are told apart; 0: the same for all images.
    """
    if norm not in LAYERS:
        return nn.Identity()
    layer = LAYERS[norm](channels, affine=not n_classes)
    return ConditionalNorm(layer, channels, n_classes) if n_classes else layer


def check_norm_of_generator(norm: Norm, n_classes: int = 0) -> None:
    """Refuse a generator with spectral normalisation, or with none to tell it of classes.

    Raises:
        ConfigError: `norm` is `spectral`, or `none` although there are classes.
    """
    if n_classes and norm == "none":
        raise ConfigError(
            "model.condition=projection tells a generator of labels in its normalisation, and "
            "model.generator.norm=none has none: choose model.condition=concatenate, or another "
            "norm."
        )
    if norm == "spectral":
        raise ConfigError(
            "model.generator.norm=spectral is for discriminators, whose slope the loss asks to be "
            "bounded: choose model.discriminator.norm=spectral, and batch, instance, layer or none "
            "for the generator."
        )
