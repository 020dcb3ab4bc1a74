"""The metrics of samples, such as distances and modes, each with what it needs of the data."""

from collections.abc import Mapping

from omegaconf import DictConfig, OmegaConf

from gan_lab.config.build import build, class_of
from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import SampleMetric
from gan_lab.latents.conditions import Labels


def build_sample_metrics(
    nodes: DictConfig, extractor: Extractor, *, primary: bool, labels: Labels | None = None
) -> dict[str, SampleMetric]:
    """Return the metrics that make sense with `extractor`, by the names of their options.

    Those of conditions do so for images that are asked to be of a class which it knows.
    """
    knows_labels = labels is not None and set(labels.class_names) <= set(extractor.class_names)
    one_class = labels is not None and len(labels.asked) == 1 < len(labels.class_names)
    metrics = {
        name: build(node, f"evaluation.metrics.{name}", extractor=extractor.name, primary=primary)
        for name, node in nodes.items()
        if issubclass(class_of(node, f"evaluation.metrics.{name}"), SampleMetric)
    }
    chosen = {
        name: metric
        for name, metric in metrics.items()
        if metric.applies_to(extractor)
        and (primary or not metric.of_pixels)
        and (knows_labels or not metric.of_conditions)
        and not (one_class and metric.of_classes)
    }
    for name, metric in chosen.items():
        metric.attach(extractor)
        if metric.limit is not None and metric.limit < metric.sensible_from:
            raise ConfigError(
                f"evaluation.metrics.{name}.limit={metric.limit} is too low: {name} needs at least "
                f"{metric.sensible_from:,} images."
            )
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
                part.prepare()  # a folder knows its splits only now
            except ConfigError as error:
                raise ConfigError(
                    f"evaluation/metrics has {name}, which needs the split '{split}': {error} "
                    f"Leave {name} out, or choose data with that split."
                ) from None
            images = part.like_generated(part.load())
            metric.attach_split(split, images)
            sizes[split] = len(images)
    return sizes
