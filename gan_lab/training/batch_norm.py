"""Batch normalisation by the statistics of the whole batch where several devices share it."""

from typing import final

import torch
from lightning.pytorch.plugins import LayerSync
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm

from gan_lab.training.device_mean import DeviceMean


@final
class SynchronisedBatchNorm(_BatchNorm):
    """Normalise by mean and variance over all devices.

    torch's SyncBatchNorm computes the same, but on GPUs only and without second derivatives, which
    gradient penalties need. All devices must hold equally many images.

    Args:
        layer: the layer to replace; weights and running statistics are shared with it.
    """

    def __init__(self, layer: _BatchNorm) -> None:
        super().__init__(
            layer.num_features, layer.eps, layer.momentum, layer.affine, layer.track_running_stats
        )
        share(layer, self)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, C, ...)` to the same shape and type; half precision is computed in float32."""
        if not self.training:
            return super().forward(features)
        shape = (1, -1, *[1] * (features.dim() - 2))
        others = [axis for axis in range(features.dim()) if axis != 1]
        precise = features.to(torch.promote_types(features.dtype, torch.float32))
        mean = DeviceMean.apply(precise.mean(others))
        centred = precise - mean.view(shape)
        variance = DeviceMean.apply(centred.square().mean(others))
        if self.track_running_stats:
            n = features.numel() // features.shape[1] * distributed.get_world_size()
            self._follow(mean.detach(), variance.detach() * n / (n - 1))
        normalised = centred * (variance + self.eps).rsqrt().view(shape)
        if self.affine:
            normalised = normalised * self.weight.view(shape) + self.bias.view(shape)
        return normalised.to(features.dtype)

    def _follow(self, mean: Tensor, variance: Tensor) -> None:
        self.num_batches_tracked += 1
        rate = 1 / self.num_batches_tracked if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, rate)
        self.running_var.lerp_(variance, rate)

    def _check_input_dim(self, features: Tensor) -> None:
        """Take any number of axes, as the layer that this one stands for has checked them."""


@final
class SynchroniseBatchNorm(LayerSync):
    """Lightning's plugin: exchange the layers of a module for the time of its training."""

    def __init__(self) -> None:
        self._replaced: list[tuple[nn.Module, str, _BatchNorm]] = []

    def apply(self, model: nn.Module) -> nn.Module:
        """Put a `SynchronisedBatchNorm` in the place of each batch normalisation."""
        self._replaced = [
            (parent, name, layer)
            for parent in model.modules()
            for name, layer in parent.named_children()
            if isinstance(layer, _BatchNorm)
        ]
        for parent, name, layer in self._replaced:
            setattr(parent, name, SynchronisedBatchNorm(layer))
        return model

    def revert(self, model: nn.Module) -> nn.Module:
        """Put the former layers back, with the weights and statistics of their stand-ins."""
        for parent, name, layer in self._replaced:
            share(getattr(parent, name), layer)
            setattr(parent, name, layer)
        self._replaced = []
        return model


def share(source: nn.Module, target: nn.Module) -> None:
    """Let `target` have the weights and statistics of `source`, not copies of them."""
    for name, tensor in (*source.named_parameters(), *source.named_buffers()):
        setattr(target, name, tensor)
