"""What a discriminator's last layer weighs: its features, of the same pass as the logits."""

from typing import NamedTuple

from torch import Tensor, nn


class LogitsAndFeatures(NamedTuple):
    """What a discriminator returns where it is called with `with_features=True`.

    Attributes:
        logits: `(N,)`.
        features: what the last layer weighs into them `(N, F)`.
    """

    logits: Tensor
    features: Tensor


def answer(
    layers: nn.Sequential, images_NCHW: Tensor, with_features: bool
) -> Tensor | LogitsAndFeatures:
    """Return logits, with features if asked for.

    Args:
        layers: of a discriminator; the last two are a linear one to the logit, and one that makes
            `(N, 1)` to `(N,)`.
        images_NCHW: images.
        with_features: whether features are asked for.
    """
    if not with_features:
        return layers(images_NCHW)
    features = layers[:-2](images_NCHW)
    return LogitsAndFeatures(layers[-2:](features), features)
