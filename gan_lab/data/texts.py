"""Texts as numbers: a token for each word of a vocabulary, and 0 behind the last.

Shape legend: N = texts, T = tokens of the longest.
"""

import re
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

WORD = re.compile(r"\w+(?:'\w+)*")
MOST_TOKENS = 64  # of a text; further words are not read


def words_of(text: str) -> list[str]:
    """Return the words of a text, in small letters, without what stands between them."""
    return WORD.findall(text.lower())[:MOST_TOKENS]


def vocabulary(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words that texts have, in alphabetical order."""
    return tuple(sorted({word for text in texts for word in words_of(text)}))


def tokens_of(texts: Sequence[str], vocabulary: Sequence[str]) -> Tensor:
    """Return texts as tokens, int64 `(N, T)`: 1 is the first word of the vocabulary, 0 is no word.

    Words that are not in the vocabulary are left out.
    """
    numbers = {word: number for number, word in enumerate(vocabulary, start=1)}
    rows = [[numbers[word] for word in words_of(text) if word in numbers] for text in texts]
    longest = max([1, *map(len, rows)])
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows]).reshape(-1, longest)


def text_of(tokens: Sequence[int], vocabulary: Sequence[str]) -> str:
    """Return the words that tokens stand for, with blanks between them."""
    return " ".join(vocabulary[token - 1] for token in tokens if token > 0)
