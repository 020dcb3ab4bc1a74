"""Batch normalisation and dropout of a network that is only looked through."""

import copy

import pytest
import torch
from torch import nn

from gan_lab.networks.blocks import RestingDropout
from gan_lab.training.phase import frozen_buffers


@pytest.fixture
def network():
    """Two kinds of batch normalisation, nested, with statistics of their own."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=False),
        nn.BatchNorm2d(4),
        nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.BatchNorm1d(8, momentum=None)),
    )
    for _ in range(3):
        network(1 + 2 * images())
    return network


def images(n=6):
    return torch.randn(n, 1, 4, 4)


def buffers(network):
    return copy.deepcopy(dict(network.named_buffers()))


def assert_same_bits(actual, expected):
    assert actual.keys() == expected.keys()
    assert all(torch.equal(actual[name], expected[name]) for name in expected)


def normalised_by_hand(batch):
    """Normalise each channel of `(N, C, H, W)` by this batch's mean and biased variance."""
    centred = batch - batch.mean((0, 2, 3), keepdim=True)
    return centred / (centred.square().mean((0, 2, 3), keepdim=True) + 1e-5).sqrt()


def test_every_bit_of_the_buffers_stays(network):
    before = buffers(network)

    with frozen_buffers([network]):
        for _ in range(3):
            network(images())

    assert {name.split(".")[-1] for name in before} == {
        "running_mean",
        "running_var",
        "num_batches_tracked",
    }
    assert_same_bits(buffers(network), before)


def test_buffers_do_move_without_it(network):
    before = buffers(network)

    network(images())

    after = buffers(network)
    assert not any(torch.equal(after[name], before[name]) for name in before)


def test_outputs_are_those_of_training_mode(network):
    batch = images()
    expected = copy.deepcopy(network).train()(batch)

    with frozen_buffers([network]):
        output = network(batch)

    assert torch.equal(output, expected)


def test_outputs_are_normalised_by_the_batchs_own_statistics(network):
    layer, batch = network[1], 5 + 3 * torch.randn(6, 4, 2, 2)

    with frozen_buffers([network]):
        output = layer(batch)

    torch.testing.assert_close(output, normalised_by_hand(batch))


def test_gradients_are_those_of_training_mode(network):
    batch = images().requires_grad_()
    (expected,) = torch.autograd.grad(copy.deepcopy(network)(batch).square().sum(), batch)

    with frozen_buffers([network]):
        (gradient,) = torch.autograd.grad(network(batch).square().sum(), batch)

    assert torch.equal(gradient, expected)


def test_afterwards_statistics_move_as_if_nothing_had_been(network):
    untouched, batch = copy.deepcopy(network), images()
    with frozen_buffers([network]):
        network(images())

    network(batch)
    untouched(batch)

    assert_same_bits(buffers(network), buffers(untouched))


def test_statistics_are_tracked_again_after_an_exception(network):
    before = buffers(network)

    with pytest.raises(RuntimeError, match="out of memory"), frozen_buffers([network]):
        network(images())
        raise RuntimeError("out of memory")

    assert_same_bits(buffers(network), before)
    network(images())
    assert network[1].num_batches_tracked == before["1.num_batches_tracked"] + 1


def test_nested_uses_end_with_the_outer_one(network):
    before = buffers(network)

    with frozen_buffers([network]):
        with frozen_buffers([network]):
            network(images())
        network(images())

    assert_same_bits(buffers(network), before)
    assert network[1].track_running_stats


def test_a_layer_that_tracks_nothing_stays_one_that_tracks_nothing():
    layer = nn.BatchNorm1d(4, track_running_stats=False)
    batch = torch.randn(6, 4)
    expected = copy.deepcopy(layer)(batch)

    with frozen_buffers([layer]):
        output = layer(batch)

    assert torch.equal(output, expected)
    assert not layer.track_running_stats
    assert layer.running_mean is layer.running_var is None


def test_weights_keep_collecting_gradients(network):
    with frozen_buffers([network]):
        network(images()).square().sum().backward()

    assert all(weight.grad is not None for weight in network.parameters())


def test_resting_dropout_passes_everything_and_other_dropout_goes_on():
    resting, other = RestingDropout(0.5), nn.Dropout(0.5)
    numbers = torch.ones(1000)

    with frozen_buffers([nn.Sequential(nn.Sequential(resting), other)]):
        assert torch.equal(resting(numbers), numbers)
        assert not torch.equal(other(numbers), numbers)

    assert set(resting(numbers).tolist()) == {0.0, 2.0}


@pytest.mark.parametrize("training", [True, False])
def test_resting_dropout_is_left_in_the_mode_it_was_in(training):
    layer = RestingDropout(0.5).train(training)

    with pytest.raises(RuntimeError), frozen_buffers([layer]):
        raise RuntimeError

    assert layer.training is training
