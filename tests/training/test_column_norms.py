"""The bound on the weights of each unit."""

import copy

import pytest
import torch
from torch import nn

from gan_lab.networks.blocks import Maxout, MaxoutConv2d
from gan_lab.training.column_norms import limit_column_norms


def test_longer_columns_are_shortened_and_shorter_ones_are_left_alone():
    layer = nn.Linear(2, 3)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, 4.0], [0.6, 0.8], [0.0, 0.0]]))
        layer.bias.fill_(100.0)

    limit_column_norms(layer, 2.0)

    assert layer.weight[0].tolist() == pytest.approx([1.2, 1.6], rel=1e-6)
    assert layer.weight[1:].tolist() == [pytest.approx([0.6, 0.8]), [0.0, 0.0]]
    assert layer.bias.tolist() == [100.0] * 3


def test_other_tensors_of_several_axes_are_no_columns():
    network = nn.Sequential(nn.ParameterList([torch.full((2, 3), 9.0)]), nn.BatchNorm1d(4))

    limit_column_norms(network, 0.1)

    assert set(network[0][0].flatten().tolist()) == {9.0}
    assert network[1].weight.tolist() == [1.0] * 4


@pytest.mark.parametrize(
    "layer", [Maxout(6, 4, 3), MaxoutConv2d(2, 4, 3, 3, 1, 2), nn.Linear(5, 4)], ids=repr
)
def test_the_lengths_are_those_of_each_pieces_weights(layer):
    layer = copy.deepcopy(layer).to(memory_format=torch.channels_last)
    weight = next(weight for weight in layer.parameters() if weight.dim() > 1)
    nn.init.normal_(weight, std=2.0)
    before = weight.detach().clone()

    limit_column_norms(layer, 1.9365)

    lengths = before.flatten(1).norm(dim=1)
    scales = (1.9365 / lengths).clamp_max(1.0).reshape(-1, *[1] * (weight.dim() - 1))
    torch.testing.assert_close(weight.detach(), before * scales)
    assert (lengths > 1.9365).any()
