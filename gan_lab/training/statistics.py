"""Layers that behave in their own way while a network is only looked through."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from gan_lab.networks.blocks import RestingDropout


@contextmanager
def batch_statistics_only(network: nn.Module) -> Iterator[None]:
    """Let `network` normalise by each batch's own statistics and keep its running ones.

    In each phase one network learns and the other one only carries the signal: its weights stay,
    and so must its buffers.
    """
    tracking = [
        module
        for module in network.modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
    ]
    for module in tracking:
        module.track_running_stats = False
    try:
        yield
    finally:
        for module in tracking:
            module.track_running_stats = True


@contextmanager
def dropout_at_rest(network: nn.Module) -> Iterator[None]:
    """Let every `RestingDropout` of `network` pass all units; other dropout goes on."""
    layers = [module for module in network.modules() if isinstance(module, RestingDropout)]
    training = [layer.training for layer in layers]
    for layer in layers:
        layer.eval()
    try:
        yield
    finally:
        for layer, mode in zip(layers, training, strict=True):
            layer.train(mode)
