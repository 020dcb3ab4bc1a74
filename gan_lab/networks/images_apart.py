"""Whether a network's answer to an image depends on that image alone."""

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def keeps_images_apart(network: nn.Module) -> bool:
    """Return whether no layer mixes the images of a batch, as far as that is known.

    Batch normalisation mixes them. `MinibatchStd` compares the images of a group, which are
    neighbours whatever else is in the batch. What layers of a plug-in do is not known.
    """
    return all(
        type(layer).__module__.startswith(("torch.", "gan_lab."))
        and not isinstance(layer, _BatchNorm)
        for layer in network.modules()
    )
