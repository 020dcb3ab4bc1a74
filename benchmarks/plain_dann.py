"""DANN as one would write it by hand, to compare with: Ganin et al., 2016, in plain PyTorch.

    python -m benchmarks.plain_dann WARM_UP ITERATIONS [OVERRIDES]

See by_hand.py. The optimizer is SGD with momentum.
"""

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from benchmarks.by_hand import Setting, Step, main


class Reversal(torch.autograd.Function):
    """The identity, whose gradient is turned round."""

    @staticmethod
    def forward(context: Any, features: Tensor, strength: float) -> Tensor:
        """Return the features."""
        context.strength = strength
        return features.view_as(features)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient turned round."""
        return -context.strength * gradient, None


def loop(setting: Setting) -> Step:
    """Return one iteration."""
    config, module = setting.config, setting.module
    optimizer = torch.optim.SGD(
        module.parameters(), lr=config.optimizer.lr, momentum=config.optimizer.momentum
    )
    sources, targets = setting.batches("source", labels=True), setting.batches("target")

    def step(iteration: int) -> Tensor:
        (source, labels), (target,) = next(sources), next(targets)
        done = iteration / config.iterations
        strength = 2 / (1 + math.exp(-10 * done)) - 1
        for group in optimizer.param_groups:
            group["lr"] = config.optimizer.lr / (1 + 10 * done) ** 0.75
        channels = target.shape[1]
        images = torch.cat([source.expand(-1, channels, -1, -1), target])
        is_target = (torch.arange(len(images), device=setting.device) >= len(source)).float()
        optimizer.zero_grad()
        features = module.features(images)
        classes = module.label_head(features[: len(source)])
        domains = module.domain_head(Reversal.apply(features, strength))
        loss = cross_entropy(classes, labels)
        loss = loss + binary_cross_entropy_with_logits(domains, is_target)
        loss.backward()
        optimizer.step()
        return loss

    return step


if __name__ == "__main__":
    main(loop)
