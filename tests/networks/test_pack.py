"""PacGAN's packing: which images go together, and that nothing else changes."""

import pytest
import torch
from torch import nn

from gan_lab.losses.adversarial import LeastSquares, Minimax, NonSaturating
from gan_lab.networks.dcgan import DCGANDiscriminator
from gan_lab.networks.pack import Packed


class Recorder(nn.Module):
    """Keeps what it is shown; its verdict is the mean."""

    def forward(self, images):
        self.shown = images
        return images.mean(dim=(1, 2, 3))


@pytest.mark.parametrize(("n", "size"), [(6, 1), (6, 2), (6, 3), (6, 6)])
def test_there_is_one_logit_per_pack(n, size):
    network = Packed(DCGANDiscriminator((3 * size, 16, 16), width=4, slope=0.2), size)

    assert network(torch.randn(n, 3, 16, 16)).shape == (n // size,)


def test_neighbours_go_together_along_their_channels():
    images = torch.arange(4 * 3 * 2 * 2.0).view(4, 3, 2, 2)
    recorder = Recorder()

    Packed(recorder, 2)(images)

    assert recorder.shown.shape == (2, 6, 2, 2)
    assert torch.equal(recorder.shown[0], torch.cat([images[0], images[1]]))
    assert torch.equal(recorder.shown[1], torch.cat([images[2], images[3]]))


def test_images_in_the_fast_memory_layout_are_packed_alike():
    images = torch.randn(4, 3, 8, 8)
    plain, fast = Recorder(), Recorder()

    Packed(plain, 2)(images)
    Packed(fast, 2)(images.to(memory_format=torch.channels_last))

    assert torch.equal(plain.shown, fast.shown)


def test_a_pack_of_one_gives_the_verdicts_of_the_network_alone():
    network = DCGANDiscriminator((1, 16, 16), width=4, slope=0.2).eval()
    images = torch.randn(5, 1, 16, 16)

    assert torch.equal(Packed(network, 1)(images), network(images))


@pytest.mark.parametrize("loss", [Minimax(), NonSaturating(), LeastSquares()], ids=repr)
def test_every_image_of_a_pack_gets_a_gradient_from_every_loss(loss):
    network = Packed(DCGANDiscriminator((2, 16, 16), width=4, slope=0.2), 2)
    images = torch.randn(6, 1, 16, 16, requires_grad=True)

    loss.generator(network(images)).backward()
    parts = loss.discriminator(network(images.detach()), network(-images.detach()))
    (parts.real + parts.fake).backward()

    assert (images.grad.flatten(1).abs().sum(dim=1) > 0).all()
    assert all(weight.grad.abs().sum() > 0 for weight in network.parameters())
