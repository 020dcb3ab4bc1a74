"""What perfect samples get of each metric, to be shown next to the values of a run."""

from collections.abc import Mapping

# Who gets the best value that is known, where that is no perfect model.
HIDING = "features that hide the domain get"
WHO = {"proxy_a_distance": HIDING, "domain_accuracy_held_out": HIDING}


def who_gets(metric: str) -> str:
    """Return of whom `perfect` tells the value, as the beginning of a sentence."""
    return WHO.get(metric, "a perfect model gets")


def perfect(
    metric: str, known: Mapping[str, float | str], values: Mapping[str, float | None]
) -> float | None:
    """Return what perfect samples get on average; None where nobody knows.

    Args:
        metric: its name.
        known: what the metrics say of that: a number, or the name of the metric that tells it.
        values: of all metrics.
    """
    found = known.get(metric)
    return values.get(found) if isinstance(found, str) else found
