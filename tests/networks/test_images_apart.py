"""A network that keeps images apart may be shown any of them at once."""

import pytest
import torch
from torch import nn

from gan_lab.networks.dcgan import DCGANDiscriminator
from gan_lab.networks.head import WithHead, code_head
from gan_lab.networks.images_apart import keeps_images_apart
from gan_lab.networks.mlp import MLPDiscriminator
from gan_lab.networks.pack import Packed

IMAGES = torch.rand(8, 1, 16, 16)


def dcgan(norm, minibatch_std=0):
    torch.manual_seed(0)
    return DCGANDiscriminator(
        (1, 16, 16), width=4, slope=0.2, norm=norm, minibatch_std=minibatch_std
    )


def mlp(channels=1):
    torch.manual_seed(0)
    options = {"input_dropout": 0.0, "dropout": 0.0, "weight_range": 0.5}
    return MLPDiscriminator(
        (channels, 16, 16), hidden=[5], pieces=2, dropout_in_generator_phase=True, **options
    )


@pytest.mark.parametrize(
    "network", [dcgan("none"), dcgan("layer"), dcgan("instance"), dcgan("none", 2), mlp()]
)
def test_other_images_change_no_answer_of_a_network_that_keeps_them_apart(network):
    assert keeps_images_apart(network)

    answers = network(IMAGES)

    torch.testing.assert_close(answers[:4], network(IMAGES[:4]))


def test_packs_stay_together():
    network = Packed(mlp(channels=2), 2)
    assert keeps_images_apart(network)
    torch.testing.assert_close(network(IMAGES)[:2], network(IMAGES[:4]))


@pytest.mark.parametrize("network", [dcgan("batch"), WithHead(mlp(), code_head(5, 3))])
def test_batch_normalisation_mixes_images_wherever_it_is(network):
    assert not keeps_images_apart(network)


def test_what_the_layers_of_a_plug_in_do_is_not_known():
    class Own(nn.Linear):
        """A layer from elsewhere."""

    assert keeps_images_apart(nn.Sequential(nn.Linear(2, 1)))
    assert not keeps_images_apart(nn.Sequential(Own(2, 1)))
