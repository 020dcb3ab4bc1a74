"""The states of optimizers out of a checkpoint, made to fit the weights they are for.

torch checks the shapes of weights that it loads, but not those of an optimizer's state. A fused
optimizer takes them for granted and writes past the end of what is too short.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gan_lab.errors import CheckpointError


def fit_states(states: Sequence[dict[str, Any]], optimizers: Sequence[Optimizer]) -> None:
    """Bring saved states into the form that the optimizers can load; their settings stay.

    Args:
        states: as `Optimizer.state_dict` gave them; changed in place.
        optimizers: as they are configured now, in the same order.

    Raises:
        CheckpointError: the states are of other networks.
    """
    try:
        for saved, optimizer in zip(states, optimizers, strict=True):
            now = optimizer.state_dict()["param_groups"]
            if set(now[0]) != set(saved["param_groups"][0]):
                saved["state"] = {}  # of another kind of optimizer
            weights = optimizer.param_groups[0]["params"]
            _check(saved["state"], len(weights))
            if now[0].get("fused"):
                saved["state"] = _laid_out(saved["state"], weights)
            saved["param_groups"] = now
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise CheckpointError(
            "ckpt= cannot be continued: its optimizer_states are not those of these networks. "
            "Use a checkpoint that is as gan_lab wrote it."
        ) from error


def put_back(states: Sequence[dict[str, Any]], optimizers: Sequence[Optimizer]) -> None:
    """Give optimizers that have taken steps the states that they had earlier in the same run.

    The numbers go into the tensors that are there, where a CUDA graph reads them.

    Args:
        states: as `Optimizer.state_dict` gave them; changed in place.
        optimizers: in the same order.

    Raises:
        CheckpointError: the states are of other networks.
    """
    fit_states(states, optimizers)
    for saved, optimizer in zip(states, optimizers, strict=True):
        weights = optimizer.param_groups[0]["params"]
        for index, values in saved["state"].items():
            for name, value in values.items():
                if isinstance(value, Tensor):  # RMSprop without momentum has None for it
                    optimizer.state[weights[index]][name].copy_(value)


def _check(state: Mapping[int, Mapping[str, Any]], weights: int) -> None:
    for index, values in state.items():
        if index not in range(weights):
            raise ValueError(f"there is no weight {index}")
        for name, value in values.items():
            if name == "step":
                float(value)
            elif value is not None and not _is_real(value):
                raise TypeError(f"{name} is of another kind")


def _is_real(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.is_floating_point() and value.layout == torch.strided and not value.is_meta
    return isinstance(value, int | float)


def _laid_out(
    state: Mapping[int, Mapping[str, Any]], weights: Sequence[Tensor]
) -> dict[int, dict[str, Any]]:
    """Return the same numbers in tensors laid out in memory like the weights."""
    return {
        index: {name: _like(weights[index], name, value) for name, value in values.items()}
        for index, values in state.items()
    }


def _like(weight: Tensor, name: str, value: Any) -> Any:
    if name == "step":
        return torch.tensor(float(value))
    if not isinstance(value, Tensor):
        return value
    if value.shape != weight.shape:
        raise ValueError(f"{name} is {tuple(value.shape)}, its weight {tuple(weight.shape)}")
    return torch.empty_like(weight, requires_grad=False).copy_(value)
