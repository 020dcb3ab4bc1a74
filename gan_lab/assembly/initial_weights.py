"""What a new run's generator takes over from the training images or from another run.

A run that goes on has these weights from its checkpoint.
"""

import os
from pathlib import Path

import torch
from omegaconf import DictConfig
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.assembly.forms import require_images
from gan_lab.data.base import ImageDataset, Images
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.networks.labels import LabelledLatents
from gan_lab.networks.text_encoder import ToldOfText
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.training.algorithm import Algorithm

BLOCK = 4096
PART = "generator"  # of a model


def start(module: Algorithm, config: DictConfig, dataset: ImageDataset, images: Images) -> None:
    """Give generators the weights that `config.model` asks for, besides their own random ones.

    Args:
        module: of a new run, changed in place.
        config: the whole configuration; models without these keys take nothing over.
        dataset: to train on.
        images: of it.

    Raises:
        ConfigError: the model asks for what these images or this network do not have.
        CheckpointError: the other run's checkpoint cannot be read, or does not fit.
    """
    generators = [name for name, part in module.parts.items() if part == PART]
    if config.model.get("marginal_bias"):
        require_images(dataset, "model.marginal_bias=true", "Leave it out.")
        for name in generators:
            network = getattr(module, name)
            inside(network).start_at_marginals(marginals(images))
    if n := config.model.get("start_at_images"):
        shown = dataset.to_network(images.pixels[:n])
        seeding.seed_global(config.seed, "start at images")
        for name, part in module.parts.items():
            if part == "discriminator":
                require_start_at_images(getattr(module, name), n)
                getattr(module, name).start_at_images(shown)
    if config.model.get("pretrained"):
        for name in generators:
            if isinstance(getattr(module, name), LabelledLatents | ToldOfText):
                raise ConfigError(
                    f"model.pretrained={config.model.pretrained} is for a generator that is not "
                    f"told of labels: leave it out, or choose data.condition=none."
                )
            end_with_pretrained(module, name, config.model.pretrained)


def inside(network: nn.Module) -> nn.Module:
    """Return the generator itself, without what tells it of labels or texts."""
    if isinstance(network, ToldOfText):
        network = network.network
    return network.generator if isinstance(network, LabelledLatents) else network


def require_start_at_images(network: nn.Module, n: int) -> None:
    """Refuse a start at images of a network that does not see images as they are.

    Raises:
        ConfigError: labels or packs are put around it.
    """
    if not hasattr(network, "start_at_images"):
        raise ConfigError(
            f"model.start_at_images={n} is for a discriminator of single images that is not told "
            f"of labels: type model.start_at_images=0, data.condition=none or model.pack=1."
        )


def marginals(images: Images) -> Tensor:
    """Return the mean of each pixel over the images, from 0 to 1, float64 `(C, H, W)`."""
    total = sum(block.sum(0, dtype=torch.long) for block in images.pixels.split(BLOCK))
    return total.double() / (255 * len(images))


def end_with_pretrained(module: Algorithm, name: str, ckpt: str) -> None:
    """Let the network `name` of the checkpoint `ckpt` be the last layers of that of `module`.

    Raises:
        CheckpointError: it is not there, or of another size.
    """
    if not os.path.exists(ckpt):  # noqa: PTH110 - does not fail, whatever the name
        raise CheckpointError(
            f"model.pretrained={ckpt} does not exist. Train that generator first, or name another "
            f"checkpoint of its run."
        )
    state = read_checkpoint(Path(ckpt))["state_dict"]
    trained = {
        key.removeprefix(f"{name}."): tensor
        for key, tensor in state.items()
        if key.startswith(f"{name}.")
    }
    try:
        getattr(module, name).end_with(trained)
    except RuntimeError as error:
        raise CheckpointError(
            f"model.pretrained={ckpt} does not fit: its model.generator.hidden must be the end of "
            f"the one here, and its images of the same size."
        ) from error
