"""PacGAN's packing: a discriminator that judges several images at once.

Lin, Khetan, Fanti, Oh, 2018, arXiv:1712.04086: m independent images of the same kind,
all real or all generated, are joined along their channels and get one verdict. A generator that
repeats itself is betrayed by images that resemble each other.

Shape legend: N = images, m = images per pack, C, H, W = image.
"""

from typing import final

from torch import Tensor, nn

from gan_lab.networks.features import Answers


@final
class Packed(nn.Module):
    """Show a discriminator m images as one of m times the channels.

    Neighbours in the batch are joined: they are independent draws like any others.

    Args:
        discriminator: built for images `(m C, H, W)`.
        size: m.
    """

    def __init__(self, discriminator: nn.Module, size: int) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.size = size

    @property
    def n_features(self) -> int:
        """F, of the discriminator."""
        return self.discriminator.n_features

    def forward(self, images_NCHW: Tensor, **options: bool) -> Tensor | Answers:
        """Return one logit per pack `(N / m,)`; N must be a multiple of m.

        Args:
            images_NCHW: images, whose channels may tell of a label each.
            options: what the discriminator takes, such as `with_features`.
        """
        packs = images_NCHW.unflatten(0, (-1, self.size)).flatten(1, 2)
        return self.discriminator(packs, **options)
