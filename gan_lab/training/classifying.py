"""The ability `Classifies` of a model with a head of classes.

Shape legend: N = images, K = classes.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from gan_lab.training.resting import resting


def let_classify(module: Any, names: Iterable[str]) -> None:
    """Give an algorithm the ability `Classifies` if one of its networks has a head of classes.

    An attribute of the object, so that `isinstance` tells the models of one class apart.

    Args:
        module: an `Algorithm`, with its networks.
        names: of these; one with a head says which numbers are `classes`: see `networks.head`.
    """
    for name in names:
        if getattr(getattr(module, name), "classes", None) is not None:
            module.classify = partial(classify, module, name)


@torch.no_grad()
def classify(module: Any, name: str, images_NCHW: Tensor) -> Tensor:
    """Return the logits of `Classifies.classify`, of the weights that are evaluated."""
    with resting(module.evaluated(name)) as (network,):
        answers = network(images_NCHW.to(module.device), with_features=True)
        return answers.head[:, network.classes].float()
