"""The algorithm that a configuration describes, with its networks and all that trains them."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from omegaconf import DictConfig

from gan_lab import seeding
from gan_lab.assembly.augmentations import build_augmentation
from gan_lab.assembly.labels import told
from gan_lab.assembly.networks import build_network, packed
from gan_lab.assembly.recipes import build_recipe
from gan_lab.assembly.terms import build_terms, chosen_terms
from gan_lab.config.build import build, class_of
from gan_lab.data.base import ImageDataset
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.latents.conditions import Labels
from gan_lab.latents.inputs import InputSource
from gan_lab.networks.spectral import is_normalised_spectrally
from gan_lab.training.algorithm import Algorithm


def algorithm_of(config: DictConfig) -> type[Algorithm]:
    """Return the class of the algorithm that a configuration chooses.

    Raises:
        ConfigError: it is no algorithm.
    """
    return class_of(config.algorithm, "algorithm")


def build_algorithm(
    config: DictConfig, dataset: ImageDataset, labels: Labels | None = None
) -> Algorithm:
    """Return an untrained model for the images of `dataset`; the same seed gives the same weights.

    An algorithm gets what the arguments of its constructor are named after: its networks, `loss`,
    `likelihood`, `inputs`, `terms`, `augmentation`, `labels`, `image_shape`, `binary` and `recipe`.

    Args:
        config: the whole configuration.
        dataset: need not be prepared.
        labels: that the model is told of, or learns; None: it has nothing to do with them.

    Raises:
        ConfigError: a value cannot work, or something is chosen that the algorithm does not read.
    """
    kind = algorithm_of(config)
    wanted = inspect.signature(kind).parameters
    refuse_what_is_not_read(config, wanted)
    refuse_labels_that_nothing_learns(config, dataset)
    if dataset.condition == "attributes" and "labels" not in wanted:
        raise ConfigError(
            f"data.condition=attributes is for algorithm=stargan, and {kind.__name__} is told of "
            f"labels alone: choose data.condition=none."
        )
    arguments: dict[str, Any] = {"labels": domains(dataset, labels)} if "labels" in wanted else {}
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
        # Points have no black and no white: their numbers count as they are.
        range_ = dataset.clipped_range or (0.0, 1.0)
        arguments["likelihood"] = build(config.likelihood, "likelihood", value_range=range_)
    if "binary" in wanted:
        arguments["binary"] = dataset.binarise != "none"
    if "terms" in wanted:
        arguments["terms"] = build_terms(config, kind, prior)
    if "augmentation" in wanted:
        arguments["augmentation"] = build_augmentation(config, dataset)
    if "image_shape" in wanted:
        arguments["image_shape"] = dataset.image_shape
    module = build(config.algorithm, "algorithm", **arguments)
    refuse_other_sources(module, dataset)
    refuse_two_bounds(module)
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


def refuse_what_is_not_read(config: DictConfig, wanted: Mapping[str, Any]) -> None:
    """Refuse a loss, latents and the like that the algorithm's constructor does not take.

    Raises:
        ConfigError: names the group.
    """
    arguments = {
        "loss": "loss", "likelihood": "likelihood", "latent": "inputs", "terms": "terms",
        "augment": "augmentation",
    }  # fmt: skip
    for group, argument in arguments.items():
        if config[group] and argument not in wanted:
            algorithm = config.algorithm._target_.rpartition(".")[2]
            raise ConfigError(
                f"{group}= is not read by the algorithm {algorithm}: leave it out, or choose "
                f"{group}=null in the algorithm's file."
            )


def refuse_labels_that_nothing_learns(config: DictConfig, dataset: ImageDataset) -> None:
    """Refuse labelled images without a term that learns from them, and the other way round.

    Raises:
        ConfigError: names the one that is missing.
    """
    learns = "supervised" in chosen_terms(config)
    if learns and dataset.labelled is None:
        raise ConfigError(
            "terms=[supervised] learns from labelled images, and there are none: add "
            "data.labelled=10, or another number of images per class."
        )
    if dataset.labelled is not None and not learns:
        raise ConfigError(
            f"data.labelled={dataset.labelled} is for terms=[supervised], which learns from these "
            f"images: add it, or leave data.labelled out."
        )
    if learns and packed(config) > 1:
        raise ConfigError(
            f"terms=[supervised] is of one image, and model.pack={config.model.pack} images are "
            f"judged together: choose model.pack=1."
        )


def refuse_other_sources(module: Algorithm, dataset: ImageDataset) -> None:
    """Refuse data of other sources than the algorithm draws its minibatches from.

    Raises:
        ConfigError: names both.
    """
    wanted, there = (" and ".join(names) for names in (module.streams, dataset.streams))
    if set(module.streams) != set(dataset.streams):
        raise ConfigError(
            f"{type(module).__name__} draws minibatches of the source {wanted}, and "
            f"{type(dataset).__name__} has {there}: choose another data=, or another algorithm=."
        )


def refuse_two_bounds(module: Algorithm) -> None:
    """Refuse a bound on weights that spectral normalisation divides by their norm in any case.

    Raises:
        ConfigError: names the bound and the network.
    """
    for player, settings in module.recipe.players.items():
        for name, network in module.networks_of(player).items():
            if settings.max_column_norm is not None and is_normalised_spectrally(network):
                raise ConfigError(
                    f"optimizer.max_column_norm={settings.max_column_norm} has no effect on the "
                    f"weights of a {name} with spectral normalisation, which are divided by their "
                    f"norm: leave it out, or choose another model.{name}.norm."
                )


def load_weights(module: Algorithm, checkpoint: Mapping[str, Any], ckpt: str) -> None:
    """Put the checkpoint's weights into `module`.

    Raises:
        CheckpointError: it is a checkpoint of other networks.
    """
    try:
        module.load_state_dict(checkpoint["state_dict"])
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise CheckpointError(
            f"ckpt={ckpt} holds other networks than the configuration describes: {reason[:200]}"
        ) from error
