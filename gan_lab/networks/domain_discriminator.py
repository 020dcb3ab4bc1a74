"""StarGAN's discriminator: whether patches of an image are real, and of which domain it is.

Choi et al., 2018, arXiv:1711.09020, appendix 7.2, and the authors' code. Nothing is normalised.

Shape legend: N = images, P = patches of each, K = domains, F = features, C, H, W = image.
"""

from typing import final

from torch import Tensor, nn

from gan_lab.errors import ConfigError
from gan_lab.networks.blocks import Channels, Slope
from gan_lab.networks.domain_translator import check_domains
from gan_lab.networks.features import Answers
from gan_lab.networks.patch_discriminator import Halvings


@final
class DomainDiscriminator(nn.Module):
    """4x4 convolutions that halve the image and double the channels, below two answers.

    A 3x3 convolution gives a logit for each place that is left, one over all places a logit of each
    domain.

    Args:
        image_shape: `(C, H, W)`.
        n_classes: K.
        width: channels of the first layer; the paper has 64.
        halvings: of the image; the paper has 6 at 128x128 pixels.
        slope: of LeakyReLU.

    Raises:
        ConfigError: there are no domains, or nothing is left of the image.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        n_classes: int,
        width: Channels,
        halvings: Halvings,
        slope: Slope,
    ) -> None:
        super().__init__()
        channels, *size = image_shape
        check_domains(n_classes)
        left = [side >> halvings for side in size]
        if not min(left):
            raise ConfigError(
                f"model.discriminator.halvings={halvings} leaves nothing of the "
                f"{size[0]}x{size[1]} pixels of these images: choose fewer."
            )
        layers: list[nn.Module] = []
        made = channels
        for level in range(halvings):
            read, made = made, 2**level * width
            layers += [nn.Conv2d(read, made, 4, stride=2, padding=1), nn.LeakyReLU(slope)]
        self.layers = nn.Sequential(*layers)
        self.patches = nn.Sequential(nn.Conv2d(made, 1, 3, padding=1, bias=False), nn.Flatten(0))
        self.domains = nn.Sequential(nn.Conv2d(made, n_classes, left, bias=False), nn.Flatten(1))

    def forward(
        self, images_NCHW: Tensor, labels: Tensor | None = None, with_features: bool = False
    ) -> Tensor | Answers:
        """Return a logit for each patch, one image after the other, `(N * P,)`.

        With features, and a logit of each domain `(N, K)`, if asked for. The discriminator is not
        told of `labels`.
        """
        features = self.layers(images_NCHW)
        logits = self.patches(features)
        if not with_features:
            return logits
        return Answers(logits, features.flatten(1), self.domains(features))
