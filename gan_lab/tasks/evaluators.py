"""The evaluation that a configuration describes, ready to run."""

from collections.abc import Mapping
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf

import gan_lab
from gan_lab.config.build import build
from gan_lab.config.plain import resolved
from gan_lab.data.base import ImageDataset
from gan_lab.data.files import data_folder
from gan_lab.data.progress import say
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.evaluation.evaluation import Evaluation, FeatureSpace
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import SampleMetric
from gan_lab.evaluation.real_side import choose_real, content_hash, fit
from gan_lab.tasks.extractors import choose_extractors, why_not_more


def build_evaluation(
    config: DictConfig,
    dataset: ImageDataset,
    device: torch.device,
    *,
    n_fake: int,
    origin: Mapping[str, Any],
) -> Evaluation:
    """Return the evaluation of images like those of `dataset`, fitted to the real ones.

    Args:
        config: the whole configuration.
        dataset: prepared.
        device: to compute on.
        n_fake: images that will be scored.
        origin: where they come from, for the protocol.

    Raises:
        ConfigError: an extractor that does not exist or does not go with the data, or a metric that
            needs a split which they do not have, or more images.
    """
    settings = config.evaluation
    split = settings.split or config.data.split
    real_data = build(OmegaConf.merge(config.data, {"split": split}), "data")
    real_data.prepare()
    real = real_data.comparable(choose_real(real_data.load(), settings.n_real, settings.seed))
    images_hash = content_hash(real)
    options = resolved(settings.metrics)
    spaces: list[FeatureSpace] = []
    used: dict[str, None] = {}  # an ordered set
    others: dict[str, int] = {}
    for extractor in choose_extractors(settings.extractors, dataset, device):
        extractor = extractor.freeze().to(device, memory_format=torch.channels_last)
        metrics = build_metrics(settings.metrics, extractor, primary=not spaces)
        if metrics:
            neediest = max(metrics.values(), key=lambda metric: metric.least)
            neediest.need(min(n_fake, len(real)))
        others |= attach_splits(metrics, config.data)
        fit(
            metrics,
            options,
            extractor,
            real,
            images_hash=images_hash,
            folder=data_folder("evaluation"),
            device=device,
            batch_size=settings.batch_size,
            say=say,
        )
        used |= dict.fromkeys(metrics)
        spaces.append(FeatureSpace(extractor, [metric.to(device) for metric in metrics.values()]))
    protocol = {
        "data": type(dataset).__name__,
        "split": split,
        "n_real": len(real),
        "n_fake": n_fake,
        "other_splits": others,
        **origin,
        "extractors": {space.extractor.name: space.extractor.about for space in spaces},
        "metrics": {name: options[name] for name in used},
        "seed": settings.seed,
        "real_images_sha256": images_hash,
        "gan_lab": gan_lab.__version__,
    }
    return Evaluation(
        spaces, device=device, n_fake=n_fake, batch_size=settings.batch_size, protocol=protocol
    )


def announcement(config: DictConfig, dataset: ImageDataset, evaluation: Evaluation) -> str:
    """Return what will be measured by what, and what a person may miss there."""
    extractors = [space.extractor for space in evaluation.spaces]
    names = ", ".join(extractor.name for extractor in extractors)
    missing = why_not_more(
        config.evaluation.extractors,
        dataset,
        extractors,
        wants_modes="modes" in config.evaluation.metrics,
    )
    return (
        f"Evaluation: {evaluation.n_fake:,} images against {evaluation.protocol['n_real']:,} real "
        f"ones, by {names}. {missing}".rstrip()
    )


def build_metrics(
    nodes: DictConfig, extractor: Extractor, *, primary: bool
) -> dict[str, SampleMetric]:
    """Return the metrics that make sense with `extractor`, by the names of their options."""
    metrics = {
        name: build(node, f"evaluation.metrics.{name}", extractor=extractor.name, primary=primary)
        for name, node in nodes.items()
    }
    chosen = {
        name: metric
        for name, metric in metrics.items()
        if metric.applies_to(extractor) and (primary or not metric.of_pixels)
    }
    for metric in chosen.values():
        metric.attach(extractor)
    return chosen


def attach_splits(metrics: Mapping[str, SampleMetric], data: DictConfig) -> dict[str, int]:
    """Give each metric the other splits of the data that it needs; return their sizes.

    Raises:
        ConfigError: the data do not have one of them.
    """
    sizes: dict[str, int] = {}
    for name, metric in metrics.items():
        for split in metric.other_splits:
            # data.limit is about the images to train on; these are always all.
            node = OmegaConf.merge(data, {"split": split, "limit": None})
            try:
                part = build(node, "data")
            except ConfigError as error:
                raise ConfigError(
                    f"evaluation/metrics has {name}, which needs the split '{split}': {error} "
                    f"Leave {name} out, or choose data with that split."
                ) from None
            part.prepare()
            images = part.comparable(part.load())
            metric.attach_split(split, images)
            sizes[split] = len(images)
    return sizes


def monitor_of(config: DictConfig, evaluation: Evaluation) -> str:
    """Return the metric that the best checkpoint is chosen by.

    Raises:
        ConfigError: the configuration names one that is not measured.
    """
    monitor = config.evaluation.monitor or evaluation.monitor
    if monitor not in evaluation.better:
        raise ConfigError(
            f"evaluation.monitor={monitor} is not measured here."
            f"{did_you_mean(monitor, evaluation.better)}"
        )
    return monitor
