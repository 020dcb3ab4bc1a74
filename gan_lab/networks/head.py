"""A second answer of a discriminator, beside its logit and from the same features.

Shape legend: N = images, C, H, W = image.
"""

from typing import final

from torch import Tensor, nn

from gan_lab.networks.features import Answers
from gan_lab.networks.spectral import is_normalised_spectrally, normalise_spectrally

HIDDEN = 128  # units of InfoGAN's head


@final
class WithHead(nn.Module):
    """Let a discriminator say something of an image, which a term teaches it.

    Its class (AC-GAN: Odena, Olah, Shlens, 2017, arXiv:1610.09585), instead of being told of it; or
    what it was made of (InfoGAN: Chen et al., 2016, arXiv:1606.03657).

    Args:
        discriminator: takes `with_features`, and says how many: `n_features`.
        head: of these features; normalised spectrally if the discriminator is.
        classes: which of the head's numbers are logits of classes; None: none.
    """

    def __init__(
        self, discriminator: nn.Module, head: nn.Module, classes: slice | None = None
    ) -> None:
        super().__init__()
        self.classes = classes
        self.discriminator = discriminator
        self.n_features = discriminator.n_features
        self.head = head
        if is_normalised_spectrally(discriminator):
            normalise_spectrally(head)

    def forward(
        self, images_NCHW: Tensor, labels: Tensor | None = None, with_features: bool = False
    ) -> Tensor | Answers:
        """Return logits `(N,)`; with features and the head's answer if asked for.

        The discriminator is not told of `labels`.
        """
        if not with_features:
            return self.discriminator(images_NCHW)
        answers = self.discriminator(images_NCHW, with_features=True)
        return answers._replace(head=self.head(answers.features))


def code_head(n_features: int, n_outputs: int) -> nn.Sequential:
    """Return InfoGAN's Q above the layers that it shares with D, as in its authors' code."""
    head = nn.Sequential(
        nn.Linear(n_features, HIDDEN, bias=False),
        nn.BatchNorm1d(HIDDEN),
        nn.LeakyReLU(0.01),
        nn.Linear(HIDDEN, n_outputs),
    )
    nn.init.normal_(head[-1].weight, 0.0, 0.02)
    nn.init.zeros_(head[-1].bias)
    return head
