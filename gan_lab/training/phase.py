"""One player's phase of an iteration: only its weights learn, whatever networks it looks through.

A network that is looked through carries the signal and nothing else: its weights, gradients and
buffers stay as they are.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.parametrizations import _SpectralNorm

from gan_lab.networks.blocks import RestingDropout


@contextmanager
def frozen_weights(networks: Iterable[nn.Module]) -> Iterator[None]:
    """Let no backward pass reach the weights of these networks."""
    weights = [weight for network in networks for weight in network.parameters()]
    weights = [weight for weight in weights if weight.requires_grad]
    for weight in weights:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in weights:
            weight.requires_grad_(True)


@contextmanager
def frozen_buffers(networks: Iterable[nn.Module]) -> Iterator[None]:
    """Let no forward pass change the buffers of these networks.

    Batch normalisation goes on by each batch's own statistics and keeps its running ones, spectral
    normalisation keeps its vectors, and every `RestingDropout` passes all units.
    """
    with ExitStack() as stack:
        for module in (module for network in networks for module in network.modules()):
            if isinstance(module, _BatchNorm):
                stack.enter_context(_with(module, "track_running_stats", False))
            elif isinstance(module, _SpectralNorm | RestingDropout):
                stack.enter_context(_with(module, "training", False))
        yield


@contextmanager
def _with(module: nn.Module, attribute: str, value: bool) -> Iterator[None]:
    before = getattr(module, attribute)
    setattr(module, attribute, value)
    try:
        yield
    finally:
        setattr(module, attribute, before)
