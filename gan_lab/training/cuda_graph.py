"""Whole iterations as CUDA graphs: recorded once, and then started as one piece.

Small networks leave a GPU waiting for its next order. A graph holds all orders of an iteration, so
the processor gives one instead of hundreds. It repeats what was recorded, on the same tensors.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, final

import torch
from lightning_utilities.core.apply_func import apply_to_collection
from torch import Tensor
from torch.optim import Optimizer

from gan_lab.errors import TrainingError

# Before it is recorded, work is done as usual: libraries prepare themselves, and optimizers make
# their states.
WARM_UP = 3


@final
class Replay:
    """Does work on the GPU as usual at first, and then as one CUDA graph.

    Args:
        work: what to do to two collections of tensors; it may only read them, returns nothing, and
            gives the GPU the same orders each time it is of the same kind.
    """

    def __init__(self, work: Callable[[Any, Any], None]) -> None:
        self._work = work
        self._done: Counter[Hashable] = Counter()
        self._graphs: dict[Hashable, torch.cuda.CUDAGraph] = {}
        self._inputs: tuple[Any, Any] | None = None
        self._is_possible = True

    def __call__(self, first: Any, second: Any, *, kind: Hashable) -> None:
        """Do the work of this `kind` to tensors whose shapes are always the same."""
        self._done[kind] += 1
        if not self._is_possible or self._done[kind] < WARM_UP:
            self._work(first, second)
        elif self._done[kind] == WARM_UP:
            self._is_possible = not self._waits(first, second)
        else:
            self._fill(first, second)
            if kind not in self._graphs:
                self._graphs[kind] = self._recorded()
            self._graphs[kind].replay()

    def _waits(self, first: Any, second: Any) -> bool:
        """Do the work and return whether it waits for the GPU, which a graph cannot."""
        mode = torch.cuda.get_sync_debug_mode()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
            try:
                self._work(first, second)
            finally:
                torch.cuda.set_sync_debug_mode(mode)
        waits = [w for w in caught if "called a synchronizing CUDA operation" in str(w.message)]
        if waits:
            where = f"{waits[0].filename}, line {waits[0].lineno}"
            warnings.warn(f"No CUDA graph: {where} waits for the GPU.", stacklevel=2)
        return bool(waits)

    def _fill(self, first: Any, second: Any) -> None:
        """Put the numbers where the graphs look for them."""
        if self._inputs is None:
            self._inputs = apply_to_collection((first, second), Tensor, torch.clone)
        torch._foreach_copy_(tensors_of(self._inputs), tensors_of((first, second)))

    def _recorded(self) -> torch.cuda.CUDAGraph:
        """Return the work as a graph; nothing is done yet.

        Raises:
            TrainingError: it cannot be recorded.
        """
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph):
                self._work(*self._inputs)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            raise TrainingError(
                f"An iteration cannot be recorded as a CUDA graph: {str(error).splitlines()[0]} "
                f"Use performance.cuda_graph=false."
            ) from error
        return graph


def tensors_of(collection: Any) -> list[Tensor]:
    """Return all tensors in nested mappings, lists and tuples, in order."""
    found: list[Tensor] = []
    apply_to_collection(collection, Tensor, found.append)
    return found


def can_be_replayed(optimizer: Optimizer) -> bool:
    """Return whether an optimizer's step can be part of a graph."""
    return all("capturable" in group or group.get("fused") for group in optimizer.param_groups)


def make_replayable(optimizer: Optimizer) -> None:
    """Keep on the GPU what changes from step to step: a number of Python's would be recorded."""
    for group in optimizer.param_groups:
        device = group["params"][0].device
        group["lr"] = torch.tensor(group["lr"], dtype=torch.float32, device=device)
        if "capturable" in group:
            group["capturable"] = True
    for state in optimizer.state.values():
        if "step" in state:
            state["step"] = state["step"].to(device, torch.float32)
    # Its first steps are done as usual, which torch would warn of.
    optimizer._warned_capturable_if_run_uncaptured = True
