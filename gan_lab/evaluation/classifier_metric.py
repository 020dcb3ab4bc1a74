"""What every metric of a classifier is: it asks the model itself about real images.

Shape legend: N = images, K = classes that the model tells apart.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import torch
from torch import Tensor

from gan_lab.data.base import Images
from gan_lab.evaluation.metric import Better

TOGETHER = 500  # images that are looked at


class ClassifierMetric(ABC):
    """Compares what a model says of real images with their labels.

    Attributes:
        of_codes: whether it is for models that found their classes without labels, so that nobody
            knows which is which; else it is for those that were shown some.
    """

    of_codes: ClassVar[bool] = False

    def attach(self, split: str, images: Images, to_network: Callable[[Tensor], Tensor]) -> None:
        """Take the images that it asks about, before it is called.

        Args:
            split: of the data, that they are.
            images: as stored, with labels; nothing was trained on them.
            to_network: returns images as networks see them.
        """
        self.split, known = split, images.labels >= 0
        self.pixels, self.labels = images.pixels[known], images.labels[known].long()
        self.n_classes, self.to_network = len(images.class_names), to_network

    def logits(self, classify: Callable[[Tensor], Tensor]) -> Tensor:
        """Return what a model says of all images `(N, K)`, on the CPU."""
        parts = self.pixels.split(TOGETHER)
        return torch.cat([classify(self.to_network(part)).cpu() for part in parts])

    @abstractmethod
    def __call__(self, classify: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return numbers by their names in metrics.csv.

        Args:
            classify: from images in the value range to logits; see `training.abilities`.
        """

    @property
    @abstractmethod
    def better(self) -> Mapping[str, Better]:
        """Which way is better, for each number that has a better way."""

    @property
    def perfect(self) -> Mapping[str, float | str]:
        """What a perfect model gets, where that is known."""
        return {}

    @property
    def units(self) -> Mapping[str, str]:
        """The units of the numbers that have one."""
        return {}
