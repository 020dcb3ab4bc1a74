"""The states of optimizers, read back: the same numbers, and nothing that fused code trips over."""

import copy

import pytest
import torch

from gan_lab.errors import CheckpointError
from gan_lab.training.optimizer_states import fit_states

FUSED = {"lr": 0.1, "fused": True}


def weights():
    generator = torch.Generator().manual_seed(0)
    image = torch.randn(4, 3, 5, 5, generator=generator).to(memory_format=torch.channels_last)
    return [torch.nn.Parameter(image), torch.nn.Parameter(torch.randn(7, generator=generator))]


def stepped(make):
    """Return an optimizer after a step, and its state as a checkpoint keeps it."""
    optimizer = make(weights())
    for weight in optimizer.param_groups[0]["params"]:
        weight.grad = torch.ones_like(weight)
    optimizer.step()
    return optimizer, copy.deepcopy(optimizer.state_dict())


def adam(parameters):
    return torch.optim.Adam(parameters, **FUSED)


def sgd(parameters):
    return torch.optim.SGD(parameters, momentum=0.9, **FUSED)


def unfused(parameters):
    return torch.optim.Adafactor(parameters)


@pytest.mark.parametrize("make", [adam, sgd, unfused])
def test_a_restored_optimizer_takes_the_same_step(make):
    optimizer, state = stepped(make)
    restored = make([weight.detach().clone() for weight in optimizer.param_groups[0]["params"]])

    fit_states([state], [restored])
    restored.load_state_dict(state)

    for optimizer_ in (optimizer, restored):
        for weight in optimizer_.param_groups[0]["params"]:
            weight.grad = torch.full_like(weight, 0.5)
        optimizer_.step()
    pairs = zip(
        optimizer.param_groups[0]["params"], restored.param_groups[0]["params"], strict=True
    )
    assert all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize(
    "moment",
    [
        torch.zeros(1),
        torch.zeros(()),
        torch.zeros(4, 3, 5, 6),
        torch.zeros(0),
        torch.zeros(4, 3, 5, 5, device="meta"),
    ],
    ids=["short", "scalar", "long", "empty", "nowhere"],
)
def test_a_state_of_other_weights_is_refused(moment):
    optimizer, state = stepped(adam)
    state["state"][0]["exp_avg"] = moment

    with pytest.raises(CheckpointError, match="optimizer_states are not those of these networks"):
        fit_states([state], [optimizer])


def test_numbers_that_only_pretend_to_have_room_get_it():
    optimizer, state = stepped(adam)
    state["state"][0]["exp_avg"] = torch.zeros(1).expand(4, 3, 5, 5)

    fit_states([state], [optimizer])

    weight, moment = optimizer.param_groups[0]["params"][0], state["state"][0]["exp_avg"]
    assert moment.stride() == weight.stride()
    assert moment.untyped_storage().nbytes() == weight.untyped_storage().nbytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda states: states.clear(),
        lambda states: states[0].clear(),
        lambda states: states[0]["param_groups"].clear(),
        lambda states: states[0].update(state=5),
        lambda states: states[0].update(state={"a": {"exp_avg": torch.zeros(7)}}),
        lambda states: states[0]["state"].update({99: {"exp_avg": torch.zeros(7)}}),
        lambda states: states[0]["state"][0].update(step="one"),
        lambda states: states[0]["state"][0].update(exp_avg="one"),
        lambda states: states[0]["state"][0].update(exp_avg=torch.zeros(4, 3, 5, 5).to_sparse()),
        lambda states: states[0]["state"][0].update(step=torch.zeros(0)),
    ],
)
def test_a_state_of_another_form_is_refused(damage):
    optimizer, state = stepped(adam)
    states = [state]
    damage(states)

    with pytest.raises(CheckpointError, match="optimizer_states are not those"):
        fit_states(states, [optimizer])


def test_the_settings_stay_those_of_now_and_the_state_of_another_optimizer_is_dropped():
    _, state = stepped(sgd)
    optimizer = adam(weights())

    fit_states([state], [optimizer])

    assert state["state"] == {}
    assert state["param_groups"] == optimizer.state_dict()["param_groups"]


def test_states_that_are_not_there_are_refused():
    with pytest.raises(CheckpointError, match="optimizer_states are not those"):
        fit_states(None, [adam(weights())])
