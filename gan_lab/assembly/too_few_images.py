"""Metrics that say nothing from so few images, and what a person is told of them."""

from collections.abc import Mapping

from omegaconf import DictConfig

from gan_lab.errors import ConfigError, GanLabError
from gan_lab.evaluation.evaluation import Evaluation
from gan_lab.evaluation.metric import SampleMetric


class TooFewImagesError(GanLabError):
    """So few images that no metric says anything."""


def take_out(metrics: dict[str, SampleMetric], n: int) -> dict[str, int]:
    """Remove the metrics that say nothing from `n` images; return how many each of them needs."""
    needs = {
        f"{name}{metric.suffix}": metric.sensible_from
        for name, metric in metrics.items()
        if metric.sensible_from > n
    }
    for name in [name for name, metric in metrics.items() if metric.sensible_from > n]:
        del metrics[name]
    return needs


def too_few(evaluation: Evaluation) -> str:
    """Return which metrics are left out, and from how many images they would not be; or nothing."""
    if not evaluation.left_out:
        return ""
    needs = ", ".join(f"{name} ({least:,})" for name, least in evaluation.left_out.items())
    return f"Left out, because they need more images, real and generated: {needs}."


def nothing_to_measure(
    config: DictConfig, left_out: Mapping[str, int], *, n_fake: int, n_real: int
) -> GanLabError:
    """Return what is wrong where no metric is left."""
    if not left_out:
        names = ", ".join(config.evaluation.metrics)
        return ConfigError(
            f"evaluation/metrics=[{names}] measures nothing with evaluation.extractors="
            f"{config.evaluation.extractors} on these data. Add frechet, or use evaluation=none."
        )
    # Two is all that frechet asks for before it knows how many features there are.
    known = {name: least for name, least in left_out.items() if least > 2} or left_out
    name = min(known, key=known.get)
    n = min(n_fake, n_real)
    return TooFewImagesError(
        f"There are too few images ({n:,}) for any metric: {name}, which needs the fewest, needs "
        f"{known[name]:,}, real and generated; there are {n_real:,} real and {n_fake:,} generated "
        f"ones. {_how_to_get_more(config, n_fake, n_real)}"
    )


def _how_to_get_more(config: DictConfig, n_fake: int, n_real: int) -> str:
    """Return the remedy for too few images of the kind that there are fewer of."""
    fake = n_fake <= n_real
    if fake and config.get("images"):
        more = "Raise evaluation.n_fake" if config.evaluation.n_fake else "Name more with images="
    elif fake:
        more = "Raise evaluation.n_fake"
    elif config.evaluation.n_real == n_real:
        more = "Raise evaluation.n_real"
    else:
        more = "Use more real images: see data.limit and data.classes"
    if config.task == "evaluate":
        return f"{more}."
    answered = config.callbacks.collapse.action != "log"
    instead = "callbacks.collapse.action=log" if answered else "evaluation=none"
    return f"{more}, or use {instead}."
