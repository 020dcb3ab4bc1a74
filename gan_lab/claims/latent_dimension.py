"""What a generator cannot leave: its images lie on a surface of at most as many dimensions as z.

The tangent to that surface is spanned by the columns of G's Jacobian, so its rank says how many
directions there are at an image. Pixels around the image need not be few: the surface is curved.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.claims.outcome import Outcome
from gan_lab.data.digits import Digits
from gan_lab.figures.curves import Curve, Panel
from gan_lab.latents.priors import Gaussian
from gan_lab.networks.autoencoder_mlp import MLPDecoder

SHAPE = (1, 8, 8)
PIXELS = 64
SAMPLES = 2000
PLACES = 20


def network(dim: int) -> nn.Module:
    """Return a generator of digits with weights as they start."""
    return MLPDecoder(dim, SHAPE, (200, 200), "relu")


def directions(generator: nn.Module, latents_NZ: Tensor) -> Tensor:
    """Return the singular values of the Jacobian at each latent `(N, at most Z)`, largest first."""
    of_one = torch.func.jacrev(lambda z: generator(z[None]).flatten())
    return torch.linalg.svdvals(torch.stack([of_one(z) for z in latents_NZ]))


def components(images: Tensor) -> Tensor:
    """Return the share of the variance that 0, 1, 2, ... principal components leave."""
    images = images.flatten(1).double()
    variances = torch.linalg.svdvals(images - images.mean(dim=0)).square()
    return 1 - torch.cat([variances.new_zeros(1), variances]).cumsum(0) / variances.sum()


def check(
    dims: Sequence[int] = (2, 8, 32), network: Callable[[int], nn.Module] = network
) -> Outcome:
    """Count the directions at images of generators with so many latents."""
    torch.manual_seed(0)
    numbers: dict[str, float] = {}
    around, flat = [], []
    holds = True
    for dim in dims:
        generator = network(dim).double()
        random = seeding.generator("cpu", 0, "claims", "latent dimension", dim)
        latents = Gaussian(dim=dim).sample(SAMPLES, random).double()
        values = directions(generator, latents[:PLACES])
        ranks = (values > 1e-9 * values[:, :1]).sum(dim=1)
        with torch.no_grad():
            left = components(generator(latents))
        numbers |= {
            f"{dim} latents: directions at {PLACES} images, most": ranks.max().item(),
            f"{dim} latents: fewest": ranks.min().item(),
            f"{dim} latents: share of the variance outside {dim} components": left[dim].item(),
        }
        holds &= bool((ranks == dim).all())
        holds &= dim > 10 or left[dim].item() > 0.01
        around.append(
            Curve(f"{dim} latents", range(1, values.shape[1] + 1), values.mean(dim=0), ".-")
        )
        flat.append(Curve(f"{dim} latents", range(PIXELS), left[:PIXELS]))
    flat.append(
        Curve("real digits", range(PIXELS), components(Digits(size=8).load().pixels)[:PIXELS], "k:")
    )
    return Outcome(
        "At every image there are as many directions to go as there are latents, of 64 pixels; the "
        "surface is curved, so principal components are more.",
        holds=holds,
        numbers=numbers,
        panels=[
            Panel("At an image", "direction", "how far a step in z goes, mean of 20 images", around,
                  scale="log"),
            Panel("Of all images", "principal components", "share of the variance left", flat),
        ],
    )  # fmt: skip
