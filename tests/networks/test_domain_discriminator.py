"""StarGAN's discriminator: a logit of each patch, a logit of each domain."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.domain_discriminator import DomainDiscriminator


def judge(shape=(3, 32, 48), n_classes=5, width=4, halvings=3):
    torch.manual_seed(0)
    return DomainDiscriminator(shape, n_classes, width, halvings, slope=0.01)


def test_patches_come_one_image_after_the_other_and_domains_for_each_image():
    network, images = judge(), torch.rand(2, 3, 32, 48)

    answers = network(images, with_features=True)

    assert answers.logits.shape == (2 * 4 * 6,)
    assert answers.head.shape == (2, 5)
    assert answers.features.shape == (2, 16 * 4 * 6)
    alone = network(images[:1], with_features=True)
    torch.testing.assert_close(answers.logits[:24], alone.logits)
    torch.testing.assert_close(answers.head[:1], alone.head)
    assert torch.equal(network(images), answers.logits)


def test_sides_that_are_no_powers_of_two_are_judged():
    assert judge((1, 28, 28))(torch.rand(2, 1, 28, 28)).shape == (2 * 3 * 3,)


def test_the_paper_s_network_has_as_many_weights_as_its_authors():
    """With 5 attributes 53 million together with the generator, as in the paper."""
    network = judge((3, 128, 128), n_classes=5, width=64, halvings=6)

    assert sum(weight.numel() for weight in network.parameters()) == 44_762_048


def test_images_of_which_nothing_is_left_and_a_lack_of_domains_are_refused():
    with pytest.raises(ConfigError, match=r"halvings=5 leaves nothing of the 16x64 pixels"):
        judge((1, 16, 64), halvings=5)
    with pytest.raises(ConfigError, match=r"choose algorithm=stargan with data\.condition=labels"):
        judge(n_classes=0)
