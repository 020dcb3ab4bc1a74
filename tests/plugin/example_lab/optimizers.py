"""Steps of one length."""

from collections.abc import Iterable
from typing import Annotated, final

import torch
from torch import nn
from torch.optim import Optimizer

from gan_lab.ranges import Range


@final
class SignDescent(Optimizer):
    """Each weight moves by the learning rate against the sign of its gradient."""

    def __init__(self, params: Iterable[nn.Parameter], lr: Annotated[float, Range(0, 1)]) -> None:
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    weight -= group["lr"] * weight.grad.sign()
