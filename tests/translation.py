"""The smallest algorithm that translates between two sets, as the package would have it."""

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import ClassVar

import pytest
import torch
from torch import nn

from gan_lab import seeding
from gan_lab.data.base import Batch
from gan_lab.training.algorithm import Algorithm

NETWORKS, TRAINING = "gan_lab.networks.translation", "gan_lab.training.translation"
WORDS = (
    f"algorithm._target_={TRAINING}.MeanTransfer", f"model.generator._target_={NETWORKS}.Shift",
    "model=mlp",
)  # fmt: skip


class Shift(nn.Module):
    """Images, all brighter or darker by one number."""

    __module__ = NETWORKS

    def __init__(self, image_shape, **others):
        super().__init__()
        self.image_shape = image_shape
        self.by = nn.Parameter(torch.zeros(1))

    def forward(self, images):
        return images + self.by


class MeanTransfer(Algorithm):
    """Let the mean of shifted images of a be that of two minibatches of b."""

    __module__ = TRAINING

    players: ClassVar = {"generator": ["generator"]}
    parts: ClassVar = {"generator": "generator"}

    def __init__(self, generator, recipe, loss, inputs, terms, **others):
        super().__init__({"generator": generator}, recipe, streams={"a": 1, "b": 2})

    def draws(self):
        return {}

    def iterate(self, batches, draws):
        (a,), (first, second) = batches["a"], batches["b"]
        wanted = torch.cat([first.images, second.images]).mean()
        with self.phase("generator"):
            self.descend("generator", {"mean": (self.generator(a.images).mean() - wanted) ** 2})
        self.update("generator")

    def images_at(self, n, *address, view=""):
        random = seeding.generator("cpu", *address)
        images = torch.rand(n, *self.generator.image_shape, generator=random).to(self.device)

        @torch.no_grad()
        def images_at(positions):
            return Batch(self.evaluated("generator")(images[positions.to(self.device)]))

        return images_at


@contextmanager
def in_the_package():
    """Let network and algorithm stand where those of the package are."""
    networks, training = ModuleType(NETWORKS), ModuleType(TRAINING)
    networks.Shift, training.MeanTransfer = Shift, MeanTransfer
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(sys.modules, NETWORKS, networks)
        monkeypatch.setitem(sys.modules, TRAINING, training)
        yield
