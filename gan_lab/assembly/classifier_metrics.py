"""The metrics that ask a model itself about the data's test images."""

from collections.abc import Mapping

from omegaconf import DictConfig, OmegaConf

from gan_lab.assembly.terms import terms_about_codes
from gan_lab.config.build import build, class_of
from gan_lab.data.base import ImageDataset
from gan_lab.evaluation.classifier_metric import ClassifierMetric
from gan_lab.training.abilities import Classifies
from gan_lab.training.algorithm import Algorithm


def build_classifier_metrics(
    config: DictConfig, dataset: ImageDataset, module: Algorithm | None
) -> Mapping[str, ClassifierMetric]:
    """Return those that make sense, by the names of their options, ready to be called.

    Args:
        config: the whole configuration.
        dataset: whose test split they ask about; without one, or without labels, there are none.
        module: the model; None: images are scored without one.
    """
    kinds = {
        name: class_of(node, f"evaluation.metrics.{name}")
        for name, node in config.evaluation.metrics.items()
    }
    finds_codes = bool(terms_about_codes(config))
    names = [
        name
        for name, kind in kinds.items()
        if issubclass(kind, ClassifierMetric) and kind.of_codes == finds_codes
    ]
    if not (names and isinstance(module, Classifies) and dataset.test_split):
        return {}
    node = OmegaConf.merge(config.data, {"split": dataset.test_split, "limit": None})
    part = build(node, "data")
    part.prepare()
    images = part.load()
    if images.labels is None:
        return {}
    metrics = {
        name: build(config.evaluation.metrics[name], f"evaluation.metrics.{name}") for name in names
    }
    for metric in metrics.values():
        metric.attach(dataset.test_split, images, dataset.to_network)
    return metrics
