"""What evaluation=none means beside experiment=, which is composed after it."""

from collections.abc import Sequence


def without_evaluations(words: Sequence[str]) -> list[str]:
    """Return a command line whose evaluation=none turns off what its experiment turns on again.

    Args:
        words: of the command line.
    """
    off = "evaluation=none" in words and any(word.startswith("experiment=") for word in words)
    said = any(word.lstrip("+").startswith("evaluation.every=") for word in words)
    return [*words, "evaluation.every=null"] if off and not said else list(words)
