"""Networks that are told of labels."""

import math
from typing import final

from torch import Tensor, nn

from example_lab.networks import LinearDiscriminator, LinearGenerator


@final
class ConditionalGenerator(nn.Module):
    """Latents `(N, Z)`, scaled as their labels `(N,)` say, to images `(N, C, H, W)`."""

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        value_range: tuple[float, float],
        n_classes: int,
    ) -> None:
        super().__init__()
        self.scales = nn.Embedding(n_classes, latent_dim)
        self.generator = LinearGenerator(latent_dim, image_shape, value_range)

    def forward(self, latents_NZ: Tensor, labels_N: Tensor) -> Tensor:
        return self.generator(latents_NZ * self.scales(labels_N))


@final
class ConditionalDiscriminator(nn.Module):
    """Images and their labels to logits `(N,)`: Miyato, Koyama, 2018, arXiv:1802.05637, eq. 3."""

    def __init__(self, image_shape: tuple[int, int, int], n_classes: int) -> None:
        super().__init__()
        self.discriminator = LinearDiscriminator(image_shape)
        # The last one is of images without a label, -1.
        self.projections = nn.Embedding(n_classes + 1, math.prod(image_shape))

    def forward(self, images_NCHW: Tensor, labels_N: Tensor) -> Tensor:
        projections = self.projections(labels_N % self.projections.num_embeddings)
        return self.discriminator(images_NCHW) + (projections * images_NCHW.flatten(1)).sum(1)
