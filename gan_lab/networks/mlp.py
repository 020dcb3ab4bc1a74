"""The fully connected networks of the original GAN.

Goodfellow et al., 2014, arXiv:1406.2661: a generator of ReLU and sigmoid layers against a maxout
discriminator with dropout. The defaults in conf/model/mlp.yaml are those of the authors' MNIST run.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Sequence
from typing import final

from torch import Tensor, nn

from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.networks.blocks import Maxout, ScaledSigmoid

ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid}


@final
class MLPGenerator(nn.Module):
    """Latents through hidden layers to a sigmoid per pixel.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: smallest and largest pixel of the images made.
        hidden: units of each hidden layer.
        activations: `relu` or `sigmoid` for each hidden layer.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[int],
        activations: Sequence[str],
        weight_range: float,
    ) -> None:
        super().__init__()
        if len(hidden) != len(activations):
            raise ConfigError(
                f"model.generator.activations={list(activations)} must name one activation for "
                f"each of the {len(hidden)} layers of model.generator.hidden={list(hidden)}."
            )
        check_units("model.generator.hidden", hidden)
        layers: list[nn.Module] = []
        inputs = latent_dim
        for units, activation in zip(hidden, activations, strict=True):
            if activation not in ACTIVATIONS:
                raise ConfigError(
                    f"model.generator.activations has '{activation}'."
                    f"{did_you_mean(activation, ACTIVATIONS)}"
                )
            layers += [nn.Linear(inputs, units), ACTIVATIONS[activation]()]
            inputs = units
        layers += [
            nn.Linear(inputs, math.prod(image_shape)),
            ScaledSigmoid(*value_range),
            nn.Unflatten(1, image_shape),
        ]
        self.layers = nn.Sequential(*layers)
        initialise(self, weight_range)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return self.layers(latents_NZ)


@final
class MLPDiscriminator(nn.Module):
    """The flattened image through maxout layers, each behind dropout, to a logit.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: units of each maxout layer.
        pieces: linear pieces per maxout unit.
        input_dropout: share of pixels dropped.
        dropout: share of hidden units dropped.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[int],
        pieces: int,
        input_dropout: float,
        dropout: float,
        weight_range: float,
    ) -> None:
        super().__init__()
        for name, share in (("input_dropout", input_dropout), ("dropout", dropout)):
            if not 0 <= share < 1:
                raise ConfigError(
                    f"model.discriminator.{name}={share} must be at least 0 and below 1."
                )
        check_units("model.discriminator.hidden", hidden)
        check_units("model.discriminator.pieces", [pieces])
        layers: list[nn.Module] = [nn.Flatten(), nn.Dropout(input_dropout)]
        inputs = math.prod(image_shape)
        for units in hidden:
            layers += [Maxout(inputs, units, pieces), nn.Dropout(dropout)]
            inputs = units
        layers += [nn.Linear(inputs, 1), nn.Flatten(0)]
        self.layers = nn.Sequential(*layers)
        initialise(self, weight_range)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return logits `(N,)`."""
        return self.layers(images_NCHW)


def check_units(key: str, numbers: Sequence[int]) -> None:
    """Refuse layers without units.

    Raises:
        ConfigError: one of `numbers` is below 1.
    """
    if any(number < 1 for number in numbers):
        raise ConfigError(f"{key}={list(numbers)} must hold numbers from 1 on.")


def initialise(network: nn.Module, weight_range: float) -> None:
    """Draw each weight uniformly from [-weight_range, weight_range] and set biases to 0."""
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.uniform_(module.weight, -weight_range, weight_range)
            nn.init.zeros_(module.bias)
