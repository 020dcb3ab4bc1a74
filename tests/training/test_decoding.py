"""What a model with an encoder and a decoder can be asked for."""

import torch
from torch import nn

from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.losses.likelihoods import Bernoulli, Gaussian
from gan_lab.training.abilities import Classifies, HasDensity, HasLatents, Reconstructs
from gan_lab.training.autoencoder import Autoencoder
from gan_lab.training.player import Average, Player, Recipe

SHAPE = (1, 2, 2)


def autoencoder(likelihood=None, binary=False, average=None):
    torch.manual_seed(0)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05), average=average)
    return Autoencoder(
        encoder=nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.Dropout(0.5)),
        decoder=nn.Sequential(nn.Linear(2, 4), nn.Unflatten(1, SHAPE)),
        likelihood=likelihood or Gaussian(value_range=(-1.0, 1.0), std=0.1),
        inputs=InputSource(GaussianPrior(dim=2)),
        binary=binary,
        recipe=Recipe({"autoencoder": player}, batch_size=4, seed=0),
    )


IMAGES = torch.rand(3, *SHAPE, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_it_has_latents_and_codes_and_no_density():
    module = autoencoder()

    assert isinstance(module, HasLatents)
    assert isinstance(module, Reconstructs)
    assert not isinstance(module, HasDensity | Classifies)


def test_codes_are_the_encoders_and_dropout_rests():
    module = autoencoder()

    torch.testing.assert_close(module.encode(IMAGES), module.encoder[1](IMAGES.flatten(1)))
    said = module.decoder(module.encode(IMAGES))
    torch.testing.assert_close(module.reconstruct(IMAGES), 2 * said - 1)
    assert module.encoder.training


def test_the_weights_asked_are_the_averages():
    module = autoencoder(average=Average(decay=0.9))
    before = module.reconstruct(IMAGES)
    with torch.no_grad():
        module.decoder[0].bias.add_(5)

    assert torch.equal(module.reconstruct(IMAGES), before)


def test_images_are_means_decoded_from_the_prior():
    module = autoencoder()
    at = module.images_at(5, 0, "test")

    latents = module.latents(5, 0, "test")
    torch.testing.assert_close(
        at(torch.tensor([3, 1])).images, 2 * module.decoder(latents[[3, 1]]) - 1
    )


def test_pixels_of_binary_images_are_drawn_with_their_probabilities_by_position():
    module = autoencoder(Bernoulli(value_range=(-1.0, 1.0)), binary=True)
    with torch.no_grad():
        module.decoder[0].weight.zero_()
        module.decoder[0].bias.copy_(torch.tensor([-9.0, 0.0, 1.0, 9.0]))
    at = module.images_at(2000, 0, "test")

    images = at(torch.arange(2000)).images

    assert set(images.unique().tolist()) == {-1, 1}
    shares = ((images + 1) / 2).mean(dim=0).flatten()
    expected = module.decoder[0].bias.detach().sigmoid()
    torch.testing.assert_close(shares, expected, rtol=0, atol=0.04)
    assert torch.equal(at(torch.tensor([1500, 7])).images, images[[1500, 7]])
