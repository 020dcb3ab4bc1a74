"""An LSTM that goes over a map line by line: rows, or diagonals, all places of a line at once.

Van den Oord, Kalchbrenner, Kavukcuoglu, 2016, arXiv:1601.06759, sections 3.1 and 3.2. The paper
skews a map so that its diagonals become columns. Here they are slices of the map as it lies in
memory, with a row of zeros above and a column of zeros on either side: nothing is moved, and no
step is spent on the corners of a skewed map. What a place sees lies a fixed distance away.

Shape legend: H, W = map, N = images, P = places of the map with those zeros, L = places of a line,
U = hidden units, G = 4 U gates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


@final
@dataclass(frozen=True)
class Course:
    """The way of an LSTM over a map.

    Attributes:
        seen: rows down and columns to the right, from a place to those that it sees; they lie in
            lines before. The first is the one whose cell goes on.
        step: columns to the right from the place of a line in one row to that in the next; None:
            a line is a row.
    """

    seen: Sequence[tuple[int, int]]
    step: int | None

    def offsets(self, width: int) -> list[int]:
        """Return `seen` as distances in memory."""
        return [rows * (width + 2) + columns for rows, columns in self.seen]

    def lines(self, height: int, width: int) -> list[slice]:
        """Return the places of each line, one line after the other."""
        across = width + 2
        if self.step is None:
            starts = [(row + 1) * across + 1 for row in range(height)]
            return [slice(start, start + width) for start in starts]
        found = []
        for number in range(height + width - 1):
            first, last = max(0, number - width + 1), min(height - 1, number)
            reached = number - first  # columns from the side where the course begins
            column = reached if self.step < 0 else width - 1 - reached
            start = (first + 1) * across + column + 1
            stride = across + self.step
            found.append(slice(start, start + (last - first) * stride + 1, stride))
        return found


DOWN = Course(seen=[(-1, 0), (-1, -1), (-1, 1)], step=None)
RIGHT = Course(seen=[(0, -1), (-1, 0)], step=-1)
LEFT = Course(seen=[(0, 1), (-1, 0)], step=1)


@final
class MapLSTM(nn.Module):
    """The state-to-state part of an LSTM on a map; its gates get their inputs from elsewhere.

    Args:
        units: U.
        course: how it goes over the map.
    """

    def __init__(self, units: int, course: Course) -> None:
        super().__init__()
        self.units, self.course = units, course
        inputs = len(course.seen) * units
        self.weight = nn.Parameter(torch.empty(inputs, 4 * units))
        nn.init.uniform_(self.weight, -(inputs**-0.5), inputs**-0.5)

    def forward(self, gates_HWNG: Tensor) -> Tensor:
        """Return the hidden states `(H, W, N, U)`.

        Args:
            gates_HWNG: what the inputs add to the output, forget, input and content gates.
        """
        return Scan.apply(gates_HWNG, self.weight, self.course)


def around_zero(weight: Tensor, height: int, width: int, images: int, features: int) -> Tensor:
    """Return places `(P, N, features)` that are 0 around the map, and anything within."""
    places = weight.new_empty(height + 1, width + 2, images, features)
    places[0] = 0
    places[1:, 0] = 0
    places[1:, -1] = 0
    return places.flatten(0, 1)


def within(places_PNF: Tensor, height: int, width: int) -> Tensor:
    """Return a view of places as a map `(H, W, N, F)`."""
    return places_PNF.unflatten(0, (height + 1, width + 2))[1:, 1:-1]


def shifted(line: slice, by: int) -> slice:
    """Return the places that lie so far from those of a line."""
    return slice(line.start + by, line.stop + by, line.step)


@dataclass(frozen=True)
class States:
    """Cells and hidden states `(P, N, U)` of all places so far."""

    cells: Tensor
    hidden: Tensor
    weight: Tensor
    offsets: Sequence[int]

    @classmethod
    def none(cls, weight: Tensor, course: Course, height: int, width: int, images: int) -> "States":
        """Return those before the first line."""
        shape = (height, width, images, weight.shape[1] // 4)
        cells, hidden = (around_zero(weight, *shape) for _ in range(2))
        return cls(cells, hidden, weight, course.offsets(width))

    def advance(self, line: slice, gates_LNG: Tensor) -> None:
        """Compute the states of a line, and turn what its inputs add into its gates, in place."""
        units = self.hidden.shape[-1]
        seen = [self.hidden[shifted(line, offset)] for offset in self.offsets]
        gates_LNG += torch.cat(seen, dim=-1) @ self.weight
        gates_LNG[..., : 3 * units].sigmoid_()
        content = gates_LNG[..., 3 * units :].tanh_()
        output, forget, entry = gates_LNG[..., : 3 * units].split(units, dim=-1)
        cell = forget * self.cells[shifted(line, self.offsets[0])]
        cell.addcmul_(entry, content)
        self.cells[line] = cell
        self.hidden[line] = cell.tanh_().mul_(output)


@final
class Scan(torch.autograd.Function):
    """All steps of a `MapLSTM` and their gradients.

    By hand, since the gradient of the weights is then one product for all steps instead of one
    for each, which takes more than half of the time.
    """

    @staticmethod
    def forward(ctx: Any, gates_HWNG: Tensor, weight: Tensor, course: Course) -> Tensor:
        """See `MapLSTM`."""
        height, width, images, channels = gates_HWNG.shape
        gates_PNG = around_zero(weight, height, width, images, channels)
        within(gates_PNG, height, width).copy_(gates_HWNG)
        states = States.none(weight, course, height, width, images)
        with torch.autocast(weight.device.type, enabled=False):
            for line in course.lines(height, width):
                states.advance(line, gates_PNG[line])
        ctx.save_for_backward(gates_PNG, states.cells, states.hidden, weight)
        ctx.course, ctx.shape = course, (height, width, images)
        return within(states.hidden, height, width)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slopes_HWNU: Tensor) -> tuple[Tensor, Tensor, None]:
        """Return the gradients by the gates and the weights."""
        gates_PNG, cells, hidden, weight = ctx.saved_tensors
        height, width, images = ctx.shape
        offsets, units = ctx.course.offsets(width), hidden.shape[-1]
        by_gates = around_zero(weight, height, width, images, 4 * units)
        by_hidden, by_cell = torch.empty_like(hidden), torch.zeros_like(cells)
        within(by_hidden, height, width).copy_(slopes_HWNU)
        with torch.autocast(weight.device.type, enabled=False):
            for line in reversed(ctx.course.lines(height, width)):
                before = shifted(line, offsets[0])
                output, forget, entry, content = gates_PNG[line].split(units, dim=-1)
                lit, by_state = cells[line].tanh(), by_hidden[line]
                of_cell = by_cell[line].addcmul(by_state * output, 1 - lit * lit)
                by_line = by_gates[line]
                torch.mul(by_state, lit, out=by_line[..., :units])
                torch.mul(of_cell, cells[before], out=by_line[..., units : 2 * units])
                torch.mul(of_cell, content, out=by_line[..., 2 * units : 3 * units])
                torch.mul(of_cell, entry, out=by_line[..., 3 * units :])
                smooth = gates_PNG[line][..., : 3 * units]
                by_line[..., : 3 * units] *= smooth * (1 - smooth)
                by_line[..., 3 * units :] *= 1 - content * content
                by_cell[before] = of_cell * forget
                by_seen = (by_line @ weight.T).split(units, dim=-1)
                for offset, part in zip(offsets, by_seen, strict=True):
                    by_hidden[shifted(line, offset)] += part
            inside = slice(width + 3, len(hidden) - 1)
            by_weight = torch.cat(
                [
                    hidden[shifted(inside, offset)].flatten(0, 1).T @ by_gates[inside].flatten(0, 1)
                    for offset in offsets
                ]
            )
        return within(by_gates, height, width), by_weight, None
