"""Images that a model was not trained on, in the shape and the colours of those that it was."""

from collections.abc import Sequence

import torch
from omegaconf import OmegaConf
from torch import Tensor

from gan_lab import seeding
from gan_lab.config.build import build
from gan_lab.config.composition import composition
from gan_lab.config.options import options_of
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError, did_you_mean

SHUFFLED, NOISE = "shuffled", "noise"


def other_images(name: str, dataset: ImageDataset, own_NCHW: Tensor, seed: int) -> Tensor:
    """Return pixels, uint8 `(N, C, H, W)`, as many as there are of its own, or all there are.

    Args:
        name: of a data set, of whose test images some are drawn; or `shuffled`, its own images with
            their pixels in another order, or `noise`, uniform, black or white where its own are.
        dataset: the model's.
        own_NCHW: test images of it.
        seed: of what is drawn.

    Raises:
        GanLabError: there is no such data set, or it has images of another shape.
    """
    random = seeding.generator("cpu", seed, "other data", name)
    if name == SHUFFLED:
        return shuffled(own_NCHW, random)
    if name == NOISE:
        noise = torch.randint(256, own_NCHW.shape, generator=random, dtype=torch.uint8)
        return noise if dataset.binarise == "none" else (noise >= 128).to(torch.uint8) * 255
    images = test_images(name, dataset)
    return images[torch.randperm(len(images), generator=random)[: len(own_NCHW)]]


def shuffled(pixels_NCHW: Tensor, random: torch.Generator) -> Tensor:
    """Return each image with its pixels in an order of its own, the same for all its channels."""
    orders = torch.rand(len(pixels_NCHW), 1, pixels_NCHW[0, 0].numel(), generator=random)
    flat_NCP = pixels_NCHW.flatten(2)
    return flat_NCP.gather(2, orders.argsort(dim=2).expand_as(flat_NCP)).view_as(pixels_NCHW)


def test_images(name: str, dataset: ImageDataset) -> Tensor:
    """Return all test images of another data set."""
    others: Sequence[str] = options_of("data")
    if name not in others:
        hint = did_you_mean(name, [*others, SHUFFLED, NOISE])
        raise ConfigError(f"others={name} is neither a data set nor shuffled or noise.{hint}")
    node = OmegaConf.create(OmegaConf.to_container(composition([f"data={name}"]).config.data))
    own = {"size": list(dataset.image_shape[1:]), "binarise": dataset.binarise}
    node.update({key: value for key, value in own.items() if key in node})
    if split := build(node, "data").test_split:
        node.split = split
    other = build(node, "data")
    if other.image_shape != dataset.image_shape:
        shapes = ["x".join(map(str, each.image_shape)) for each in (other, dataset)]
        raise ConfigError(
            f"others={name} has images of {shapes[0]}, and those of the model are {shapes[1]} "
            f"(channels, height, width): name data of this shape, shuffled or noise."
        )
    other.prepare()
    return other.like_generated(other.load()).pixels
