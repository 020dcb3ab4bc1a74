"""The fully connected networks of the first conditional GAN.

Mirza, Osindero, 2014, arXiv:1411.1784, section 4.1: latents and labels have hidden layers of their
own before they meet.

Shape legend: N = batch, Z = latent dimension, K = classes, C, H, W = image.
"""

import math
from typing import final

import torch
from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Dropped, Maxout, Pieces, ScaledSigmoid, Spread, Units
from gan_lab.networks.features import Answers
from gan_lab.networks.fully_connected import initialise, uniform
from gan_lab.networks.labels import one_hot


@final
class ConditionalMLPGenerator(nn.Module):
    """Noise and labels through a ReLU layer each, then one of both, to a sigmoid per pixel.

    Dropout is where most of the variety comes from, so it goes on when images are sampled; without
    it a trained generator makes one image of each class. Latents say which units are dropped, so
    that equal latents make equal images: those behind the first `noise` numbers, one for each
    hidden unit, drop it where they are below `dropout`. They should be uniform in [0, 1].

    Args:
        latent_dim: Z: `noise`, and `latent_units + label_units + units` unless `dropout` is 0.
        image_shape: `(C, H, W)`, any.
        value_range: smallest and largest pixel of the images made.
        n_classes: K.
        noise: latents that are the network's input.
        latent_units: of the layer of noise.
        label_units: of the layer of labels.
        units: of the layer of both.
        dropout: share of hidden units dropped.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.

    Raises:
        ConfigError: another number of latents.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        n_classes: int,
        noise: Units,
        latent_units: Units,
        label_units: Units,
        units: Units,
        dropout: Dropped,
        weight_range: Spread,
    ) -> None:
        super().__init__()
        self.n_classes = needed(n_classes)
        self.dropout = dropout
        self.parts = [noise, *([latent_units + label_units, units] if dropout else [0, 0])]
        if latent_dim != sum(self.parts):
            raise ConfigError(
                f"latent.dim={latent_dim} must be {sum(self.parts)} for model=conditional_mlp: "
                f"{noise} of noise and one for each unit that model.generator.dropout={dropout} "
                f"may drop."
            )
        self.of_noise = nn.Sequential(nn.Linear(noise, latent_units), nn.ReLU())
        self.of_labels = nn.Sequential(nn.Linear(n_classes, label_units), nn.ReLU())
        self.of_both = nn.Sequential(nn.Linear(latent_units + label_units, units), nn.ReLU())
        self.to_image = nn.Sequential(
            nn.Linear(units, math.prod(image_shape)),
            ScaledSigmoid(*value_range),
            nn.Unflatten(1, image_shape),
        )
        initialise(self, uniform(weight_range))

    def forward(self, latents_NZ: Tensor, labels: Tensor) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        noise, first, second = latents_NZ.split(self.parts, dim=1)
        known = self.of_labels(one_hot(labels, self.n_classes))
        both = torch.cat([self.of_noise(noise), known], dim=1)
        return self.to_image(self.drop(self.of_both(self.drop(both, first)), second))

    def drop(self, features: Tensor, numbers: Tensor) -> Tensor:
        """Return features without some units, the others larger by as much as is missing."""
        if not self.dropout:
            return features
        return features * (numbers >= self.dropout) / (1 - self.dropout)


@final
class ConditionalMLPDiscriminator(nn.Module):
    """Images and labels through a maxout layer each, then one of both, to a logit.

    Args:
        image_shape: `(C, H, W)`, any.
        n_classes: K.
        image_units: of the maxout layer of images.
        label_units: of that of labels.
        pieces: linear pieces per unit of these two.
        units: of the layer of both.
        unit_pieces: linear pieces per unit of it.
        dropout: share of hidden units dropped.
        weight_range: weights start uniform in [-weight_range, weight_range], biases at 0.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        n_classes: int,
        image_units: Units,
        label_units: Units,
        pieces: Pieces,
        units: Units,
        unit_pieces: Pieces,
        dropout: Dropped,
        weight_range: Spread,
    ) -> None:
        super().__init__()
        self.n_classes = needed(n_classes)
        self.n_features = units
        pixels = math.prod(image_shape)
        self.of_images = nn.Sequential(nn.Flatten(), Maxout(pixels, image_units, pieces))
        self.of_labels = Maxout(n_classes, label_units, pieces)
        self.of_both = nn.Sequential(
            nn.Dropout(dropout),
            Maxout(image_units + label_units, units, unit_pieces),
            nn.Dropout(dropout),
        )
        self.last = nn.Sequential(nn.Linear(units, 1), nn.Flatten(0))
        initialise(self, uniform(weight_range))

    def forward(
        self, images_NCHW: Tensor, labels: Tensor, with_features: bool = False
    ) -> Tensor | Answers:
        """Return logits `(N,)`; with features if asked for."""
        known = self.of_labels(one_hot(labels, self.n_classes))
        features = self.of_both(torch.cat([self.of_images(images_NCHW), known], dim=1))
        logits = self.last(features)
        return Answers(logits, features) if with_features else logits


def needed(n_classes: int) -> int:
    """Return the number of classes.

    Raises:
        ConfigError: there are none.
    """
    if not n_classes:
        raise ConfigError(
            "model=conditional_mlp is told of labels in any case: add data.condition=labels, or "
            "choose model=mlp."
        )
    return n_classes
