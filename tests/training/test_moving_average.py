"""The exponential moving average of a network."""

import copy

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from gan_lab.training.moving_average import MovingAverage


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))


def train(module, step):
    with torch.no_grad():
        for tensor in (*module.parameters(), module[1].running_mean, module[1].running_var):
            tensor.add_(0.1 * (step + 1))
        module[1].num_batches_tracked += 1


def test_the_average_equals_torchs_own_in_weights_and_statistics():
    module = network()
    ours = MovingAverage(module, 0.9)
    torchs = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True)

    for step in range(5):
        train(module, step)
        ours.update_parameters(module)
        torchs.update_parameters(module)

    for name, tensor in torchs.state_dict().items():
        if tensor.is_floating_point() or name == "n_averaged":
            torch.testing.assert_close(ours.state_dict()[name], tensor)


def test_the_first_update_copies_the_network():
    module = network()
    average = MovingAverage(module, 0.9)
    train(module, 0)

    average.update_parameters(module)

    for name, tensor in module.state_dict().items():
        assert torch.equal(average.module.state_dict()[name], tensor)


def test_counts_are_those_of_the_network():
    module = network()
    average = MovingAverage(module, 0.9)
    for step in range(3):
        train(module, step)
        average.update_parameters(module)

    assert average.module[1].num_batches_tracked == 3


def test_a_restored_average_goes_on_as_if_it_had_never_been_saved():
    module = network()
    average = MovingAverage(module, 0.9)
    train(module, 0)
    average.update_parameters(module)
    restored = MovingAverage(network(), 0.9)
    restored.load_state_dict(copy.deepcopy(average.state_dict()))

    train(module, 1)
    average.update_parameters(module)
    restored.update_parameters(module)

    for name, tensor in average.state_dict().items():
        assert torch.equal(restored.state_dict()[name], tensor)
