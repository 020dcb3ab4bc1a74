"""Settings of optimizers, such as the learning rate, as shares of what they were at first."""

from torch import Tensor
from torch.optim import Optimizer


def keep_initial(optimizer: Optimizer, setting: str) -> None:
    """Note what `setting`, such as `lr`, is in each group, before any schedule changes it."""
    for group in optimizer.param_groups:
        group[f"initial_{setting}"] = group[setting]


def set_share(optimizer: Optimizer, setting: str, factor: float) -> None:
    """Set `setting` to that factor of what `keep_initial` noted."""
    for group in optimizer.param_groups:
        value = factor * group[f"initial_{setting}"]
        if isinstance(group[setting], Tensor):  # a CUDA graph reads it there
            group[setting].fill_(value)
        else:
            group[setting] = value
