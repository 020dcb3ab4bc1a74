"""What a discriminator answers: logits, and what its last layer weighs into them."""

from typing import NamedTuple

from torch import Tensor, nn


class Answers(NamedTuple):
    """What a discriminator returns where it is called with `with_features=True`.

    Attributes:
        logits: `(N,)`.
        features: what the last layer weighs into them `(N, F)`.
        head: what else is told of these features, such as a logit per class `(N, K)`, or None.
    """

    logits: Tensor
    features: Tensor
    head: Tensor | None = None


class LayeredDiscriminator(nn.Module):
    """A discriminator of `layers`, one after the other.

    Attributes:
        layers: the last two are a linear one to the logit, and one that makes `(N, 1)` to `(N,)`.
    """

    layers: nn.Sequential

    @property
    def n_features(self) -> int:
        """F, of what the last layer weighs."""
        return self.layers[-2].in_features

    def forward(self, images_NCHW: Tensor, with_features: bool = False) -> Tensor | Answers:
        """Return logits `(N,)`; with features if asked for."""
        if not with_features:
            return self.layers(images_NCHW)
        features = self.layers[:-2](images_NCHW)
        return Answers(self.layers[-2:](features), features)
