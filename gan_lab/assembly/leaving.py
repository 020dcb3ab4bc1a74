"""What leaves gan_lab of a trained model: one network, what goes into it, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import torch
from omegaconf import DictConfig
from torch import Tensor, nn

from gan_lab import seeding
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.latents.captions import Captions
from gan_lab.training.abilities import HasLatents, Translates

CHECKED = 64  # inputs
ADDRESS = "task=export"


@final
class Float32(nn.Module):
    """A network whose outcome is float32.

    Args:
        network: of any number of inputs.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, first: Tensor, second: Tensor | None = None) -> Tensor:
        """Return images `(N, C, H, W)` in the value range."""
        return (self.network(first) if second is None else self.network(first, second)).float()


@dataclass(frozen=True)
class Leaving:
    """A network with its inputs.

    Attributes:
        network: in evaluation mode, on the CPU.
        inputs: `CHECKED` of each, by name, in order.
        meanings: of each input, for people.
    """

    network: nn.Module
    inputs: Mapping[str, Tensor]
    meanings: Mapping[str, str]

    @torch.no_grad()
    def images(self) -> Tensor:
        """Return what the network makes of the inputs, float32 `(CHECKED, C, H, W)`."""
        return self.network(*self.inputs.values())


def leaving(trained: TrainedModel, config: DictConfig) -> Leaving:
    """Return the generator, or the translator to a set, with inputs to compare outcomes at.

    Args:
        trained: the model, moved to the CPU.
        config: of the command; `to` is the set, or None where one network makes all images.

    Raises:
        ConfigError: the model makes images in another way, or has no such set.
    """
    module: Any = trained.module.cpu().eval()
    to = config.to
    if isinstance(module, Translates):
        network, inputs, meanings = _translator(trained, module, to)
    elif to is not None:
        raise ConfigError(f"to={to} is for models that translate: leave it out.")
    elif isinstance(module, HasLatents):
        drawn = module.inputs.draw(CHECKED, "cpu", 0, ADDRESS)
        network, inputs = module.evaluated_generator, {"latents": drawn.latents}
        meanings = {"latents": _latents_in_words(trained)}
        if isinstance(trained.labels, Captions):
            inputs["tokens"] = drawn.condition
            meanings["tokens"] = (
                "the words of a sentence: k is the k-th of `words` in card.json, 0 none"
            )
        elif drawn.condition is not None:
            inputs["labels"] = drawn.condition
            meanings["labels"] = _labels_in_words(trained)
    else:
        raise ConfigError(
            f"format={config.format} is for networks that make an image in one go, and "
            f"{type(module).__name__}, the algorithm of ckpt={config.ckpt}, has none: "
            f"choose format=safetensors."
        )
    return Leaving(Float32(network).eval(), inputs, meanings)


def _translator(
    trained: TrainedModel, module: Any, to: Any
) -> tuple[nn.Module, dict[str, Tensor], dict[str, str]]:
    """Return the network that translates, with images and what it is told."""
    views = {target: view for view, (_, target) in module.directions.items()}
    if module.takes_any:
        if to is not None:
            raise ConfigError(f"to={to}: one network translates to all domains, so leave it out.")
        target = next(iter(views))
    elif to is None or str(to) not in views:
        raise ConfigError(
            f"to={to} is no set that this model translates to."
            f"{did_you_mean('' if to is None else str(to), views)}"
        )
    else:
        target = str(to)
    low, high = trained.dataset.value_range
    random = seeding.generator("cpu", 0, ADDRESS)
    images = torch.rand(CHECKED, *trained.dataset.image_shape, generator=random)
    inputs = {"originals": images * (high - low) + low}
    meanings = {"originals": f"the images to translate, {low:g} for black, {high:g} for white"}
    if module.takes_any:
        if module.labels.exclusive:
            numbers = torch.arange(CHECKED) % len(module.domains)
            inputs["labels"], meanings["labels"] = numbers, _labels_in_words(trained)
        else:
            shape = (CHECKED, len(module.domains))
            inputs["attributes"] = torch.rand(shape, generator=random).round()
            meanings["attributes"] = f"1 or 0 for each of {', '.join(module.domains)}"
    return module.evaluated(module.translator(views[target])), inputs, meanings


def _latents_in_words(trained: TrainedModel) -> str:
    prior = trained.module.prior
    return f"drawn from the prior {type(prior).__name__} of {prior.dim} dimensions"


def _labels_in_words(trained: TrainedModel) -> str:
    names = enumerate(trained.labels.class_names)
    return f"the class of each image: {', '.join(f'{number} {name}' for number, name in names)}"
