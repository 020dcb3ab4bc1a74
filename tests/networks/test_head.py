"""A second answer of a discriminator."""

import torch
from torch import nn

from gan_lab.networks.dcgan import DCGANDiscriminator
from gan_lab.networks.features import Answers
from gan_lab.networks.head import WithHead, code_head
from gan_lab.networks.spectral import is_normalised_spectrally

K = 3
IMAGES = torch.randn(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([2, 0, -1, 1])


def with_head(**options):
    discriminator = DCGANDiscriminator((1, 16, 16), width=4, slope=0.2, **options)
    return WithHead(discriminator, nn.Linear(discriminator.n_features, K)).eval()


def test_it_judges_without_the_label():
    network = with_head()

    answers = network(IMAGES, LABELS, with_features=True)

    assert isinstance(answers, Answers)
    assert answers.head.shape == (4, K)
    assert torch.equal(answers.head, network.head(answers.features))
    assert torch.equal(network(IMAGES, LABELS), network(IMAGES, LABELS.flip(0)))
    assert torch.equal(network(IMAGES), network.discriminator(IMAGES))


def test_it_is_normalised_as_the_discriminator_is():
    assert is_normalised_spectrally(with_head(norm="spectral").head)
    assert not is_normalised_spectrally(with_head().head)


def test_the_head_of_codes_is_that_of_the_authors():
    head = code_head(16, 12)

    assert [layer.weight.shape for layer in head if isinstance(layer, nn.Linear)] == [
        (128, 16), (12, 128)
    ]  # fmt: skip
    assert head[2].negative_slope == 0.01
    assert isinstance(head[1], nn.BatchNorm1d)
