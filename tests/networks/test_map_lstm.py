"""An LSTM on a map: the paper's equation place by place, gradients by finite differences."""

import pytest
import torch

from gan_lab.networks.map_lstm import DOWN, LEFT, RIGHT, MapLSTM, Scan

COURSES = {"down": DOWN, "right": RIGHT, "left": LEFT}
every_course = pytest.mark.parametrize("name", COURSES)
SIZES = pytest.mark.parametrize("size", [(3, 4), (4, 2), (1, 3), (3, 1), (1, 1)])


def lstm(name, units=3):
    torch.manual_seed(0)
    return MapLSTM(units, COURSES[name]).double()


def gates(height, width, units=3, images=2):
    random = torch.Generator().manual_seed(1)
    return torch.randn(
        height, width, images, 4 * units, generator=random, dtype=torch.float64
    ).requires_grad_()


@every_course
@SIZES
def test_it_is_the_papers_equation_at_each_place(name, size):
    found, given = lstm(name), gates(*size)
    kernels = found.weight.split(3)
    hidden, cells, height, width = {}, {}, *size
    zero = torch.zeros(2, 3, dtype=torch.float64)
    order = range(width - 1, -1, -1) if name == "left" else range(width)
    for row in range(height):
        for column in order:
            seen = [(row + down, column + right) for down, right in COURSES[name].seen]
            sums = given[row, column] + sum(
                hidden.get(place, zero) @ kernel
                for place, kernel in zip(seen, kernels, strict=True)
            )
            output, forget, entry = sums[:, :9].sigmoid().split(3, dim=1)
            cell = forget * cells.get(seen[0], zero) + entry * sums[:, 9:].tanh()
            cells[row, column], hidden[row, column] = cell, output * cell.tanh()

    result = found(given)

    for (row, column), expected in hidden.items():
        torch.testing.assert_close(result[row, column], expected)


@pytest.mark.slow
@every_course
@SIZES
def test_its_gradients_are_those_of_finite_differences(name, size):
    found = lstm(name)

    def states(given, weight):
        return Scan.apply(given, weight, found.course)

    assert torch.autograd.gradcheck(states, (gates(*size), found.weight))


@every_course
def test_every_place_is_in_one_line_after_those_that_it_sees(name):
    course, (height, width) = COURSES[name], (4, 5)
    seen_by_now, border = set(), set(range((height + 1) * (width + 2)))
    inside = {
        (row + 1) * (width + 2) + column + 1 for row in range(height) for column in range(width)
    }
    border -= inside

    for line in course.lines(height, width):
        places = range((height + 1) * (width + 2))[line]
        assert all(
            place + offset in seen_by_now | border
            for place in places
            for offset in course.offsets(width)
        )
        assert not seen_by_now.intersection(places)
        seen_by_now.update(places)

    assert seen_by_now == inside
