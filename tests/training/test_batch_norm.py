"""Batch normalisation over two processes, against torch's own over the whole batch."""

import pytest
import torch
from torch import distributed, nn

from gan_lab.training.batch_norm import SynchroniseBatchNorm, SynchronisedBatchNorm
from tests.processes import together

WORLD = 2
SHAPES = [(6, 3), (4, 3, 5, 5)]


def layer_for(shape, **options):
    layer = (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(3, **options).double()
    if layer.affine:
        layer.weight.data = torch.tensor([0.5, 2.0, -1.0]).double()
        layer.bias.data = torch.tensor([1.0, 0.0, 3.0]).double()
    return layer


def compute(layer, features, upstream):
    """Return the output, the gradient and the gradient of a gradient penalty, both summed."""
    features.requires_grad_()
    output = layer(features)
    loss = (output.square() * upstream).sum()
    (slope,) = torch.autograd.grad(loss, features, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.square().sum(), features)
    return output.detach(), slope.detach(), curvature


def one_of_two(rank, rendezvous):
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{rendezvous}", rank=rank, world_size=WORLD
    )
    for shape in SHAPES:
        for options in ({}, {"affine": False}, {"momentum": None}):
            generator = torch.Generator().manual_seed(0)
            features = 5 + torch.randn(shape, generator=generator, dtype=torch.float64)
            upstream = torch.randn(shape, generator=generator, dtype=torch.float64)
            whole = layer_for(shape, **options)
            expected = compute(whole, features.clone(), upstream)
            layer = SynchronisedBatchNorm(layer_for(shape, **options))

            found = compute(layer, features.chunk(WORLD)[rank].clone(), upstream.chunk(WORLD)[rank])

            for one, all_of_them in zip(found, expected, strict=True):
                torch.testing.assert_close(
                    one, all_of_them.chunk(WORLD)[rank], rtol=1e-9, atol=1e-9
                )
            for name, statistic in whole.named_buffers():
                torch.testing.assert_close(dict(layer.named_buffers())[name], statistic)
    distributed.destroy_process_group()


@pytest.mark.slow
def test_two_processes_normalise_as_one_with_first_and_second_derivatives(tmp_path):
    together(WORLD, one_of_two, tmp_path / "rendezvous")


@pytest.mark.parametrize("shape", SHAPES)
def test_evaluation_uses_the_running_statistics(shape):
    layer = layer_for(shape).eval()
    features = torch.randn(shape, dtype=torch.float64)

    assert torch.equal(SynchronisedBatchNorm(layer).eval()(features), layer(features))


def test_layers_are_exchanged_and_put_back_with_what_they_learned():
    network = nn.Sequential(nn.Linear(4, 3), nn.Sequential(nn.BatchNorm1d(3), nn.ReLU()))
    keys, layer = list(network.state_dict()), network[1][0]
    plugin = SynchroniseBatchNorm()

    plugin.apply(network)
    assert isinstance(network[1][0], SynchronisedBatchNorm)
    assert list(network.state_dict()) == keys
    network.double()  # as a move to another device does, this makes new buffers
    network[1][0].running_mean.fill_(7)
    network[1][0].weight.data.fill_(2)
    plugin.revert(network)

    assert network[1][0] is layer
    assert layer.running_mean.tolist() == [7.0] * 3
    assert layer.running_mean.dtype == torch.float64
    assert layer.weight.tolist() == [2.0] * 3
