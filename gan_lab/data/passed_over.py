"""What is said of files that were passed over: how many, why, and the names of a few."""

from collections.abc import Mapping, Sequence

NAMES_SHOWN = 3
REASONS_SHOWN = 5


def passed_over(passed: Mapping[str, Sequence[str]], kept: int) -> str:
    """Return how many of all were passed over, and why; or nothing, if none was.

    Args:
        passed: names by reason, such as "truncated".
        kept: how many were not.
    """
    total = sum(map(len, passed.values()))
    return f"{total:,} of {total + kept:,} passed over: {by_reason(passed)}" if total else ""


def by_reason(passed: Mapping[str, Sequence[str]]) -> str:
    """Return the numbers and some names of each reason, the most frequent one first."""
    most_first = sorted(passed.items(), key=lambda found: -len(found[1]))
    return ", ".join(f"{len(names):,} {reason} ({some_of(names)})" for reason, names in most_first)


def some_of(names: Sequence[str]) -> str:
    """Return the first few names."""
    return ", ".join(names[:NAMES_SHOWN]) + ", ..." * (len(names) > NAMES_SHOWN)


def found_instead(passed: Mapping[str, Sequence[str]]) -> str:
    """Return in brackets what there is where nothing was found that is of use; or nothing."""
    most_first = sorted(passed.items(), key=lambda found: -len(found[1]))
    counts = [f"{len(names)} {reason}" for reason, names in most_first[:REASONS_SHOWN]]
    counts += ["..."] * (len(most_first) > REASONS_SHOWN)
    return f" ({', '.join(counts)})" if counts else ""
