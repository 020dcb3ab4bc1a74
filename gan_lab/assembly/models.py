"""The algorithm that a configuration describes, with its networks and all that trains them."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from omegaconf import DictConfig

from gan_lab import seeding
from gan_lab.assembly.augmentations import build_augmentation
from gan_lab.assembly.labels import Known, told
from gan_lab.assembly.likelihoods import build_likelihood
from gan_lab.assembly.micro_batches import refuse_pieces_that_differ
from gan_lab.assembly.networks import build_network
from gan_lab.assembly.recipes import build_recipe
from gan_lab.assembly.refusals import (
    refuse_growth_that_ends_too_soon,
    refuse_labels_that_nobody_is_told,
    refuse_labels_that_nothing_learns,
    refuse_other_sources,
    refuse_to_compile,
    refuse_two_bounds,
    refuse_what_is_not_read,
)
from gan_lab.assembly.terms import build_terms
from gan_lab.config.build import build, class_of
from gan_lab.data.base import ImageDataset
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.latents.inputs import InputSource
from gan_lab.runs import exported_weights
from gan_lab.training.algorithm import Algorithm


def algorithm_of(config: DictConfig) -> type[Algorithm]:
    """Return the class of the algorithm that a configuration chooses.

    Raises:
        ConfigError: it is no algorithm.
    """
    return class_of(config.algorithm, "algorithm")


def build_algorithm(
    config: DictConfig, dataset: ImageDataset, labels: Known | None = None
) -> Algorithm:
    """Return an untrained model for the images of `dataset`; the same seed gives the same weights.

    An algorithm gets what the arguments of its constructor are named after: its networks, `loss`,
    `likelihood`, `inputs`, `terms`, `augmentation`, `labels`, `labelled`, `image_shape`, `binary`
    and `recipe`.

    Args:
        config: the whole configuration.
        dataset: need not be prepared.
        labels: or captions, that the model is told of, or learns; None: it has nothing to do with
            them.

    Raises:
        ConfigError: a value cannot work, or something is chosen that the algorithm does not read.
        CheckpointError: labels are learned, and a checkpoint has not kept them.
    """
    kind = algorithm_of(config)
    wanted = inspect.signature(kind).parameters
    refuse_what_is_not_read(config, wanted)
    if "labelled" not in wanted:
        refuse_labels_that_nothing_learns(config, dataset)
    refuse_labels_that_nobody_is_told(kind, dataset)
    if dataset.learns_labels and labels is None:
        raise CheckpointError(
            f"ckpt={config.ckpt} keeps no labels, and {kind.__name__} learned some. Use a "
            f"checkpoint that is as gan_lab wrote it."
        )
    if dataset.condition == "attributes" and "labels" not in wanted:
        raise ConfigError(
            f"data.condition=attributes is for algorithm=stargan, and {kind.__name__} is told of "
            f"labels alone: choose data.condition=none."
        )
    if dataset.condition == "text" and "inputs" not in wanted:
        raise ConfigError(
            f"data.condition=text is for algorithm=gan, and {kind.__name__} is told of labels "
            f"alone: choose data.condition=none."
        )
    arguments: dict[str, Any] = {"labels": domains(dataset, labels)} if "labels" in wanted else {}
    if "labelled" in wanted:
        arguments["labelled"] = None if dataset.labelled is None else labels
    prior = build(config.latent, "latent") if "inputs" in wanted else None
    seeding.seed_global(config.seed, "weights")
    for name, part in kind.parts.items():
        arguments[name] = build_network(config, part, dataset, prior, labels)
    arguments["recipe"] = build_recipe(config, kind.players)
    if "inputs" in wanted:
        arguments["inputs"] = InputSource(prior, told(dataset, labels))
    if "loss" in wanted:
        arguments["loss"] = build(config.loss, "loss")
    if "likelihood" in wanted:
        arguments["likelihood"] = build_likelihood(config, kind, dataset)
    if "binary" in wanted:
        arguments["binary"] = dataset.binarise != "none"
    if "terms" in wanted:
        known = {"loss": arguments.get("loss"), "condition": told(dataset, labels)}
        arguments["terms"] = build_terms(config, kind, prior, known)
    if "augmentation" in wanted:
        arguments["augmentation"] = build_augmentation(config, dataset)
    if "image_shape" in wanted:
        arguments["image_shape"] = dataset.image_shape
    module = build(config.algorithm, "algorithm", **arguments)
    refuse_other_sources(module, dataset)
    refuse_two_bounds(module)
    refuse_growth_that_ends_too_soon(config, module)
    refuse_pieces_that_differ(config, module)
    refuse_to_compile(config, module)
    try:
        module.configure_optimizers()
    except (ValueError, TypeError, IndexError, RuntimeError) as error:  # torch's own checks
        raise ConfigError(f"optimizer: {error}.") from error
    # Convolutions are faster in this memory layout, on CPUs and on GPUs.
    module.to(memory_format=torch.channels_last)
    if config.performance.compile:
        for name in kind.parts:
            # In place, so that the names of the weights stay the same.
            getattr(module, name).compile()
    return module


def domains(dataset: ImageDataset, labels: Labels | None) -> Labels:
    """Return the labels for an algorithm that cannot do without.

    Raises:
        ConfigError: its data have none, or a single one.
    """
    known = told(dataset, labels)
    if known is None:
        raise ConfigError(
            f"data.condition={dataset.condition} tells the model of no domains, between which it "
            f"is to translate: choose data.condition=labels."
        )
    if known.exclusive and len(known.class_names) < 2:
        raise ConfigError(
            f"These data have one class only, {known.class_names[0]}, and there is nothing to "
            f"translate it to: choose data of several."
        )
    return known


def load_weights(module: Algorithm, checkpoint: Mapping[str, Any], ckpt: str) -> None:
    """Put the checkpoint's weights into `module`.

    Raises:
        CheckpointError: it is a checkpoint of other networks.
    """
    try:
        if "holds" in checkpoint:
            exported_weights.fill(module, checkpoint["state_dict"], checkpoint["holds"])
        else:
            module.load_state_dict(checkpoint["state_dict"])
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise CheckpointError(
            f"ckpt={ckpt} holds other networks than the configuration describes: leave out what "
            f"says otherwise, such as model=, or begin a new run. ({reason[:200]})"
        ) from error
