"""Networks of one layer."""

import math
from typing import final

import torch
from torch import Tensor, nn


@final
class LinearGenerator(nn.Module):
    """Latents `(N, Z)` to images `(N, C, H, W)` in the value range."""

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
    ) -> None:
        super().__init__()
        self.low, self.high = value_range
        self.layer = nn.Linear(latent_dim, math.prod(image_shape))
        self.image_shape = image_shape

    def forward(self, latents_NZ: Tensor) -> Tensor:
        share = torch.sigmoid(self.layer(latents_NZ)).unflatten(1, self.image_shape)
        return self.low + (self.high - self.low) * share


@final
class LinearDiscriminator(nn.Module):
    """Images to logits `(N,)`."""

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.layer = nn.Linear(math.prod(image_shape), 1)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        return self.layer(images_NCHW.flatten(1)).squeeze(1)


@final
class LinearEncoder(nn.Module):
    """Images to codes `(N, Z)`."""

    def __init__(self, latent_dim: int, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.layer = nn.Linear(math.prod(image_shape), latent_dim)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        return self.layer(images_NCHW.flatten(1))
