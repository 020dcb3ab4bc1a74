"""The ability `Classifies` of a model with a head of classes.

Shape legend: N = images, K = classes.
"""

from functools import partial

import torch
from torch import Tensor

from gan_lab.training.algorithm import Algorithm


def let_classify(module: Algorithm, name: str) -> None:
    """Give a model the ability `Classifies` if a network of it has a head of classes.

    An attribute of the object, so that `isinstance` tells the models of one class apart.

    Args:
        module: with its networks.
        name: of the network; see `networks.head.WithHead`.
    """
    if getattr(getattr(module, name), "classes", None) is not None:
        module.classify = partial(classify, module, name)


@torch.no_grad()
def classify(module: Algorithm, name: str, images_NCHW: Tensor) -> Tensor:
    """Return the logits of `Classifies.classify`, of the weights that are evaluated."""
    network = module.evaluated(name)
    training = network.training
    network.eval()
    answers = network(images_NCHW.to(module.device), with_features=True)
    network.train(training)
    return answers.head[:, network.classes].float()
