"""Networks that know nothing of classes are told of them, by what is put around them.

Labels are classes, int64 `(N,)`, -1 for none; or, between classes, a share of each `(N, K)`.

Shape legend: N = images, K = classes, Z = latent dimension, F = features, C, H, W = image.
"""

from typing import Any, final

import torch
from torch import Tensor, nn

from gan_lab.networks.features import Answers
from gan_lab.networks.spectral import is_normalised_spectrally, normalise_spectrally


def one_hot(labels: Tensor, n_classes: int) -> Tensor:
    """Return a share of each class `(N, K)`, float32: 1 of the label's, and 0 where there is none.

    Shares stay as they are. Texts, whose places have a token each, get shares `(N, T, K)`.
    """
    if labels.is_floating_point():
        return labels
    classes = torch.arange(n_classes, device=labels.device)
    return (labels[..., None] == classes).float()


@final
class LabelledLatents(nn.Module):
    """Concatenate labels to the latents of a generator: Mirza, Osindero, 2014, arXiv:1411.1784.

    Args:
        generator: built for latents `(N, Z + K)`.
        n_classes: K.
    """

    def __init__(self, generator: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.generator = generator
        self.n_classes = n_classes

    @property
    def bounded(self) -> bool:
        """Whether the generator keeps images in the value range by itself."""
        return getattr(self.generator, "bounded", True)

    def forward(self, latents_NZ: Tensor, labels: Tensor) -> Tensor:
        """Return images `(N, C, H, W)`."""
        return self.generator(torch.cat([latents_NZ, one_hot(labels, self.n_classes)], dim=1))


@final
class LabelMaps(nn.Module):
    """Concatenate labels to the channels of a discriminator's images, a constant map per class.

    Args:
        discriminator: built for images `(C + K, H, W)`.
        n_classes: K.
    """

    def __init__(self, discriminator: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.n_classes = n_classes

    @property
    def n_features(self) -> int:
        """F, of the discriminator."""
        return self.discriminator.n_features

    def forward(self, images_NCHW: Tensor, labels: Tensor, **options: Any) -> Tensor | Answers:
        """Return what the discriminator answers.

        Args:
            images_NCHW: images.
            labels: of each.
            options: what the discriminator takes, such as `with_features`.
        """
        maps_NK = one_hot(labels, self.n_classes).to(images_NCHW.dtype)
        maps_NKHW = maps_NK[:, :, None, None].expand(-1, -1, *images_NCHW.shape[2:])
        return self.discriminator(torch.cat([images_NCHW, maps_NKHW], dim=1), **options)


@final
class Projection(nn.Module):
    """Add to a discriminator's logit how well its features agree with a vector of the label.

    Miyato, Koyama, 2018, arXiv:1802.05637, equation 5. The vectors are small at first, so that a
    logit begins as that of the features alone; they are normalised spectrally with the others.

    Args:
        discriminator: takes `with_features`, and says how many: `n_features`.
        n_classes: K.
    """

    def __init__(self, discriminator: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.n_classes = n_classes
        self.vectors = nn.Linear(n_classes, discriminator.n_features, bias=False)
        nn.init.normal_(self.vectors.weight, 0.0, discriminator.n_features**-0.5)
        if is_normalised_spectrally(discriminator):
            normalise_spectrally(self.vectors)

    def forward(
        self, images_NCHW: Tensor, labels: Tensor, with_features: bool = False
    ) -> Tensor | Answers:
        """Return logits `(N,)`; with features if asked for."""
        answers = self.discriminator(images_NCHW, with_features=True)
        vectors_NF = self.vectors(one_hot(labels, self.n_classes))
        logits = answers.logits + (answers.features * vectors_NF).sum(dim=1)
        return answers._replace(logits=logits) if with_features else logits
