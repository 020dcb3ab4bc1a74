"""How the cost grows: the exponent p of cost = constant * size^p, by least squares."""

import math
import statistics
from collections.abc import Mapping, Sequence

from benchmarks.harness import Table, figures_of, shown
from benchmarks.train import Case, ours

SIZES = {
    "batch_size": (32, 64, 128, 256),
    "model.width": (16, 32, 64, 128),
    "data.size": (32, 48, 64, 96),
}
SAMPLES = (2500, 5000, 10_000, 20_000)
SMOKE = {
    "base": ["data=digits", "model.width=4"],
    "sizes": {"batch_size": [8, 16]},
    "samples": [200, 400],
    "iterations": 3,
}


def run(
    rounds: int,
    base: Sequence[str] = (),
    sizes: Mapping[str, Sequence[int]] = SIZES,
    samples: Sequence[int] = SAMPLES,
    iterations: int = 36,
) -> list[Table]:
    """Return the table of exponents, from medians of as many rounds."""
    rows = []
    for key, values in sizes.items():
        cases = [Case(key, (*base, f"{key}={value}"), iterations) for value in values]
        milliseconds = [
            statistics.median(1000 * ours(case)["seconds"] / iterations for _ in range(rounds))
            for case in cases
        ]
        rows.append(row_of(key, values, milliseconds, "ms per iteration"))
    words = ("-m", "benchmarks.evaluate", *base)
    seconds = [
        statistics.median(
            figures_of(*words, f"evaluation.n_fake={n}")["whole"] for _ in range(rounds)
        )
        for n in samples
    ]
    rows.append(row_of("evaluation.n_fake", samples, seconds, "s per evaluation"))
    return [Table("Growth of the cost, DCGAN on MNIST unless the key says otherwise", rows)]


def row_of(key: str, sizes: Sequence[int], costs: Sequence[float], unit: str) -> dict[str, object]:
    """Return one line of the table."""
    return {
        "key": f"`{key}`",
        "sizes": ", ".join(map(str, sizes)),
        "cost": ", ".join(map(shown, costs)) + f" {unit}",
        "exponent": exponent(sizes, costs),
    }


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of log cost over log size."""
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    return statistics.linear_regression(x, y).slope
