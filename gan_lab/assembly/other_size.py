"""Translators at another size than that of their training: convolutions take any, or nearly so."""

import re
from collections.abc import Sequence

import torch
from omegaconf import DictConfig, OmegaConf

from gan_lab.assembly.networks import build_network
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.config.build import build
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError, memory_in_words

Size = int | Sequence[int]


def at_size(trained: TrainedModel, size: Size | None) -> tuple[DictConfig, ImageDataset]:
    """Return the configuration and the data set, not prepared, of images of another size.

    Args:
        trained: a model that translates.
        size: height and width; None: as in training.

    Raises:
        ConfigError: its networks cannot take images of this size.
    """
    if size is None:
        return trained.config, trained.dataset
    config = OmegaConf.merge(trained.config, {"data": {"size": size}})
    shown = f"size={OmegaConf.to_container(OmegaConf.create([size]))[0]}"
    try:
        dataset = build(config.data, "data")
        for view in trained.module.directions:
            part = trained.module.parts[trained.module.translator(view)]
            # For its own words about sizes; it is not used.
            build_network(config, part, dataset, prior=None, labels=trained.labels)
    except ConfigError as error:
        said = re.sub(r"\bdata(\.\w+)?\.size\b", "size", str(error))
        raise ConfigError(said if shown in said else f"{shown}: {said}") from error
    for view in trained.module.directions:
        _try(trained, view, dataset, shown)
    return config, dataset


def _try(trained: TrainedModel, view: str, dataset: ImageDataset, shown: str) -> None:
    """Translate a blank image, which finds out what a network does not say beforehand."""
    blank = torch.zeros(1, *dataset.image_shape)
    try:
        with memory_in_words():
            made = trained.module.translate(blank, view)
        reason = "" if made.shape == blank.shape else "it makes others"
    except (ValueError, RuntimeError) as error:  # torch's own checks
        reason = str(error).splitlines()[0].rstrip(".")
    if reason:
        _, height, width = trained.dataset.image_shape
        name = trained.module.translator(view)
        raise ConfigError(
            f"{shown} is no size that the network {name} of ckpt={trained.config.ckpt} can take "
            f"({reason}). Leave size= out for {height}x{width}, as in its training."
        )
