"""The fully connected networks of the original GAN.

Goodfellow et al., 2014, arXiv:1406.2661: a generator of ReLU and sigmoid layers against a maxout
discriminator with dropout. The defaults in conf/model/mlp.yaml are those of the authors' MNIST run,
experiment=goodfellow_tfd_pretrain, goodfellow_tfd and goodfellow_cifar10_fc have their other sizes.

Shape legend: N = batch, Z = latent dimension, C, H, W = image.
"""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Literal, final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import (
    Dropped,
    Pieces,
    RestingDropout,
    ScaledSigmoid,
    Spread,
    Units,
)
from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.fully_connected import initialise, linear_layers, maxout_layers, uniform
from gan_lab.ranges import Range

ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid}


@final
class MLPGenerator(nn.Module):
    """Latents through hidden layers to a sigmoid or linear unit per pixel.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: smallest and largest pixel of the images made; linear units have no bounds.
        hidden: units of each hidden layer.
        activations: `relu` or `sigmoid` for each hidden layer.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
        sigmoid_bias: where the biases of sigmoid hidden layers start instead.
        output: `sigmoid` or `linear`.
        output_weight_range: `weight_range` of the output layer; None: the same.
        output_nonzero: None, or how many weights of each output unit are not 0 at the start but
            drawn from N(0, 1); see `start_sparse`.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[Units],
        activations: Sequence[Literal["relu", "sigmoid"]],
        weight_range: Spread,
        sigmoid_bias: Annotated[float, Range(-1000, 1000)] = 0.0,
        output: Literal["sigmoid", "linear"] = "sigmoid",
        output_weight_range: Spread | None = None,
        output_nonzero: Units | None = None,
    ) -> None:
        super().__init__()
        if len(hidden) != len(activations):
            raise ConfigError(
                f"model.generator.activations={list(activations)} must name one activation for "
                f"each of the {len(hidden)} layers of model.generator.hidden={list(hidden)}."
            )
        layers = linear_layers(latent_dim, hidden, [ACTIVATIONS[name] for name in activations])
        last = nn.Linear([latent_dim, *hidden][-1], math.prod(image_shape))
        self.bounded = output == "sigmoid"
        squash = [ScaledSigmoid(*value_range)] if output == "sigmoid" else []
        self.layers = nn.Sequential(*layers, last, *squash, nn.Unflatten(1, image_shape))
        initialise(self, uniform(weight_range))
        for layer, activation in zip(layers[::2], activations, strict=True):
            if activation == "sigmoid":
                nn.init.constant_(layer.bias, sigmoid_bias)
        if output_weight_range is not None:
            initialise(last, uniform(output_weight_range))
        if output_nonzero is not None:
            start_sparse(last, output_nonzero)

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`, in the value range unless the output is linear."""
        return self.layers(latents_NZ)

    @torch.no_grad()
    def start_at_marginals(self, marginals_CHW: Tensor) -> None:
        """Set the output biases so that the network makes the mean image where its weights are 0.

        Args:
            marginals_CHW: mean of each pixel over the training images, 0 (black) to 1 (white).

        Raises:
            ConfigError: the output is linear.
        """
        last, squash = self.layers[-3:-1]
        if not isinstance(squash, ScaledSigmoid):
            raise ConfigError("model.marginal_bias=true needs model.generator.output=sigmoid.")
        last.bias.copy_(torch.logit(marginals_CHW.flatten(), eps=1e-7))

    def end_with(self, trained: Mapping[str, Tensor]) -> None:
        """Let the last layers be those of a trained generator with fewer layers.

        Args:
            trained: the state of another `MLPGenerator`.

        Raises:
            RuntimeError: its layers have other sizes, or there are more of them.
        """
        # A layer has two tensors in the state, and two places in `layers`.
        first = max(0, len(self.state_dict()) - len(trained))
        end = nn.Sequential(*self.layers[first:])
        end.load_state_dict(
            {name.removeprefix("layers."): tensor for name, tensor in trained.items()}
        )


@final
class MLPDiscriminator(LayeredDiscriminator):
    """The flattened image through maxout layers, each behind dropout, to a logit.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: units of each maxout layer.
        pieces: linear pieces per maxout unit.
        input_dropout: share of pixels dropped.
        dropout: share of hidden units dropped.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
        dropout_in_generator_phase: whether units are dropped while the generator learns, too.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[Units],
        pieces: Pieces,
        input_dropout: Dropped,
        dropout: Dropped,
        weight_range: Spread,
        dropout_in_generator_phase: bool = True,
    ) -> None:
        super().__init__()
        drop = nn.Dropout if dropout_in_generator_phase else RestingDropout
        self.layers = nn.Sequential(
            nn.Flatten(),
            drop(input_dropout),
            *maxout_layers(math.prod(image_shape), hidden, pieces, partial(drop, dropout)),
        )
        initialise(self, uniform(weight_range))


@torch.no_grad()
def start_sparse(layer: nn.Linear, nonzero: int) -> None:
    """Give each unit `nonzero` weights from N(0, 1), to inputs drawn at random, and 0 for the rest.

    Martens, 2010, Deep learning via Hessian-free optimization, section 5.

    Raises:
        ConfigError: the layer has fewer inputs.
    """
    units, inputs = layer.weight.shape
    if not 1 <= nonzero <= inputs:
        raise ConfigError(
            f"model.generator.output_nonzero={nonzero} must lie between 1 and the {inputs} units "
            f"of the last hidden layer."
        )
    chosen = torch.rand(units, inputs).topk(nonzero).indices
    nn.init.zeros_(layer.weight).scatter_(1, chosen, torch.randn(units, nonzero))
