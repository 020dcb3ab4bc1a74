"""What perfect samples get of each metric, to be shown next to the values of a run."""

import re
from collections.abc import Mapping

# From the names of metrics to the number, or to the metric that says it. What comes after names the
# features that it was measured in. docs/metrics.md says why.
PERFECT = {
    r"fid|fd_.+(?<!_bias)": r"\g<0>_bias",
    r"kid_.+(?<!_std)": 0.0,
    r"density(_.+)?": 1.0,
    r"coverage(?!_null)(_.+)?": r"coverage_null\1",
    r"ndb_js(?!_floor)(?:_pixels)?(_.+)?": r"ndb_js_floor\1",
    r"ndb(?!_js|_null)(?:_pixels)?(_.+)?": r"ndb_null\1",
    r"duplicates(_.+)?": 0.01,
    r"modes/covered(?:_robust)?(_.+)?": r"modes/total\1",
    r"modes/kl_(?:uniform|data)(_.+)?": r"modes/kl_floor\1",
}


def perfect(name: str, metrics: Mapping[str, Mapping[str, float | None]]) -> float | None:
    """Return what perfect samples get on average; None where nobody knows.

    Args:
        name: of the metric.
        metrics: of the run, `{name: {"last", ...}}`.
    """
    for pattern, known in PERFECT.items():
        if found := re.fullmatch(pattern, name):
            if isinstance(known, float):
                return known
            return metrics.get(found.expand(known), {}).get("last")
    return None
