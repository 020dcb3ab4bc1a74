"""Weight normalisation with a start that depends on the data.

Salimans, Kingma, 2016, arXiv:1602.07868: a weight vector is a direction and a length, w = s v/|v|.
"""

from typing import final

import torch
from torch import Tensor, nn
from torch.linalg import vector_norm
from torch.nn.functional import linear


@final
class ScaledLinear(nn.Module):
    """A linear layer whose weight vectors have directions that learn, and lengths of their own.

    Args:
        inputs: features before.
        outputs: features after.
        learns_scale: whether the lengths learn, too.
        spread: standard deviation of the numbers that are the directions at first.
    """

    def __init__(
        self, inputs: int, outputs: int, *, learns_scale: bool = False, spread: float = 0.1
    ) -> None:
        super().__init__()
        self.directions = nn.Parameter(spread * torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        scale = torch.ones(outputs)
        if learns_scale:
            self.scale = nn.Parameter(scale)
        else:
            self.register_buffer("scale", scale)

    def forward(self, features: Tensor) -> Tensor:
        """Map `(N, inputs)` to `(N, outputs)`."""
        # Outputs are scaled instead of weights, of which there are many more.
        lengths = vector_norm(self.directions, dim=1)
        return torch.addcmul(self.bias, linear(features, self.directions), self.scale / lengths)

    @torch.no_grad()
    def start_at(self, features: Tensor) -> Tensor:
        """Let outputs have mean 0 and variance 1 over these inputs `(N, inputs)`; return them.

        Section 3 of the paper.
        """
        outputs = self(features)
        spread, mean = torch.std_mean(outputs, dim=0, correction=0)
        self.bias.sub_(mean).div_(spread)
        self.scale.div_(spread)
        return (outputs - mean) / spread
