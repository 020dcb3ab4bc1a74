"""The metrics that ask a model itself: for classes, translations, likelihoods, codes or domains."""

import torch
from omegaconf import DictConfig, OmegaConf
from torch import Tensor

from gan_lab.assembly.captions import illustrations
from gan_lab.assembly.contents import reader_of, shown_by
from gan_lab.assembly.extractors import classifier_of
from gan_lab.assembly.forms import of_images, of_music
from gan_lab.config.build import build, class_of
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.domain_adaptation import DomainAdaptation
from gan_lab.data.select import of_classes
from gan_lab.evaluation.adaptation import Domains
from gan_lab.evaluation.directions import Direction, Directions
from gan_lab.evaluation.held_out import HeldOut
from gan_lab.evaluation.model_metric import Ability, ModelMetric
from gan_lab.training.abilities import (
    AdaptsDomains,
    Assembles,
    Classifies,
    HasDensity,
    Reconstructs,
    Translates,
)
from gan_lab.training.algorithm import Algorithm


def build_model_metrics(
    config: DictConfig, dataset: ImageDataset, module: Algorithm | None
) -> dict[str, ModelMetric]:
    """Return those that make sense, by the names of their options, ready to be called.

    Args:
        config: the whole configuration.
        dataset: that the model was trained on.
        module: the model; None: images are scored without one.
    """
    found: dict[str, ModelMetric] = {}
    if isinstance(module, Classifies):
        found |= of_classifiers(config, dataset)
    if isinstance(module, Translates):
        found |= of_translators(config, dataset, module)
    if isinstance(module, HasDensity):
        found |= of_densities(config, dataset, module)
    if isinstance(module, Reconstructs):
        found |= of_autoencoders(config, dataset, module)
    if isinstance(module, AdaptsDomains):
        found |= of_adaptations(config, dataset)
    if module is not None and dataset.condition == "text":
        found |= of_illustrators(config, dataset)
    if isinstance(module, Assembles):
        found |= of_puzzles(config, dataset)
    return found


def of_illustrators(config: DictConfig, dataset: ImageDataset) -> dict[str, ModelMetric]:
    """Return the metrics of a model that is told of captions; without test images none."""
    metrics = that_ask(config, "sample")
    images = test_images(config, dataset) if metrics else None
    if images is None or images.captions is None:
        return {}
    known = illustrations(config, dataset, images)
    for metric in metrics.values():
        metric.attach(known)
    return metrics


def of_classifiers(config: DictConfig, dataset: ImageDataset) -> dict[str, ModelMetric]:
    """Return the metrics of a model that tells classes apart.

    They ask about the test split: without one, or without labels, there are none.
    """
    finds_codes = dataset.condition == "none" and dataset.labelled is None
    metrics = {
        name: metric
        for name, metric in that_ask(config, "classify").items()
        if metric.of_codes == finds_codes
    }
    images = test_images(config, dataset) if metrics else None
    if images is None or images.labels is None:
        return {}
    for metric in metrics.values():
        metric.attach(HeldOut.labelled(dataset.test_split, images, dataset.to_network))
    return metrics


def of_densities(
    config: DictConfig, dataset: ImageDataset, module: HasDensity
) -> dict[str, ModelMetric]:
    """Return the metrics of a model that says how likely images are; without test images none."""
    metrics = that_ask(config, "log_prob")
    images = test_images(config, dataset) if metrics else None
    if images is None:
        return {}
    for metric in metrics.values():
        metric.attach(HeldOut(dataset.test_split, images, dataset.to_network))
        metric.density = module.density
    return metrics


def of_autoencoders(
    config: DictConfig, dataset: ImageDataset, module: Reconstructs
) -> dict[str, ModelMetric]:
    """Return the metrics of a model with codes of images; of points, or without test ones, none."""
    metrics = that_ask(config, "reconstruct")
    images = test_images(config, dataset) if metrics and of_images(dataset) else None
    if images is None:
        return {}
    for metric in metrics.values():
        metric.attach(HeldOut(dataset.test_split, images, dataset.to_network))
        metric.attach_training(dataset.like_generated(dataset.load()), module.prior.dim)
    return metrics


