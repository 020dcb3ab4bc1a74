"""The gradient reversal layer: Ganin, Lempitsky, 2015, arXiv:1409.7495, equations 7 and 8.

Forwards it is the identity. Backwards the gradient is turned round, so that one step of one
optimizer lowers a loss for what lies above the layer and raises it for what lies below.
"""

from typing import Any, final

from torch import Tensor
from torch.autograd import Function


@final
class GradientReversal(Function):
    """`R(x) = x`, `dR/dx = -strength`."""

    @staticmethod
    def forward(context: Any, features: Tensor, strength: float | Tensor) -> Tensor:
        """Return the features as they are."""
        context.strength = strength
        return features.view_as(features)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient, turned round and scaled."""
        return -context.strength * gradient, None


def reversed_gradient(features: Tensor, strength: float | Tensor) -> Tensor:
    """Return the features, through which a gradient comes back times `-strength`.

    Args:
        features: of any shape.
        strength: lambda of the paper, a scalar, which gets no gradient itself.
    """
    return GradientReversal.apply(features, strength)
