"""Running means of what a training step reports, kept on the device until somebody reads them."""

from collections.abc import Callable, Mapping
from typing import Any, final

import torch
from torch import Tensor


@final
class Meters:
    """Means since the last reading, and the first iteration whose loss was not finite.

    Adding a value waits for nothing; only `read` and `first_nonfinite` copy numbers to the host.
    """

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._nonfinite: Tensor | None = None

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Add one observation of each named scalar."""
        for name, value in values.items():
            value = value.detach()
            earlier = self._sums.get(name)
            self._sums[name] = _precise(value) if earlier is None else earlier + value
            self._counts[name] = self._counts.get(name, 0) + 1

    def finish_iteration(self, iteration: int) -> None:
        """Note `iteration` if it is the first whose sum of losses is not finite."""
        losses = [total for name, total in self._sums.items() if name.startswith("loss/")]
        broken = ~torch.isfinite(torch.stack(losses)).all()
        if self._nonfinite is None:
            self._nonfinite = torch.full_like(losses[0], torch.inf)
        self._nonfinite = torch.where(
            torch.isinf(self._nonfinite) & broken, iteration, self._nonfinite
        )

    def synchronise(self, reduce: Callable[..., Tensor]) -> None:
        """Give all processes the same sums, by `reduce(tensor, reduce_op=...)`."""
        if self._sums:
            totals = reduce(torch.stack(list(self._sums.values())), reduce_op="mean")
            self._sums = dict(zip(self._sums, totals.unbind(), strict=True))
        if self._nonfinite is not None:
            self._nonfinite = reduce(self._nonfinite, reduce_op="min")

    def read(self) -> dict[str, float]:
        """Return the means and start anew."""
        means = {
            name: float((total / self._counts[name]).float()) for name, total in self._sums.items()
        }
        self._sums, self._counts = {}, {}
        return means

    def first_nonfinite(self) -> int | None:
        """Return the first iteration with a loss that was not finite, or None."""
        if self._nonfinite is None or torch.isinf(self._nonfinite):
            return None
        return int(self._nonfinite)

    def state_dict(self) -> dict[str, Any]:
        """Return the sums and counts since the last reading."""
        return {"sums": {n: s.cpu() for n, s in self._sums.items()}, "counts": dict(self._counts)}

    def load_state_dict(self, state: Mapping[str, Any], device: torch.device) -> None:
        """Continue from `state`, with the sums on `device`."""
        self._sums = {name: _precise(total, device) for name, total in state["sums"].items()}
        self._counts = dict(state["counts"])


def _precise(total: Tensor, device: torch.device | None = None) -> Tensor:
    """Return a sum to which others can be added without rounding, on `device` if one is given.

    So a run that was stopped, and saved its sums over all processes on the way, reports the same
    means. Apple's GPUs know no float64.
    """
    device = device or total.device
    return total.to(device, torch.float32 if device.type == "mps" else torch.float64)