def of_adaptations(config: DictConfig, dataset: DomainAdaptation) -> dict[str, ModelMetric]:
    """Return the metrics of a model of two domains; without images held out there are none."""
    metrics = that_ask(config, "examine")
    parts = dataset.held_out() if metrics else {}
    if "source" not in parts:
        return {}
    held = {
        name: HeldOut(part.split, part.load(), dataset.to_network) for name, part in parts.items()
    }
    for metric in metrics.values():
        metric.attach(Domains(held["source"], held.get("target")))
    return metrics


def of_puzzles(config: DictConfig, dataset: ImageDataset) -> dict[str, ModelMetric]:
    """Return the metrics of a model that assembles patches; without test images there are none."""
    metrics = that_ask(config, "reassemble")
    images = test_images(config, dataset) if metrics else None
    if images is None:
        return {}
    classifier = None
    if any(metric.needs_classifier for metric in metrics.values()):
        classifier = classifier_of(dataset).classifier
    if classifier is None:
        metrics = {name: each for name, each in metrics.items() if not each.needs_classifier}
    for metric in metrics.values():
        metric.attach(HeldOut(dataset.test_split, images, dataset.to_network))
        metric.classifier, metric.to_pixels = classifier, dataset.to_pixels
        metric.value_range = dataset.value_range
    return metrics


def test_images(config: DictConfig, dataset: ImageDataset) -> Images | None:
    """Return the images of the part of the data that nothing is trained on; None: there is none."""
    if not dataset.test_split:
        return None
    node = OmegaConf.merge(config.data, {"split": dataset.test_split, "limit": None})
    part = build(node, "data")
    part.prepare()
    return part.like_generated(part.load())


def of_translators(
    config: DictConfig, dataset: ImageDataset, module: Translates
) -> dict[str, ModelMetric]:
    """Return the metrics of a model that translates its `originals`."""
    is_music = of_music(dataset)
    metrics = {
        name: metric
        for name, metric in that_ask(config, "translate").items()
        if is_music or not metric.of_music
    }
    classifier = None
    if any(metric.needs_classifier for metric in metrics.values()):
        classifier = classifier_of(dataset).classifier
    if classifier is None:
        metrics = {name: each for name, each in metrics.items() if not each.needs_classifier}
    if not metrics:
        return {}
    directions = {}
    for view, (source, target) in module.directions.items():
        originals = module.originals[source]
        n = config.evaluation.n_fake or dataset.evaluation_samples
        originals = originals.part(originals.choose(n, config.evaluation.seed, "model metrics"))
        images, targets = originals.images, module.originals[target].images
        paired = pairs(images, targets)
        read = reader_of(dataset, target)
        directions[view] = Direction(
            source=source,
            images=originals.to_network(images.pixels),
            back=module.ways_back(view, images),
            pairs=paired,
            targets=originals.to_network(targets.pixels if len(paired) else targets.pixels[:0]),
            known_targets=seen_in_training(dataset, target) if len(paired) else None,
            contents=read and shown_by(dataset, source, images),
            read=read,
        )
    low, high = dataset.value_range
    known = Directions(
        originals.split,
        directions,
        extent=high - low,
        to_pixels=dataset.to_pixels,
        to_network=dataset.to_network,
        classifier=classifier,
    )
    for metric in metrics.values():
        metric.attach(known)
    return metrics


def that_ask(config: DictConfig, what: Ability) -> dict[str, ModelMetric]:
    """Return the metrics that ask for an ability, by the names of their options."""
    return {
        name: build(node, key)
        for name, node in config.evaluation.metrics.items()
        if issubclass(kind := class_of(node, key := f"evaluation.metrics.{name}"), ModelMetric)
        and kind.asks == what
    }


def seen_in_training(dataset: ImageDataset, name: str) -> Tensor:
    """Return the images of a set, a source or a class, that a model trains on, as it sees them."""
    source = dataset.sources.get(name, dataset)
    images = source.load()
    if name not in dataset.sources:
        images = of_classes(images, [images.class_names.index(name)])
    return source.to_network(images.pixels)


def pairs(one: Images, other: Images) -> Tensor:
    """Return which images of two sets show the same, as places in both, int64 `(P, 2)`."""
    if one.subjects is None or other.subjects is None:
        return torch.empty(0, 2, dtype=torch.int64)
    return (one.subjects[:, None] == other.subjects).nonzero()
