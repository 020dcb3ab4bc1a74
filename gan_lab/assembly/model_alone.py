"""The evaluation of a model of which no images are scored: its own metrics say all."""

from collections.abc import Mapping
from typing import Any

import torch
from omegaconf import DictConfig

import gan_lab
from gan_lab.config.build import class_of
from gan_lab.config.overrides import parse
from gan_lab.config.plain import resolved, words_typed
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError
from gan_lab.evaluation.evaluation import Evaluation
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.training.abilities import MakesImages
from gan_lab.training.algorithm import Algorithm


def scores_no_images(
    config: DictConfig, module: Algorithm, asked: Mapping[str, ModelMetric]
) -> bool:
    """Return whether a model makes no images, or every metric asks the model itself.

    Args:
        config: the whole configuration.
        module: the model.
        asked: the metrics of the model itself; none: what is chosen measures nothing else either.
    """
    if not isinstance(module, MakesImages):
        return True
    return bool(asked) and all(
        issubclass(class_of(node, f"evaluation.metrics.{name}"), ModelMetric)
        for name, node in config.evaluation.metrics.items()
    )


def of_model_alone(
    config: DictConfig,
    dataset: ImageDataset,
    module: Algorithm,
    asked: Mapping[str, ModelMetric],
    device: torch.device,
    origin: Mapping[str, Any],
) -> Evaluation:
    """Return the evaluation of a model of which no images are scored; see `build_evaluations`.

    Raises:
        ConfigError: none of the metrics is about such a model, or something is said of its images.
    """
    kind, settings = type(module).__name__, config.evaluation
    if not isinstance(module, MakesImages):
        refuse_words_on_images(config, kind)
    if not asked:
        raise ConfigError(
            f"evaluation= has no metric of the algorithm {kind}, which makes no images, or no "
            f"data that nothing was trained on: leave evaluation/metrics= out, choose other data=, "
            f"or use evaluation=none."
        )
    options = resolved(settings.metrics)
    protocol = {
        "data": type(dataset).__name__,
        "form": dataset.form,
        **origin,
        "seed": settings.seed,
        "gan_lab": gan_lab.__version__,
        "other_splits": {
            split: n for metric in asked.values() for split, n in metric.known.splits.items()
        },
        "metrics": {name: options[name] for name in asked},
    }
    return Evaluation(
        {},
        device=device,
        n_fake=0,
        batch_size=settings.batch_size,
        protocol=protocol,
        of_model=list(asked.values()),
    )


def refuse_words_on_images(config: DictConfig, kind: str) -> None:
    """Refuse what is said of generated images where there are none.

    Raises:
        ConfigError: names the key.
    """
    # debug=fast says so of every run.
    typed = {parse(word).key_or_group for word in words_typed()}
    for key in ("n_fake", "split"):
        if f"evaluation.{key}" in typed and config.evaluation[key] is not None:
            raise ConfigError(
                f"evaluation.{key}={config.evaluation[key]} is about generated images, and the "
                f"algorithm {kind} makes none: leave it out."
            )
