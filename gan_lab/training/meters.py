"""Running means of what a training step reports, kept on the device until somebody reads them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, final

import torch
from torch import Tensor

# loss/generator, but no column of metrics.csv that counts.
NAME = re.compile(
    r"(?!(iteration|images_seen|seconds|images_per_second)$)[a-z][\w/]{0,99}", re.ASCII
)


@final
class Meters:
    """Means since the last reading, and the first iteration whose loss was not finite.

    Adding a value waits for nothing and changes the same tensors each time, so that a CUDA graph
    can repeat it; only `read` and `first_nonfinite` copy numbers to the host.
    """

    def __init__(self) -> None:
        # By the names of values that come together: their sums and, last, how often they came.
        self._totals: dict[tuple[str, ...], Tensor] = {}
        # The sum and count, by name, that a run which was stopped between two rows had by then.
        self._earlier: dict[str, tuple[float, int]] = {}
        # Iterations since the loss was first not finite, that one included.
        self._broken: Tensor | None = None

    @torch.no_grad()
    def add(self, values: Mapping[str, Tensor]) -> None:
        """Add one observation of each named scalar."""
        observed = torch.stack(list(values.values()))
        names = tuple(values)
        if names not in self._totals:
            self._totals[names] = _zeros(len(names) + 1, observed.device)
        total = self._totals[names]
        total[:-1] += observed
        total[-1] += 1

    @torch.no_grad()
    def finish_iteration(self) -> None:
        """Note whether the sums of the losses are still finite."""
        losses = [
            total[index]
            for names, total in self._totals.items()
            for index, name in enumerate(names)
            if name.startswith("loss/")
        ]
        together = torch.stack(losses).sum()
        if self._broken is None:
            self._broken = torch.zeros((), dtype=torch.long, device=together.device)
        # Neither infinity nor NaN equals itself minus itself.
        self._broken += (together - together != 0) | (self._broken > 0)

    def synchronise(self, reduce: Callable[..., Tensor]) -> None:
        """Give all processes the same sums, by `reduce(tensor, reduce_op=...)`."""
        if self._totals:
            together = reduce(torch.cat(list(self._totals.values())), reduce_op="mean")
            for total in self._totals.values():
                total.copy_(together[: len(total)])
                together = together[len(total) :]
        if self._broken is not None:
            self._broken.copy_(reduce(self._broken, reduce_op="max"))

    def read(self) -> dict[str, float]:
        """Return the means and start anew."""
        means = {
            # As precise as a loss is.
            name: torch.tensor(total / count, dtype=torch.float32).item()
            for name, (total, count) in self._sums_and_counts().items()
        }
        self._earlier = {}
        for total in self._totals.values():
            total.zero_()
        return means

    def first_nonfinite(self, iteration: int) -> int | None:
        """Return the first iteration with a loss that was not finite, or None.

        Args:
            iteration: the number of the last one.
        """
        broken = 0 if self._broken is None else int(self._broken)
        return iteration - broken + 1 if broken else None

    def state_dict(self) -> dict[str, Any]:
        """Return the sums and counts since the last reading."""
        found = self._sums_and_counts()
        return {
            "sums": {
                name: torch.tensor(total, dtype=torch.float64) for name, (total, _) in found.items()
            },
            "counts": {name: count for name, (_, count) in found.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from `state`.

        Raises:
            ValueError: it is no state of meters.
        """
        sums, counts = state["sums"], state["counts"]
        for name, total in sums.items():
            if not (NAME.fullmatch(name) and total.dim() == 0 and total.is_floating_point()):
                raise ValueError(f"{name} is no sum")
            if type(counts[name]) is not int or counts[name] < 1:
                raise ValueError(f"{name} has no count")
        self._earlier = {name: (total.item(), counts[name]) for name, total in sums.items()}

    def _sums_and_counts(self) -> dict[str, tuple[float, int]]:
        """Return what was observed since the last reading, by name."""
        found = dict(self._earlier)
        for names, total in self._totals.items():
            *sums, count = total.tolist()
            for name, value in zip(names, sums, strict=True):
                earlier, times = found.get(name, (0.0, 0))
                found[name] = earlier + value, times + int(count)
        return {name: (value, count) for name, (value, count) in found.items() if count}


def _zeros(count: int, device: torch.device) -> Tensor:
    """Return sums to which others can be added without rounding.

    So a run that was stopped, and saved its sums over all processes on the way, reports the same
    means. Apple's GPUs know no float64.
    """
    dtype = torch.float32 if device.type == "mps" else torch.float64
    return torch.zeros(count, dtype=dtype, device=device)
