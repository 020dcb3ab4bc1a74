"""Images of a generator, made without disturbing its training.

Shape legend: N = images, Z = latent dimension.
"""

import torch
from torch import Tensor, nn


def conditioned(network: nn.Module, values: Tensor, condition: Tensor | None) -> Tensor:
    """Call a network, with a condition if there is one."""
    return network(values) if condition is None else network(values, condition)


@torch.no_grad()
def generate(network: nn.Module, latents_NZ: Tensor, condition: Tensor | None = None) -> Tensor:
    """Return a generator's images in evaluation mode, float32 `(N, C, H, W)`."""
    training = network.training
    network.eval()
    images = conditioned(network, latents_NZ, condition).float()
    network.train(training)
    return images
