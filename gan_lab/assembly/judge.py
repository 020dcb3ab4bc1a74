"""What a classifier says of generated images, and latents of the classes that it sees.

Shape legend: N = images, Z = latent dimension.
"""

from typing import NamedTuple, final

import torch
from torch import Tensor

from gan_lab.assembly.extractors import classifier_of
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.data.select import class_index
from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor
from gan_lab.figures.lettering import named
from gan_lab.latents.inputs import Inputs

BATCH = 500
MOST_DRAWS = 50_000  # latents to look through for those of one class


class Verdict(NamedTuple):
    """Of each image the likeliest class and its probability, both `(N,)`, on the CPU."""

    classes: Tensor
    confidence: Tensor


@final
class Judge:
    """The classifier of a GAN's data set, which looks at what the GAN makes.

    Args:
        trained: the GAN.
        classifier: of its data set.
    """

    def __init__(self, trained: TrainedModel, classifier: Extractor) -> None:
        self.module = trained.module
        self.to_pixels = trained.dataset.to_pixels
        self.device = trained.module.device
        self.classifier = classifier.freeze().to(self.device)
        self.class_names = classifier.class_names
        self.captions = named(classifier.class_names)  # what pictures call the classes

    def verdict(self, latents_NZ: Tensor, condition: Tensor | None = None) -> Verdict:
        """Return what the images of these latents, and of a condition each, look like."""
        inputs = Inputs(latents_NZ, condition)
        positions = torch.arange(len(latents_NZ))
        parts = [self._verdict(inputs.at(part)) for part in positions.split(BATCH)]
        return Verdict(*(torch.cat(column) for column in zip(*parts, strict=True)))

    @torch.no_grad()
    def _verdict(self, inputs: Inputs) -> Verdict:
        pixels = self.to_pixels(self.module.generate(*inputs))
        logits = self.classifier(pixels.to(self.device)).logits
        confidence, classes = logits.double().softmax(dim=1).max(dim=1)
        return Verdict(classes.cpu(), confidence.cpu())

    def index(self, name: str | int, key: str) -> int:
        """Return the class that the user calls by its name or its index.

        Raises:
            ConfigError: naming `key`; there is no such class.
        """
        return class_index(key, name, self.class_names)

    def latents_of(self, wanted: int, n: int, confidence: float, *address: int | str) -> Tensor:
        """Return `n` random latents `(N, Z)` whose images are surely of the class `wanted`.

        Args:
            wanted: index of the class.
            n: how many.
            confidence: the smallest probability that counts.
            address: of the random numbers.

        Raises:
            ConfigError: the generator makes too few of them.
        """
        found: list[Tensor] = []
        for draw in range(MOST_DRAWS // BATCH):
            latents_NZ = self.module.latents(BATCH, *address, draw)
            classes, sure = self.verdict(latents_NZ)
            kept = (classes == wanted) & (sure >= confidence)
            found.append(latents_NZ[kept.to(self.device)])
            if sum(map(len, found)) >= n:
                return torch.cat(found)[:n]
        raise ConfigError(
            f"Of {MOST_DRAWS:,} images {sum(map(len, found))} are of the class "
            f"{self.class_names[wanted]} by confidence={confidence}, and {n} are needed; try a "
            f"lower confidence=, or a better checkpoint."
        )


def judge_of(trained: TrainedModel) -> tuple[Judge | None, str]:
    """Return the judge of a GAN's images, or None and why there is none."""
    classifier, why_not = classifier_of(trained.dataset)
    if classifier is None:
        return None, why_not
    if len(classifier.class_names) == 1:
        return None, f"there is one class only, '{classifier.class_names[0]}'"
    return Judge(trained, classifier), ""
