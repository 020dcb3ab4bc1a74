"""Networks in evaluation mode for a while."""

import pytest
from torch import nn

from gan_lab.training.resting import resting


def test_every_layer_gets_its_own_mode_back_whatever_happens():
    network = nn.Sequential(nn.Dropout(), nn.Sequential(nn.BatchNorm1d(2), nn.Dropout()))
    network[1][0].eval()
    modes = [layer.training for layer in network.modules()]

    with pytest.raises(ZeroDivisionError), resting(network) as (asked,):
        assert asked is network
        assert not any(layer.training for layer in network.modules())
        raise ZeroDivisionError

    assert [layer.training for layer in network.modules()] == modes
    assert modes == [True, True, True, False, True]
