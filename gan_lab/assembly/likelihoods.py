"""The likelihood that a configuration chooses, if it is one of these data and these networks."""

import inspect

from omegaconf import DictConfig

from gan_lab.config.build import build, class_of
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError
from gan_lab.losses.likelihoods import Likelihood
from gan_lab.training.algorithm import Algorithm


def outputs_of(config: DictConfig) -> int:
    """Return how many numbers are to be said of each number of an image; 1 without a likelihood."""
    return class_of(config.likelihood, "likelihood").outputs if config.likelihood else 1


def build_likelihood(
    config: DictConfig, kind: type[Algorithm], dataset: ImageDataset
) -> Likelihood:
    """Return what is said of each number of an image, as a distribution.

    Raises:
        ConfigError: it is of levels, and the data have none, or no network says so much.
    """
    outputs = outputs_of(config)
    if outputs > 1:
        name = config.likelihood._target_.rpartition(".")[2].lower()
        if dataset.clipped_range is None:
            raise ConfigError(
                f"likelihood={name} is of {outputs} levels from black to white, and these data "
                f"are no images: choose likelihood=gaussian."
            )
        networks = [(f"model.{part}", config.model[part]) for part in kind.parts.values()]
        if not any(
            "outputs" in inspect.signature(class_of(node, key)).parameters for key, node in networks
        ):
            raise ConfigError(
                f"likelihood={name} wants {outputs} numbers said of each number of an image, and "
                f"model= says one: choose algorithm=autoregressive with model=pixelrnn or "
                f"pixelcnn, or likelihood=gaussian."
            )
    # Points have no black and no white: their numbers count as they are.
    range_ = dataset.clipped_range or (0.0, 1.0)
    return build(config.likelihood, "likelihood", value_range=range_)
