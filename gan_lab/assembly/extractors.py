"""The feature extractors that `evaluation.extractors` names."""

import importlib
import re
from collections.abc import Sequence

import torch
from torch import nn

from gan_lab.assembly.classifiers import NO_LABELS, Choice, classifier_for
from gan_lab.assembly.forms import of_images, require_scores, treatment
from gan_lab.config.plain import words_typed
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.evaluation.classifier import restrict, shipped
from gan_lab.evaluation.custom_extractor import ModuleExtractor
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.inception import Inception
from gan_lab.evaluation.inception_weights import RELEASE_FILE, have_weights
from gan_lab.evaluation.pixels import Pixels
from gan_lab.evaluation.stacked import Stacked

SHIPPED = ("mnist_cnn", "fashion_mnist_cnn", "cifar10_cnn")
NAMES = ("auto", "classifier", *SHIPPED, "inception", "pixels")


def choose_extractors(
    names: str | Sequence[str], dataset: ImageDataset, device: torch.device
) -> list[Extractor]:
    """Return the extractors; the first one's metrics get the bare names.

    Args:
        names: one or several, as in conf/evaluation/auto.yaml.
        dataset: whose images they will see.
        device: of the evaluation; `auto` adds Inception on a GPU if its weights are in the cache.

    Raises:
        ConfigError: a name that is not known, or that does not go with the data.
    """
    require_scores(dataset)
    form = treatment(dataset)
    if form.extractor:
        return [form.extractor(dataset)]
    chosen: dict[str, Extractor] = {}
    for name in [names] if isinstance(names, str) else names:
        for extractor in _automatic(dataset, device) if name == "auto" else [_named(name, dataset)]:
            chosen.setdefault(extractor.name, extractor)
    if not chosen:
        raise ConfigError(
            "evaluation.extractors=[] leaves nothing to measure with; use [auto], or "
            "evaluation=none for no evaluation."
        )
    return list(chosen.values())


def why_not_more(
    names: str | Sequence[str],
    dataset: ImageDataset,
    extractors: Sequence[Extractor],
    *,
    wants_modes: bool = True,
) -> str:
    """Return what a person may miss among the extractors chosen, and how to get it; or nothing.

    Args:
        names: as for `choose_extractors`.
        dataset: as there.
        extractors: which were chosen.
        wants_modes: whether modes are among the metrics.
    """
    reasons = []
    if wants_modes and not any(len(extractor.class_names) > 1 for extractor in extractors):
        reasons.append(
            f"Modes are not counted, because {_why_no_modes(names, dataset, extractors)}."
        )
    chosen = {extractor.name: extractor for extractor in extractors}
    if "inception" in chosen and chosen["inception"].classifier is None:
        reasons.append(f"The Inception Score needs {RELEASE_FILE}; see docs/metrics.md.")
    if "auto" in names and "inception" not in chosen and of_images(dataset):
        reasons.append(
            "FID is for GPUs; evaluation.extractors=[auto,inception] adds it here."
            if have_weights()
            else "FID needs its network: task=fetch what=inception."
        )
    return " ".join(reasons)


def classifier_of(dataset: ImageDataset) -> Choice:
    """Return the classifier of a prepared data set, or why there is none."""
    if dataset.channel_classifier:
        names = dataset.load().class_names if dataset.classes else None
        return Choice(Stacked(shipped(dataset.channel_classifier), names))
    return classifier_for(dataset)


def _why_no_modes(
    names: str | Sequence[str], dataset: ImageDataset, extractors: Sequence[Extractor]
) -> str:
    """Return the reason, without trying to train a classifier that was not asked for."""
    asked = [names] if isinstance(names, str) else list(names)
    one_class = [name for extractor in extractors for name in extractor.class_names]
    if one_class:
        return f"there is one class only, '{one_class[0]}'"
    if "auto" in asked or "classifier" in asked:
        return classifier_of(dataset).why_not
    if not dataset.load().class_names:
        return NO_LABELS
    words = ", ".join(asked)
    return (
        f"evaluation.extractors={words} tells no classes apart; "
        f"evaluation.extractors=[classifier,{words}] does"
    )


def _automatic(dataset: ImageDataset, device: torch.device) -> list[Extractor]:
    classifier = classifier_of(dataset).classifier
    with_inception = device.type == "cuda" and have_weights() and of_images(dataset)
    extractors = [*([classifier] if classifier else []), *([Inception()] if with_inception else [])]
    return extractors or [Pixels()]


def _named(name: str, dataset: ImageDataset) -> Extractor:
    if ":" in name:
        return _own(name)
    if name == "inception":
        return Inception()
    if name == "pixels":
        return Pixels()
    if name in SHIPPED:
        return _shipped(name, dataset)
    if name != "classifier":
        raise ConfigError(
            f"evaluation.extractors has '{name}', which is not known.{did_you_mean(name, NAMES)}"
        )
    classifier, why_not = classifier_of(dataset)
    if classifier is None:
        raise ConfigError(
            f"evaluation.extractors has 'classifier', but {why_not}. Use pixels or inception."
        )
    return classifier


def _shipped(name: str, dataset: ImageDataset) -> Extractor:
    """Return a classifier of gan_lab's own, for the classes that it shares with the data."""
    classifier = shipped(name)
    shared = [name for name in dataset.load().class_names if name in classifier.class_names]
    return restrict(classifier, shared) if shared else classifier


def _own(name: str) -> Extractor:
    """Return a network of the user's own, named as `package.module:Class`."""
    # A checkpoint brings its configuration along, and must not choose code that runs here.
    typed = [word for word in words_typed() if "extractors" in word]
    if not any(name in re.split(r"[^\w.:]+", word) for word in typed):
        raise ConfigError(
            f"evaluation.extractors has '{name}', which would run code named by the checkpoint. "
            f"Type evaluation.extractors=[{name}] if you trust it."
        )
    module_name, _, attribute = name.partition(":")
    try:
        made = getattr(importlib.import_module(module_name), attribute)()
    except (ImportError, AttributeError, TypeError) as error:
        raise ConfigError(
            f"evaluation.extractors has '{name}', which cannot be made ({error}). It must name a "
            f"class in an importable module that can be called without arguments."
        ) from error
    if not isinstance(made, nn.Module):
        raise ConfigError(f"evaluation.extractors: {name} is not a torch.nn.Module.")
    return ModuleExtractor(attribute, made)
