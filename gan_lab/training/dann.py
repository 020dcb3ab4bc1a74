"""Domain-adversarial training of neural networks, DANN: Ganin et al., 2016, arXiv:1505.07818.

A classifier learns from labelled images of a source and is to be right on a target of which it is
shown images without labels. Its features are to tell nothing of the domain: a second head learns to
tell it, and the gradient which that head sends back is turned round before it reaches them.

    min over features and label head,   max over domain head,   of   L_label - lambda L_domain

L_domain is the mean over the images of both domains together; the paper writes the sum of the means
over each, which is twice that.

Shape legend: N = images of each domain, K = classes, F = features.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, final

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_lab.data.base import Batch
from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.classification import cross_entropy_where_known
from gan_lab.networks.gradient_reversal import reversed_gradient
from gan_lab.ranges import Range
from gan_lab.schedules import Course
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.changing_numbers import ChangingNumber
from gan_lab.training.player import Recipe
from gan_lab.training.resting import resting


@final
class DANN(Algorithm):
    """Features and two heads, which one optimizer trains together. It makes no images.

    Args:
        features: maps images to features `(N, F)`.
        label_head: maps features to a logit per class `(N, K)`.
        domain_head: maps features to the logit of the target `(N,)`.
        image_shape: `(C, H, W)` that `features` sees.
        recipe: how they are trained.
        domain_weight: lambda, how strongly features are to hide their domain; 0: they are learned
            on the source alone, and the domain head looks on.
    """

    players: ClassVar = {"classifier": ["features", "label_head", "domain_head"]}
    parts: ClassVar = {name: name for name in players["classifier"]}
    views: ClassVar = ()
    watched: ClassVar = ("loss/label", "loss/domain", "domain_accuracy")

    def __init__(
        self,
        *,
        features: nn.Module,
        label_head: nn.Module,
        domain_head: nn.Module,
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        domain_weight: Annotated[float, Range(0, 1000)] | Course = 1.0,
    ) -> None:
        networks = {"features": features, "label_head": label_head, "domain_head": domain_head}
        super().__init__(networks, recipe, streams={"source": 1, "target": 1})
        self.channels = image_shape[0]
        self.domain_weight = ChangingNumber("algorithm.domain_weight", domain_weight)
        self.changing.parts.append(self.domain_weight)
        self.reference = {"domain_accuracy": 0.5}

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Learn the labels of the source, and to tell source from target in spite of oneself."""
        source, target = (batches[name][0] for name in ("source", "target"))
        images = torch.cat([self.in_colour(source.images), self.in_colour(target.images)])
        is_target = torch.arange(len(images), device=self.device) >= len(source.images)
        with self.phase("classifier"):
            features = self.features(images)
            classes = full_precision(self.label_head(features[: len(source.images)]))
            domains = full_precision(
                self.domain_head(reversed_gradient(features, self.domain_weight.value))
            )
            losses = {
                "label": cross_entropy_where_known(classes, source.condition),
                "domain": binary_cross_entropy_with_logits(domains, is_target.float()),
            }
            self.descend("classifier", losses)
        self.update("classifier")
        right = ((domains.detach() > 0) == is_target).float().mean()
        self.meters.add({"domain_accuracy": right})

    def draws(self) -> dict[str, Tensor]:
        """Return nothing: nothing is drawn but what layers of dropout draw themselves."""
        return {}

    @torch.no_grad()
    def examine(self, images_NCHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return features, classes and domains of images; see `AdaptsDomains`."""
        with resting(*map(self.evaluated, self.parts)) as (features, label_head, domain_head):
            seen = features(self.in_colour(images_NCHW.to(self.device)))
            return seen.float(), label_head(seen).float(), domain_head(seen).float()

    def in_colour(self, images_NCHW: Tensor) -> Tensor:
        """Return images; gray ones beside those in colour with red, green and blue alike."""
        return images_NCHW.expand(-1, self.channels, -1, -1)
