"""Fully connected networks of autoencoders: encoders, decoders, and discriminators of codes.

Burda, Grosse, Salakhutdinov, 2016, arXiv:1509.00519, have two layers of 200 tanh units each.
Without hidden layers both are linear, and a trained autoencoder spans what principal components do.

Shape legend: N = batch, Z = latent dimension, C, H, W = image, P = numbers said of a pixel.
"""

import math
from collections.abc import Sequence
from typing import Literal, final

from torch import Tensor, nn

from gan_lab.networks.blocks import Dropped, Units
from gan_lab.networks.fully_connected import initialise

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "softplus": nn.Softplus}
Activation = Literal["relu", "tanh", "softplus"]


@final
class MLPEncoder(nn.Module):
    """Pixels through hidden layers to the numbers of a code.

    Args:
        image_shape: `(C, H, W)`, any.
        code_size: numbers that it says.
        hidden: units of each hidden layer; none: it is linear.
        activation: of each hidden layer.
        dropout: share of units dropped behind each hidden layer.
        code_norm: of the code: `batch`, each number over the minibatch, or `none`. A category that
            has become the same class for all images hardly learns, as its softmax is flat there;
            normalised over the minibatch it cannot become so.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        code_size: int,
        hidden: Sequence[Units],
        activation: Activation,
        dropout: Dropped = 0.0,
        code_norm: Literal["none", "batch"] = "none",
    ) -> None:
        super().__init__()
        layers = layers_of(math.prod(image_shape), hidden, activation, dropout, code_size)
        if code_norm == "batch":
            layers.append(nn.BatchNorm1d(code_size))
        self.layers = nn.Sequential(nn.Flatten(), *layers)
        initialise(self, nn.init.xavier_uniform_)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return codes `(N, code_size)`."""
        return self.layers(images_NCHW)


@final
class MLPDecoder(nn.Module):
    """Latents through hidden layers to what is said of each pixel, without bounds.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        hidden: units of each hidden layer; none: it is linear.
        activation: of each hidden layer.
        dropout: share of units dropped behind each hidden layer.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        hidden: Sequence[Units],
        activation: Activation,
        dropout: Dropped = 0.0,
    ) -> None:
        super().__init__()
        layers = layers_of(latent_dim, hidden, activation, dropout, math.prod(image_shape))
        self.layers = nn.Sequential(*layers, nn.Unflatten(1, image_shape))
        initialise(self, nn.init.xavier_uniform_)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return numbers `(N, C, H, W)`."""
        return self.layers(latents_NZ)


@final
class LatentDiscriminator(nn.Module):
    """Latents through hidden layers to a logit.

    Args:
        latent_dim: Z.
        hidden: units of each hidden layer.
        activation: of each hidden layer.
    """

    def __init__(self, latent_dim: int, hidden: Sequence[Units], activation: Activation) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *layers_of(latent_dim, hidden, activation, 0.0, 1), nn.Flatten(0)
        )
        initialise(self, nn.init.xavier_uniform_)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return logits `(N,)`."""
        return self.layers(latents_NZ)


@final
class FactorDiscriminators(nn.Module):
    """A discriminator for each factor of structured latents, which sees nothing but this factor.

    Args:
        factor_sizes: numbers of each factor, in their order.
        hidden: units of each hidden layer of each discriminator.
        activation: of each hidden layer.
    """

    def __init__(
        self, factor_sizes: Sequence[int], hidden: Sequence[Units], activation: Activation
    ) -> None:
        super().__init__()
        self.sizes = list(factor_sizes)
        self.of_factor = nn.ModuleList(
            LatentDiscriminator(size, hidden, activation) for size in factor_sizes
        )

    def forward(self, latents_NZ: Tensor) -> list[Tensor]:
        """Return the logits `(N,)` of each factor."""
        parts = latents_NZ.split(self.sizes, dim=1)
        return [judge(part) for judge, part in zip(self.of_factor, parts, strict=True)]


def layers_of(
    inputs: int, hidden: Sequence[int], activation: Activation, dropout: float, outputs: int
) -> list[nn.Module]:
    """Return hidden layers from `inputs` numbers on, and a linear one to `outputs`."""
    layers: list[nn.Module] = []
    for units in hidden:
        layers += [nn.Linear(inputs, units), ACTIVATIONS[activation]()]
        if dropout:
            layers.append(nn.Dropout(dropout))
        inputs = units
    return [*layers, nn.Linear(inputs, outputs)]
