"""Convolutional encoders and decoders: sizes there and back."""

import pytest
import torch
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.networks.autoencoder_conv import ConvDecoder, ConvEncoder


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (2, 8, 13)])
def test_images_of_any_size_become_codes_and_come_back(shape):
    encoder = ConvEncoder(shape, code_size=7, width=4)
    decoder = ConvDecoder(7, shape, width=4)

    codes = encoder(torch.randn(5, *shape))

    assert codes.shape == (5, 7)
    assert decoder(codes).shape == (5, *shape)


def test_channels_double_at_each_halving():
    convolutions = (nn.Conv2d, nn.ConvTranspose2d)
    encoder, decoder = ConvEncoder((1, 28, 28), 7, width=4), ConvDecoder(7, (1, 28, 28), width=4)

    there, back = (
        [layer.out_channels for layer in network.modules() if isinstance(layer, convolutions)]
        for network in (encoder, decoder)
    )

    assert there == [4, 8, 16]
    assert back == [8, 4, 1]


def test_too_small_images_are_refused():
    with pytest.raises(ConfigError, match="at least 8x8"):
        ConvEncoder((1, 7, 9), 3, width=4)
