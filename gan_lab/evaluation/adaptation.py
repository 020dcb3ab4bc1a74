"""How far a classifier of one domain is right on another, and how well the domains are told apart.

Shape legend: N = images, F = features.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.data.base import Images
from gan_lab.evaluation.held_out import HeldOut
from gan_lab.evaluation.metric import Better, random_part
from gan_lab.evaluation.model_metric import ModelMetric

LIMIT = 5000  # images of each domain that a linear classifier is asked to tell apart
RIDGE = 1e-3  # of its weights, since features may be more than images, or always 0


@final
@dataclass(frozen=True)
class Domains:
    """Images of both domains that nothing was trained on.

    Attributes:
        source: with labels.
        target: with or without; None: there are no such images.
    """

    source: HeldOut
    target: HeldOut | None

    @property
    def splits(self) -> Mapping[str, int]:
        """The part of each, and how many images it has."""
        both = {"source": self.source, "target": self.target}
        return {f"{name} {held.split}": len(held.images) for name, held in both.items() if held}


@final
class Adaptation(ModelMetric):
    """Errors and distances of domains, the first of them the one to choose a checkpoint by.

    - `source_error`, `target_error`: the share of images that get the wrong class;
    - `domain_accuracy_held_out`: of the model's own domain head, each domain counting half; 1/2
      where it can only guess;
    - `proxy_a_distance`: Ben-David et al., 2007: `2 (1 - 2 e)`, e the error of a linear classifier
      that is fitted to tell the features of one half of the images and asked about the other half;
      2 where that is always right, 0 where it can only guess.
    """

    asks: ClassVar = "examine"
    # Whoever chooses by the target's labels has trained on them.
    only_reported: ClassVar = frozenset({"target_error"})

    def __call__(self, examine: Callable[[Tensor], tuple[Tensor, ...]]) -> dict[str, float]:
        """Return the numbers of both domains, or those of the source where there is no target."""
        source, target = self.known.source, self.known.target
        features, classes, domains = examined(source, examine)
        found = {"source_error": error(classes, source.images)}
        if target is None:
            return found
        features_of_target, classes, domains_of_target = examined(target, examine)
        if target.images.labels is not None:
            found["target_error"] = error(classes, target.images)
        right = (domains <= 0).double().mean() + (domains_of_target > 0).double().mean()
        return found | {
            "domain_accuracy_held_out": right.item() / 2,
            "proxy_a_distance": proxy_a_distance(features, features_of_target),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """Fewer errors; a small distance alone is no merit."""
        names = ["source_error"]
        if self.known.target is not None and self.known.target.images.labels is not None:
            names.append("target_error")
        return dict.fromkeys(names, "lower")

    @property
    def perfect(self) -> Mapping[str, float]:
        """None wrong, and two domains that are alike."""
        known = dict.fromkeys(self.better, 0.0)
        if self.known.target is None:
            return known
        return known | {"domain_accuracy_held_out": 0.5, "proxy_a_distance": 0.0}


def examined(held: HeldOut, examine: Callable[[Tensor], tuple[Tensor, ...]]) -> list[Tensor]:
    """Return features `(N, F)`, logits of classes `(N, K)` and of the target `(N,)`, on the CPU."""
    parts = [[each.cpu() for each in examine(images)] for images in held.batches()]
    return [torch.cat(several) for several in zip(*parts, strict=True)]


def error(logits_NK: Tensor, images: Images) -> float:
    """Return the share of the labelled images whose largest logit is not that of their label."""
    known = images.labels >= 0
    return (logits_NK.argmax(dim=1) != images.labels)[known].double().mean().item()


def proxy_a_distance(source_NF: Tensor, target_NF: Tensor) -> float:
    """Return `2 (1 - 2 e)` of a linear classifier, by least squares on standardised features.

    Of at most 5,000 images of each domain, always the same ones. Chance alone makes it differ from
    0 by about `2 / sqrt(N)` of all images asked about, which may be below 0.
    """
    halves = [random_part(part.double(), LIMIT).chunk(2) for part in (source_NF, target_NF)]
    (fitted, asked), (fitted_of_target, asked_of_target) = halves
    seen = torch.cat([fitted, fitted_of_target])
    mean, std = seen.mean(dim=0), seen.std(dim=0)
    std = torch.where(std > 0, std, 1.0)
    sides = torch.cat([-torch.ones(len(fitted)), torch.ones(len(fitted_of_target))]).double()
    scaled = (seen - mean) / std
    gram = scaled.T @ scaled / len(seen) + RIDGE * torch.eye(seen.shape[1], dtype=torch.float64)
    weights = torch.linalg.solve(gram, scaled.T @ (sides - sides.mean()) / len(seen))
    errors = [
        ((side * ((part - mean) / std @ weights + sides.mean())) <= 0).double().mean()
        for side, part in ((-1, asked), (1, asked_of_target))
    ]
    return (2 * (1 - sum(errors))).item()
