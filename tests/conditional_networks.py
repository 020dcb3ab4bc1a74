"""The smallest networks that are told of labels, as a package of networks would have them."""

import sys
from contextlib import contextmanager
from types import ModuleType

import pytest
import torch
from torch import nn

HOME = "gan_lab.networks.conditional"
WORDS = (
    "model=mlp", "model.generator.hidden=[4]", "model.generator.activations=[relu]",
    "model.discriminator.hidden=[4]", f"model.generator._target_={HOME}.Generator",
    f"model.discriminator._target_={HOME}.Discriminator",
)  # fmt: skip


class Generator(nn.Module):
    """Images of one gray level, which says their label."""

    __module__ = HOME

    def __init__(self, latent_dim, image_shape, n_classes, **others):
        super().__init__()
        self.image_shape = image_shape
        self.levels = nn.Embedding(n_classes, 1)
        self.spread = nn.Linear(latent_dim, 1)
        if n_classes:
            self.levels.weight.data = torch.linspace(-1, 1, n_classes)[:, None]

    def forward(self, latents, labels):
        levels = self.levels(labels) + 1e-4 * self.spread(latents)
        return levels[:, :, None, None].expand(-1, *self.image_shape)


class Discriminator(nn.Module):
    """A logit for each image, or pack of them, and its labels."""

    __module__ = HOME

    def __init__(self, image_shape, n_classes, **others):
        super().__init__()
        self.labels = nn.Embedding(n_classes + 1, 1)  # the last one is of images without a label
        self.image = nn.Linear(image_shape[0] * image_shape[1] * image_shape[2], 1)

    def forward(self, images, labels):
        known = self.labels(labels % self.labels.num_embeddings)
        return self.image(images.flatten(1)).flatten() + known.view(len(images), -1).mean(1)


@contextmanager
def in_the_package():
    """Let these networks stand where those of the package are."""
    module = ModuleType(HOME)
    module.Generator, module.Discriminator = Generator, Discriminator
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(sys.modules, HOME, module)
        yield
