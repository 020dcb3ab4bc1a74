"""Means since the last row, and the first iteration whose loss was not finite."""

import math

import pytest
import torch

from gan_lab.training.meters import Meters


def losses(number):
    return {"loss/generator": torch.tensor(number), "loss/discriminator": torch.tensor(1.0)}


def reported(numbers):
    """Return meters that saw one generator loss per iteration."""
    meters = Meters()
    for number in numbers:
        meters.add(losses(number))
        meters.finish_iteration()
    return meters


def together(*processes):
    """Let every process synchronise with all others, as their `reduce` would over a network."""
    offered = []

    def collect(tensor, reduce_op):
        offered.append(tensor)
        return tensor

    for meters in processes:
        meters.synchronise(collect)
    rounds = len(offered) // len(processes)
    for meters in processes:
        calls = iter(range(rounds))

        def reduce(tensor, reduce_op, calls=calls):
            everyone = torch.stack(offered[next(calls) :: rounds])
            return everyone.mean(0) if reduce_op == "mean" else everyone.amax(0)

        meters.synchronise(reduce)


def test_reading_gives_the_mean_of_each_quantity_over_its_own_observations():
    meters = Meters()
    for number in (1.0, 2.0, 6.0):
        meters.add({"value": torch.tensor(number)})
    meters.add({"gradient_norm": torch.tensor(0.5)})

    assert meters.read() == {"value": 3.0, "gradient_norm": 0.5}


def test_reading_starts_anew():
    meters = Meters()
    meters.add({"value": torch.tensor(100.0)})
    meters.read()

    meters.add({"value": torch.tensor(1.0)})

    assert meters.read() == {"value": 1.0}
    assert meters.read() == {}


def test_half_precision_observations_are_added_in_float32():
    meters = Meters()
    for _ in range(1000):
        meters.add({"value": torch.tensor(1.0, dtype=torch.bfloat16)})  # stalls at 256 by itself

    assert meters.read() == {"value": 1.0}


def test_a_meter_keeps_no_graph_of_what_it_was_given():
    weight = torch.tensor(2.0, requires_grad=True)
    meters = Meters()
    meters.add({"value": weight * 3})

    assert not any(total.requires_grad for total in meters.state_dict()["sums"].values())
    assert meters.read() == {"value": 6.0}


def test_later_changes_of_an_observed_tensor_do_not_change_the_mean():
    meters = Meters()
    value = torch.tensor(1.0)
    meters.add({"value": value})
    meters.add({"value": value})

    value.fill_(100.0)

    assert meters.read()["value"] == 1.0


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("first", [1, 2, 5])
def test_the_first_iteration_whose_loss_is_not_finite_is_named(first, broken):
    numbers = [0.5] * (first - 1) + [broken, 0.5, broken]

    assert reported(numbers).first_nonfinite(len(numbers)) == first


def test_finite_losses_of_any_size_are_no_complaint():
    assert reported([0.0, -1e30, 1e30, 1e-30]).first_nonfinite(4) is None
    assert Meters().first_nonfinite(0) is None


def test_a_loss_that_breaks_after_a_reading_is_named():
    meters = reported([0.5, 0.5])
    meters.read()

    meters.add(losses(math.nan))
    meters.finish_iteration()

    assert meters.first_nonfinite(3) == 3


def test_what_is_no_loss_may_be_infinite():
    meters = Meters()
    meters.add({**losses(0.5), "gradient_norm/generator": torch.tensor(math.inf)})
    meters.finish_iteration()

    assert meters.first_nonfinite(1) is None


def test_means_continue_from_a_state():
    meters = reported([1.0, 2.0])
    state = meters.state_dict()
    resumed = Meters()

    resumed.load_state_dict(state)
    for each in (meters, resumed):
        each.add(losses(6.0))

    assert resumed.read() == meters.read() == {"loss/generator": 3.0, "loss/discriminator": 1.0}


def test_a_state_goes_on_wherever_the_values_are():
    # A GPU's are, and a checkpoint is read before its module gets there.
    state = reported([1.0, 2.0]).state_dict()
    resumed = Meters()
    resumed.load_state_dict(state)

    elsewhere = {name: value.to("meta") for name, value in losses(6.0).items()}
    resumed.add(elsewhere)
    resumed.finish_iteration()
    resumed.synchronise(lambda tensor, reduce_op: tensor)


def test_a_state_does_not_change_with_the_meters_it_was_taken_from(tmp_path):
    meters = reported([1.0])
    state = meters.state_dict()
    meters.add(losses(100.0))

    torch.save(state, tmp_path / "state")

    resumed = Meters()
    resumed.load_state_dict(torch.load(tmp_path / "state", weights_only=True))
    assert resumed.read()["loss/generator"] == 1.0


def test_after_synchronising_all_processes_read_the_mean_over_processes():
    processes = reported([1.0, 2.0]), reported([5.0, 6.0])

    together(*processes)

    for meters in processes:
        assert meters.read()["loss/generator"] == (1 + 2 + 5 + 6) / 4


def test_synchronising_twice_changes_nothing_and_later_observations_count_fully():
    processes = reported([1.0]), reported([3.0])
    together(*processes)
    together(*processes)

    for meters, number in zip(processes, (4.0, 8.0), strict=True):
        meters.add(losses(number))
    together(*processes)

    for meters in processes:
        assert meters.read()["loss/generator"] == (2 + 6) / 2


def test_a_loss_that_breaks_on_one_process_stops_all_of_them():
    processes = reported([0.5, 0.5, 0.5]), reported([0.5, math.nan, 0.5])

    together(*processes)

    assert [meters.first_nonfinite(3) for meters in processes] == [2, 2]


def test_of_several_processes_the_first_to_break_is_named():
    # The averaged gradient carries the NaN of one process to all others one iteration later.
    processes = reported([0.5, math.nan, math.nan]), reported([0.5, 0.5, math.nan])

    together(*processes)

    assert [meters.first_nonfinite(3) for meters in processes] == [2, 2]


def test_synchronising_before_the_first_observation_is_harmless():
    meters = Meters()

    meters.synchronise(lambda tensor, reduce_op: tensor)

    assert meters.read() == {}


@pytest.mark.parametrize(
    ("name", "total", "count"),
    [
        ("iteration", torch.zeros(()), 1),
        ("a,b\n", torch.zeros(()), 1),
        ("\x1b[31m", torch.zeros(()), 1),
        ("value", torch.zeros(3), 1),
        ("value", torch.zeros((), dtype=torch.complex64), 1),
        ("value", torch.zeros(()), 0),
        ("value", torch.zeros(()), "1"),
    ],
)
def test_a_state_of_something_else_is_refused_before_anything_is_taken(name, total, count):
    meters = reported([1.0])
    before = meters.state_dict()

    with pytest.raises(ValueError, match=r"is no sum|has no count"):
        meters.load_state_dict({"sums": {name: total}, "counts": {name: count}})

    assert meters.state_dict() == before
