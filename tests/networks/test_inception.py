"""Inception-v3 of the FID: its layers, its pools and the order in which branches are joined.

That all of it together computes the features of the original is tested with the trained weights:
see tests/evaluation/test_inception.py.
"""

import pytest
import torch
from torch import nn
from torch.nn import functional

from gan_lab.networks.inception import (
    Convolution,
    InceptionV3,
    MixedA,
    MixedB,
    MixedC,
    MixedD,
    MixedE,
    average,
)


@pytest.fixture(scope="module")
def network():
    with torch.device("meta"):
        return InceptionV3().eval()


def test_images_of_299x299_become_2048_features(network):
    assert network(torch.empty(2, 3, 299, 299, device="meta")).shape == (2, 2048)


def test_the_maps_shrink_as_in_the_graph(network):
    sizes = {}
    for name, module in network.named_children():
        module.register_forward_hook(
            lambda _module, _inputs, maps, name=name: sizes.update({name: tuple(maps.shape[1:])})
        )

    network(torch.empty(1, 3, 299, 299, device="meta"))

    assert sizes["Conv2d_4a_3x3"] == (192, 71, 71)
    assert sizes["Mixed_5b"] == (256, 35, 35)
    assert sizes["Mixed_5d"] == (288, 35, 35)
    assert sizes["Mixed_6a"] == sizes["Mixed_6e"] == (768, 17, 17)
    assert sizes["Mixed_7a"] == (1280, 8, 8)
    assert sizes["Mixed_7c"] == (2048, 8, 8)


def test_it_has_94_convolutions_and_the_published_number_of_weights(network):
    layers = [module for module in network.modules() if isinstance(module, Convolution)]

    kernels = sum(layer.conv.weight.numel() for layer in layers)
    assert len(layers) == 94
    # Kernels, and an offset, a mean and a variance for each output channel.
    assert kernels + sum(3 * layer.bn.num_features for layer in layers) == 21_802_784


@pytest.mark.parametrize(
    ("block", "layers"),
    [
        ("Mixed_5b", "1x1 5x5_1 5x5_2 3x3dbl_1 3x3dbl_2 3x3dbl_3 _pool"),
        ("Mixed_6a", "3x3 3x3dbl_1 3x3dbl_2 3x3dbl_3"),
        (
            "Mixed_6b",
            "1x1 7x7_1 7x7_2 7x7_3 7x7dbl_1 7x7dbl_2 7x7dbl_3 7x7dbl_4 7x7dbl_5 _pool",
        ),
        ("Mixed_7a", "3x3_1 3x3_2 7x7x3_1 7x7x3_2 7x7x3_3 7x7x3_4"),
        ("Mixed_7b", "1x1 3x3_1 3x3_2a 3x3_2b 3x3dbl_1 3x3dbl_2 3x3dbl_3a 3x3dbl_3b _pool"),
    ],
)
def test_layers_have_the_names_of_torchvision_in_the_order_of_the_graph(network, block, layers):
    names = [name for name, _ in network.get_submodule(block).named_children()]

    assert names == [f"branch{layer}" for layer in layers.split()]


def test_a_convolution_is_normalised_and_rectified():
    layer = Convolution(2, 3, 1).eval()
    mean, variance = torch.tensor([0.1, 0.2, -0.3]), torch.tensor([0.5, 1.0, 2.0])
    scale, offset = torch.tensor([1.0, 2.0, 0.5]), torch.tensor([0.0, -0.1, 0.2])
    layer.bn.load_state_dict(
        {"running_mean": mean, "running_var": variance, "weight": scale, "bias": offset},
        strict=False,
    )
    maps = torch.linspace(-1, 1, 2 * 4 * 4).view(1, 2, 4, 4)

    mixed = torch.einsum("oi,nihw->nohw", layer.conv.weight[:, :, 0, 0], maps)
    whitened = (mixed.movedim(1, -1) - mean) / (variance + 0.001).sqrt()
    expected = (whitened * scale + offset).clamp(min=0).movedim(-1, 1)
    torch.testing.assert_close(layer(maps), expected)


def test_the_average_does_not_count_the_padding():
    corner = torch.arange(9.0).view(1, 1, 3, 3)

    averaged = average(corner)

    assert torch.equal(average(torch.ones(1, 1, 8, 8)), torch.ones(1, 1, 8, 8))
    assert averaged[0, 0, 0, 0] == (0 + 1 + 3 + 4) / 4
    assert averaged[0, 0, 1, 1] == 4


@pytest.mark.parametrize(("maximum", "pool"), [(True, "max"), (False, "average")])
def test_only_the_last_block_pools_by_the_maximum(network, maximum, pool):
    block = MixedE(1, maximum=maximum).eval()
    nn.init.ones_(block.branch_pool.conv.weight)
    maps = torch.linspace(0, 1, 64).view(1, 1, 8, 8).sin()

    pooled = functional.max_pool2d(maps, 3, 1, 1) if pool == "max" else average(maps)
    expected = (pooled / 1.001**0.5).expand(-1, 192, -1, -1)
    torch.testing.assert_close(block(maps)[:, -192:], expected)
    assert (network.Mixed_7b.maximum, network.Mixed_7c.maximum) == (False, True)


@pytest.mark.parametrize(
    ("block", "branches"),
    [
        (
            MixedA(2, pooled=32),
            {"branch1x1": 64, "branch5x5_2": 64, "branch3x3dbl_3": 96, "branch_pool": 32},
        ),
        (MixedB(2), {"branch3x3": 384, "branch3x3dbl_3": 96, "the pool": 2}),
        (
            MixedC(2, width=8),
            {"branch1x1": 192, "branch7x7_3": 192, "branch7x7dbl_5": 192, "branch_pool": 192},
        ),
        (MixedD(2), {"branch3x3_2": 320, "branch7x7x3_4": 192, "the pool": 2}),
        (
            MixedE(2, maximum=False),
            {
                "branch1x1": 320,
                "branch3x3_2a": 384,
                "branch3x3_2b": 384,
                "branch3x3dbl_3a": 384,
                "branch3x3dbl_3b": 384,
                "branch_pool": 192,
            },
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
@torch.no_grad()
def test_branches_are_joined_in_the_order_of_the_graph(block, branches):
    # Each last layer of a branch is made to say its own number.
    for number, name in enumerate(branches, start=1):
        if name != "the pool":
            layer = block.get_submodule(name)
            nn.init.zeros_(layer.conv.weight)
            nn.init.constant_(layer.bn.bias, number)

    maps = block.eval()(torch.full((1, 2, 9, 9), 3.0))

    expected = [number for number, width in enumerate(branches.values(), 1) for _ in range(width)]
    assert maps[0, :, 0, 0].tolist() == expected
