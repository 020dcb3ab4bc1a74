"""The fully connected networks with which Salimans et al. classify MNIST by 100 labels.

Salimans, Goodfellow, Zaremba, Cheung, Radford, Chen, 2016, arXiv:1606.03498; sizes, noise and start
as in the authors' code (openai/improved-gan, mnist_svhn_cifar10).

Shape legend: N = batch, Z = latent dimension, K = classes, C, H, W = image.
"""

import itertools
import math
from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.networks.blocks import ScaledSigmoid, Spread, Units
from gan_lab.networks.class_logits import answers_of
from gan_lab.networks.features import Answers
from gan_lab.networks.scaled_linear import ScaledLinear


@final
class NoisyGenerator(nn.Module):
    """Latents through batch-normalised softplus layers to a sigmoid unit per pixel.

    The normalisation has biases and no gains; the last weight vectors have lengths that learn.

    Args:
        latent_dim: Z.
        image_shape: `(C, H, W)`, any.
        value_range: smallest and largest pixel of the images made.
        hidden: units of each hidden layer.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        hidden: Sequence[Units],
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, units in itertools.pairwise([latent_dim, *hidden]):
            linear = nn.Linear(inputs, units, bias=False)
            nn.init.xavier_uniform_(linear.weight)
            layers += [linear, nn.BatchNorm1d(units, eps=1e-6, affine=False), Bias(units)]
            layers.append(nn.Softplus())
        self.layers = nn.Sequential(
            *layers,
            ScaledLinear([latent_dim, *hidden][-1], math.prod(image_shape), learns_scale=True),
            ScaledSigmoid(*value_range),
            nn.Unflatten(1, image_shape),
        )

    def forward(self, latents_NZ: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return self.layers(latents_NZ)


@final
class NoisyDiscriminator(nn.Module):
    """The flattened image through weight-normalised ReLU layers, with Gaussian noise before each.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: units of each hidden layer.
        input_noise: standard deviation of the noise on the image, in the unit of its values.
        noise: that before every later layer.
        n_class_logits: K, whose logits say whether an image is real, see `ClassLogits`; 0: one
            logit says that alone.
        learns_fake: whether there is a logit of "generated" beside them, see there.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[Units],
        input_noise: Spread,
        noise: Spread,
        n_class_logits: int = 0,
        learns_fake: bool = False,
    ) -> None:
        super().__init__()
        self.n_classes = n_class_logits
        self.classes = slice(None) if n_class_logits else None  # of the head
        self.n_features = hidden[-1]
        layers: list[nn.Module] = [nn.Flatten(), GaussianNoise(input_noise)]
        for inputs, units in itertools.pairwise([math.prod(image_shape), *hidden]):
            layers += [ScaledLinear(inputs, units), nn.ReLU(), GaussianNoise(noise)]
        self.hidden = nn.Sequential(*layers[:-1])
        self.last_noise = layers[-1]
        n_outputs = n_class_logits + learns_fake or 1
        self.last = ScaledLinear(hidden[-1], n_outputs, learns_scale=True)

    def forward(self, images_NCHW: Tensor, with_features: bool = False) -> Tensor | Answers:
        """Return logits `(N,)`; with features and a logit per class `(N, K)` if asked for."""
        features = self.hidden(images_NCHW)
        outputs = self.last(self.last_noise(features))
        if not self.n_classes:
            answers = Answers(outputs.squeeze(1), features)
        else:
            answers = answers_of(outputs, features, self.n_classes)
        return answers if with_features else answers.logits

    @torch.no_grad()
    def start_at_images(self, images_NCHW: Tensor) -> None:
        """Let every layer's outputs have mean 0 and variance 1 over some images, noise included."""
        features = images_NCHW
        for layer in [*self.hidden, self.last_noise, self.last]:
            found = layer.start_at(features) if isinstance(layer, ScaledLinear) else layer(features)
            features = found


@final
class GaussianNoise(nn.Module):
    """Add independent normal numbers in training.

    Args:
        std: their standard deviation.
    """

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, features: Tensor) -> Tensor:
        """Return a tensor of the same shape."""
        if not (self.training and self.std):
            return features
        return torch.add(features, torch.randn_like(features), alpha=self.std)


@final
class Bias(nn.Module):
    """Add a number to each feature.

    Args:
        units: how many.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(units))

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, units)` to the same."""
        return features + self.bias
