"""Texts as numbers that networks are told, as they are told shares of classes.

Shape legend: N = texts, T = tokens, V = words and one for none, K = numbers.
"""

from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, leaky_relu

from gan_lab.networks.features import Answers

SLOPE = 0.2


@final
class TextEncoder(nn.Module):
    """Words and their neighbours, averaged over the text, through two layers to K numbers.

    The sum of the numbers is 1, as that of the shares of classes: so what takes those, such as
    gains of each class, begins with a text as it begins with a label. After Kim, 2014,
    arXiv:1408.5882; the mean instead of the maximum, so that texts lead smoothly into each other.

    Args:
        n_words: V - 1.
        size: K.
        width: numbers of a word, and of the layers.
    """

    def __init__(self, n_words: int, size: int, width: int = 64) -> None:
        super().__init__()
        self.size = size
        self.words_VE = nn.Parameter(torch.randn(n_words + 1, width))
        self.neighbours = nn.Conv1d(width, width, 3, padding=1)
        self.layers = nn.Sequential(
            nn.Linear(width, width), nn.LeakyReLU(SLOPE), nn.Linear(width, size)
        )

    def forward(self, texts: Tensor) -> Tensor:
        """Return what networks are told `(N, K)`, float32 or more.

        Args:
            texts: tokens, int64 `(N, T)`, 0 behind the last word; or, between texts, a share of
                each word at each place `(N, T, V)`.
        """
        if texts.is_floating_point():
            words_NTE, present_NT = texts @ self.words_VE, 1 - texts[..., 0]
        else:
            words_NTE = embedding(texts, self.words_VE)
            present_NT = (texts > 0).to(words_NTE.dtype)
        present_N1T = present_NT[:, None]
        near_NET = self.neighbours(words_NTE.transpose(1, 2) * present_N1T)
        near_NET = leaky_relu(near_NET, SLOPE) * present_N1T
        mean_NE = near_NET.sum(dim=2) / present_N1T.sum(dim=2).clamp(min=1)
        told_NK = self.layers(mean_NE).float()
        return told_NK - told_NK.mean(dim=1, keepdim=True) + 1 / self.size


@final
class ToldOfText(nn.Module):
    """A network that is told of classes is told of texts instead, by an encoder of its own.

    Args:
        network: takes latents or images, and shares of K classes.
        encoder: of texts, to K numbers.
    """

    def __init__(self, network: nn.Module, encoder: TextEncoder) -> None:
        super().__init__()
        self.network = network
        self.encoder = encoder

    @property
    def bounded(self) -> bool:
        """Whether a generator keeps images in the value range by itself."""
        return getattr(self.network, "bounded", True)

    def forward(self, values: Tensor, texts: Tensor, **options: Any) -> Tensor | Answers:
        """Return what the network makes of values, as `texts` say; see `TextEncoder`."""
        return self.network(values, self.encoder(texts), **options)
