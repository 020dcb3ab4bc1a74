"""A history of generated images, so that D does not forget what G did before.

Shrivastava et al., 2017, arXiv:1612.07828, section 2.3, as in the code of CycleGAN's authors.

Shape legend: N = images of a minibatch, C, H, W = image.
"""

from collections.abc import Mapping
from typing import final

import torch
from torch import Tensor, nn

from gan_lab import seeding


@final
class ImagePool(nn.Module):
    """The newest images go in until it is full; then each is swapped for an older one, or not.

    The images belong to the state of a checkpoint. With several devices each holds all of them.

    Args:
        size: images; 0: there is no history.
        image_shape: `(C, H, W)`.
    """

    def __init__(self, size: int, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(size, *image_shape))

    def draws(
        self, n: int, iteration: int, device: torch.device, *address: int | str
    ) -> dict[str, Tensor]:
        """Return where each of `n` new images meets an older one, and what becomes of both.

        Args:
            n: images of an iteration, over all devices.
            iteration: completed ones.
            device: of the pool.
            address: of the random numbers.
        """
        size = len(self.images)
        if not size:
            return {}
        arrived = iteration * n + torch.arange(n, device=device)
        generator = seeding.generator(device, *address)
        # Different places, so that no image of the minibatch replaces another one of it.
        places = torch.randperm(size, generator=generator, device=device)[:n]
        swapped = torch.rand(n, generator=generator, device=device) < 0.5
        if iteration * n < size:
            places, swapped = arrived % size, torch.zeros_like(swapped)
        return {"places": places, "shows_old": swapped, "keeps_new": swapped | (arrived < size)}

    def exchange(self, images_NCHW: Tensor, drawn: Mapping[str, Tensor]) -> Tensor:
        """Return these images, or older ones in the place of some.

        Args:
            images_NCHW: of all devices; they have no gradient.
            drawn: by `draws`.
        """
        if not len(self.images):
            return images_NCHW
        new, old = images_NCHW.to(self.images.dtype), self.images[drawn["places"]]
        shows_old, keeps_new = (
            drawn[name].view(-1, 1, 1, 1) for name in ("shows_old", "keeps_new")
        )
        self.images[drawn["places"]] = torch.where(keeps_new, new, old)
        return torch.where(shows_old, old, new)
