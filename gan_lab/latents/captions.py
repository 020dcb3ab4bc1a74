"""Captions that generated images are asked for.

Shape legend: N = images, C = different captions, T = tokens of the longest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.latents.conditions import Condition, drawn, on_device


@final
@dataclass(frozen=True)
class Captions(Condition):
    """Captions with the shares that they have in the data.

    Attributes:
        words: the vocabulary; token 1 is the first word, and 0, behind the last, is none.
        tokens: of each caption once, int64 `(C, T)`.
        counts: images of each caption.
    """

    words: Sequence[str]
    tokens: Tensor
    counts: Sequence[int]

    @classmethod
    def of(cls, captions: Tensor, words: Sequence[str]) -> "Captions":
        """Return those of a data set's images, tokens `(N, T)`."""
        tokens, counts = captions.unique(dim=0, return_counts=True)
        return cls(tuple(words), tokens, counts.tolist())

    def only(self, captions: Sequence[Sequence[int]]) -> "Captions":
        """Return the same vocabulary, of which these captions alone are asked for, equally often.

        Args:
            captions: tokens of each, in the data or not; equally many.
        """
        return Captions(self.words, torch.tensor(captions), [1] * len(captions))

    @property
    def n_values(self) -> int:
        """Different tokens that there are."""
        return len(self.words) + 1

    @property
    def asked(self) -> list[list[int]]:
        """Tokens of the captions that are asked for at all, in random order, always the same."""
        random = seeding.generator("cpu", 0, "captions", len(self.tokens))
        return self.tokens[torch.randperm(len(self.tokens), generator=random)].tolist()

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Return captions, int64 `(N, T)`."""
        numbers = torch.rand(n, generator=generator, device=generator.device)
        return on_device(self.tokens, numbers.device)[drawn(self.counts, numbers)]

    def others(self, right: Tensor, numbers: Tensor) -> Tensor:
        """See `Condition`; with two captions or more they differ."""
        tokens, places = on_device(self.tokens, numbers.device), drawn(self.counts, numbers)
        same = (tokens[places] == right).all(dim=1)
        return tokens[(places + same) % len(tokens)]

    def text_of(self, caption: Sequence[int]) -> str:
        """Return the words of a caption."""
        return " ".join(self.words[token - 1] for token in caption if token > 0)

    def columns(self, condition: Tensor) -> dict[str, Any]:
        """See `Condition`: `captions`."""
        return {"captions": [self.text_of(caption) for caption in condition.tolist()]}
