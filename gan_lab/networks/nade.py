"""NADE, the neural autoregressive distribution estimator.

Larochelle, Murray, 2011, AISTATS. Each number has a hidden layer of its own, which sees those
before it; all share their weights, so one running sum gives all of them: O(D H), not O(D^2 H).

Shape legend: N = images, D = numbers of an image, H = hidden units.
"""

import math
from collections.abc import Callable
from typing import Annotated, Literal, final

import torch
from torch import Tensor, nn

from gan_lab.networks.blocks import Units
from gan_lab.networks.nade_steps import NADESteps
from gan_lab.ranges import Range

BLOCK = 56  # numbers whose hidden layers are made at once on a GPU


@final
class NADE(nn.Module):
    """What is said of number i: `b_i + V_i h_i` with `h_i = sigmoid(c + sum_{j before i} W_j x_j)`.

    Args:
        image_shape: `(C, H, W)`, any.
        hidden: H.
        order: of the numbers: `raster`, row by row, or `random`.
        order_seed: of the random one, which is kept with the weights.
    """

    order: Tensor

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Units,
        order: Literal["raster", "random"] = "raster",
        order_seed: Annotated[int, Range(0)] = 0,
    ) -> None:
        super().__init__()
        numbers = math.prod(image_shape)
        self.image_shape = image_shape
        self.seen = nn.Parameter(torch.empty(numbers, hidden))  # W
        self.said = nn.Parameter(torch.empty(numbers, hidden))  # V
        self.hidden_bias = nn.Parameter(torch.zeros(hidden))  # c
        self.bias = nn.Parameter(torch.zeros(numbers))  # b
        for weight in (self.seen, self.said):
            nn.init.uniform_(weight, -1 / math.sqrt(numbers), 1 / math.sqrt(numbers))
        random = torch.Generator().manual_seed(order_seed)
        places = torch.arange(numbers)
        if order == "random":
            places = torch.randperm(numbers, generator=random)
        self.register_buffer("order", places)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return what is said of each number, of the same shape."""
        values_ND = images_NCHW.flatten(1)[:, self.order]
        if values_ND.is_cuda:
            said_ND = self.in_blocks(values_ND)
        else:
            said_ND = NADESteps.apply(values_ND, self.seen, self.said, self.hidden_bias)
        said_ND = said_ND + self.bias
        return said_ND[:, self.order.argsort()].unflatten(1, self.image_shape)

    def in_blocks(self, values_ND: Tensor) -> Tensor:
        """Return `V_i h_i` of each number, `(N, D)`; see `NADESteps`."""
        parts, before = [], self.hidden_bias.expand(len(values_ND), -1)
        for places in torch.arange(values_ND.shape[1], device=values_ND.device).split(BLOCK):
            steps = values_ND[:, places, None] * self.seen[places]
            sums = before[:, None] + steps.cumsum(dim=1)
            hidden = torch.sigmoid(torch.cat([before[:, None], sums[:, :-1]], dim=1))
            parts.append((hidden * self.said[places]).sum(dim=2))
            before = sums[:, -1]
        return torch.cat(parts, dim=1)

    def sample(
        self,
        chances_NCHW: Tensor,
        draw: Callable[[Tensor, Tensor], Tensor],
        known_NCHW: Tensor | None = None,
    ) -> Tensor:
        """Return images `(N, C, H, W)`, one number after the other.

        Args:
            chances_NCHW: from 0 to 1, of each number.
            draw: makes numbers of what is said of them and of their chances, both `(N,)`.
            known_NCHW: images whose numbers are kept, but for those that are NaN; None: all are
                drawn. What is drawn depends on the known ones that come before it alone.
        """
        chances_ND = chances_NCHW.flatten(1)[:, self.order]
        values_ND = torch.full_like(chances_ND, math.nan)
        if known_NCHW is not None:
            values_ND = known_NCHW.to(chances_ND).flatten(1)[:, self.order]
        sums = self.hidden_bias.expand(len(chances_ND), -1)
        for place in range(chances_ND.shape[1]):
            said = torch.sigmoid(sums) @ self.said[place] + self.bias[place]
            known = values_ND[:, place]
            drawn = draw(said, chances_ND[:, place]).to(known.dtype)
            values_ND[:, place] = torch.where(known.isnan(), drawn, known)
            sums = sums + values_ND[:, place, None] * self.seen[place]
        return values_ND[:, self.order.argsort()].unflatten(1, self.image_shape)
