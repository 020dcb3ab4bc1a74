"""A discriminator of patches: how many, how large, and images that are too small."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.patch_discriminator import PatchDiscriminator


def judge(shape=(1, 32, 32), halvings=2, width=4, **others):
    torch.manual_seed(0)
    return PatchDiscriminator(shape, width, halvings, slope=0.2, **others)


def test_there_is_a_logit_for_each_patch_one_image_after_the_other():
    network, images = judge(), torch.rand(3, 1, 32, 32)

    logits = network(images)

    assert logits.shape == (3 * 6 * 6,)
    torch.testing.assert_close(logits[:36], network(images[:1]))


@pytest.mark.parametrize(
    ("halvings", "unhalved", "side"), [(1, 1, 16), (2, 1, 34), (3, 1, 70), (2, 0, 22)]
)
def test_a_logit_sees_a_patch_of_the_size_that_the_paper_names(halvings, unhalved, side):
    network = judge((1, 160, 160), halvings, unhalved=unhalved)
    # Instance normalisation looks at the whole image, but for a factor and a shift.
    layers = [layer for layer in network.layers if not isinstance(layer, torch.nn.InstanceNorm2d)]
    images = torch.rand(1, 1, 160, 160, requires_grad=True)
    features = images
    for layer in layers[:-1]:
        features = layer(features)

    features[0, 0, features.shape[2] // 2, features.shape[3] // 2].backward()

    rows = images.grad[0, 0].abs().sum(dim=1).nonzero()
    assert rows.max() - rows.min() + 1 == side


def test_the_paper_s_network_has_as_many_weights_as_its_authors():
    """2.8 million, as the authors' code prints."""
    count = sum(weight.numel() for weight in judge((3, 256, 256), 3, 64).parameters())

    assert round(count / 1e6, 3) == 2.765


def test_the_network_for_music_has_the_layers_of_its_paper():
    """Brunner et al., 2018: 64 channels, then 256, then a logit for each place."""
    network = judge((1, 64, 84), 2, 64, growth=4, unhalved=0)

    layers = [layer for layer in network.layers if isinstance(layer, torch.nn.Conv2d)]
    shapes = [(layer.in_channels, layer.out_channels, layer.stride[0]) for layer in layers]
    assert shapes == [(1, 64, 2), (64, 256, 2), (256, 1, 1)]
    assert network(torch.rand(2, 1, 64, 84)).shape == (2 * 15 * 20,)


def test_images_of_which_nothing_is_left_are_refused():
    with pytest.raises(ConfigError, match=r"halvings=3 leaves fewer than 3 pixels .* choose fewer"):
        judge((1, 16, 16), halvings=3)
