"""StarGAN's generator: what it makes of an image depends on the domain, and on no other image."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.domain_translator import DomainTranslator


def translator(shape=(3, 16, 24), n_classes=3, width=4, blocks=2, value_range=(-1.0, 1.0), **more):
    torch.manual_seed(0)
    return DomainTranslator(shape, value_range, n_classes, width, blocks, **more)


def test_a_translation_has_the_shape_of_the_image_and_stays_in_the_value_range():
    images = torch.rand(2, 3, 16, 24)

    made = translator(value_range=(0.0, 1.0))(images, torch.tensor([0, 2]))

    assert made.shape == images.shape
    assert made.min() >= 0
    assert made.max() <= 1


def test_an_image_is_translated_to_the_domain_that_it_is_asked_for():
    network, image = translator(), torch.rand(1, 3, 16, 24)

    made = network(image.expand(3, -1, -1, -1), torch.tensor([0, 1, 0]))

    torch.testing.assert_close(made[0], made[2])
    assert (made[0] - made[1]).abs().mean() > 1e-4


def test_a_translator_may_begin_as_a_copy_whatever_the_domain():
    images, domains = (torch.rand(2, 3, 16, 24) > 0.9).float(), torch.tensor([0, 2])
    plain, copying = (translator(value_range=(0.0, 1.0), copies=n) for n in (0.0, 2.0))

    added = torch.logit(copying(images, domains)) - torch.logit(plain(images, domains))

    # A sigmoid is a tanh of half the number; pixels of -1 and 1 count twice.
    torch.testing.assert_close(added, 4.0 * (2 * images - 1), rtol=0, atol=1e-3)


def test_attributes_are_given_as_a_share_of_each():
    network, images = translator(), torch.rand(2, 3, 16, 24)

    one_hot = network(images, torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))

    torch.testing.assert_close(one_hot, network(images, torch.tensor([1, 2])))


def test_images_of_a_batch_are_translated_each_by_itself():
    network, images, domains = translator(), torch.rand(3, 3, 16, 24), torch.tensor([0, 1, 2])

    torch.testing.assert_close(network(images, domains)[1:2], network(images[1:2], domains[1:2]))


def test_the_paper_s_networks_have_as_many_weights_as_its_authors():
    """With 5 attributes 53 million together with the discriminator, as in the paper."""
    network = translator((3, 128, 128), n_classes=5, width=64, blocks=6)

    assert sum(weight.numel() for weight in network.parameters()) == 8_430_528


def test_a_size_that_cannot_be_halved_twice_and_a_lack_of_domains_are_refused():
    with pytest.raises(ConfigError, match=r"model=stargan makes .* try data\.size=16\."):
        translator((1, 18, 18))
    with pytest.raises(ConfigError, match=r"choose algorithm=stargan with data\.condition=labels"):
        translator(n_classes=0)
