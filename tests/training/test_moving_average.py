"""The exponential moving average of a network."""

import copy

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from gan_lab.callbacks.checkpoints import Checkpoints
from gan_lab.training.moving_average import MovingAverage
from gan_lab.training.player import Average
from tests.training.conftest import fit, recipe, tiny_gan


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


@pytest.mark.parametrize(
    ("updates", "decay"), [(0, 0.0), (1, 2 / 11), (8, 0.5), (90, 0.91), (889, 0.99), (10**6, 0.99)]
)
def test_with_a_warm_up_the_decay_follows_the_number_of_updates(updates, decay):
    module = network()
    average = MovingAverage(module, 0.99, warm_up=True)
    before = average.module[0].weight.clone()
    train(module, 0)

    average.follow(updates, 0)
    average.update_parameters(module)

    expected = decay * before + (1 - decay) * module[0].weight
    torch.testing.assert_close(average.module[0].weight, expected)


def test_after_the_warm_up_it_is_the_usual_average_to_the_last_bit():
    module = network()
    usual, warmed = MovingAverage(module, 0.9), MovingAverage(module, 0.9, warm_up=True)
    usual.n_averaged.fill_(100)
    train(module, 0)

    warmed.follow(100, 0)
    for average in (usual, warmed):
        average.update_parameters(module)

    for name in ("0.weight", "1.running_mean"):
        assert torch.equal(usual.module.state_dict()[name], warmed.module.state_dict()[name])


def test_the_warm_up_is_in_no_checkpoint_and_a_network_of_doubles_has_one():
    average = MovingAverage(network().double(), 0.9, warm_up=True)
    average.follow(3, 0)
    average.update_parameters(network().double())

    assert average.state_dict().keys() == MovingAverage(network(), 0.9).state_dict().keys()


def test_a_decay_that_changes_is_asked_for_before_each_update():
    module = network()
    average = MovingAverage(module, lambda iteration, images_seen: images_seen / 100)
    before = average.module[0].weight.clone()
    train(module, 0)

    average.follow(3, 75)
    average.update_parameters(module)

    expected = 0.75 * before + 0.25 * module[0].weight
    torch.testing.assert_close(average.module[0].weight, expected)


def averaged(*, warm_up):
    return tiny_gan(recipe=recipe(average=Average(decay=0.999, warm_up=warm_up)))


def away(module):
    """Return how far the averaged weights are from those of now, as a share of these."""
    now = torch.cat([weight.flatten() for weight in module.generator.parameters()])
    average = torch.cat([weight.flatten() for weight in module.evaluated_generator.parameters()])
    return ((average - now).norm() / now.norm()).item()


def test_the_first_pictures_are_drawn_by_a_network_that_is_near(tmp_path):
    cold, warm = (averaged(warm_up=warm_up) for warm_up in (False, True))

    for module in (cold, warm):
        fit(module, 40)

    assert away(warm) < 0.3 * away(cold)
    # The average is only looked at: the networks have not noticed it.
    for name, tensor in cold.generator.state_dict().items():
        assert torch.equal(tensor, warm.generator.state_dict()[name])


def test_a_run_that_goes_on_in_its_warm_up_equals_the_whole_one(tmp_path):
    path = tmp_path / "last.ckpt"
    whole, begun, resumed = (averaged(warm_up=True) for _ in range(3))
    fit(whole, 9)

    fit(begun, 4, callbacks=[Checkpoints(path, 4, {"config": {}, "overrides": []})])
    fit(resumed, 9, ckpt=path)

    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_the_moving_average_follows_weights_and_buffers_by_its_formula():
    module = tiny_gan()
    expected = {}
    training_step = module.training_step

    def recorded(*arguments):
        training_step(*arguments)
        for name, tensor in module.generator.state_dict().items():
            if not tensor.is_floating_point():
                continue
            old = expected.get(name)
            expected[name] = tensor.clone() if old is None else 0.9 * old + 0.1 * tensor

    module.training_step = recorded

    fit(module, 4)

    average = module.evaluated_generator.state_dict()
    for name, tensor in expected.items():
        torch.testing.assert_close(average[name], tensor)
