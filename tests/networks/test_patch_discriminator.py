"""A discriminator of patches: how many, how large, and images that are too small."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.patch_discriminator import PatchDiscriminator


def judge(shape=(1, 32, 32), halvings=2, width=4):
    torch.manual_seed(0)
    return PatchDiscriminator(shape, width, halvings, slope=0.2)


def test_there_is_a_logit_for_each_patch_one_image_after_the_other():
    network, images = judge(), torch.rand(3, 1, 32, 32)

    logits = network(images)

    assert logits.shape == (3 * 6 * 6,)
    torch.testing.assert_close(logits[:36], network(images[:1]))


@pytest.mark.parametrize(("halvings", "side"), [(1, 16), (2, 34), (3, 70)])
def test_a_logit_sees_a_patch_of_the_size_that_the_paper_names(halvings, side):
    network = judge((1, 160, 160), halvings)
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


def test_images_of_which_nothing_is_left_are_refused():
    with pytest.raises(ConfigError, match=r"halvings=3 leaves fewer than 3 pixels .* choose fewer"):
        judge((1, 16, 16), halvings=3)
