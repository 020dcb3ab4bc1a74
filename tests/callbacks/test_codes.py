"""The picture of an autoencoder's codes at the end of training, and only of those."""

import torch
from PIL import Image
from torch import nn

from gan_lab.callbacks.codes import Codes
from gan_lab.data.base import Images
from gan_lab.data.pixels import to_range
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian as GaussianPrior
from gan_lab.losses.likelihoods import Gaussian
from gan_lab.training.autoencoder import Autoencoder
from gan_lab.training.player import Player, Recipe
from gan_lab.training.translating import Originals
from tests.training.conftest import BATCH, fit, tiny_gan

PIXELS = torch.randint(
    256, (60, 1, 4, 4), generator=torch.Generator().manual_seed(0), dtype=torch.uint8
)
IMAGES = Images(PIXELS, torch.arange(60) % 3, ("a", "b", "c"))


def autoencoder(z):
    torch.manual_seed(0)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=1e-3))
    return Autoencoder(
        encoder=nn.Sequential(nn.Flatten(), nn.Linear(16, z)),
        decoder=nn.Sequential(nn.Linear(z, 16), nn.Unflatten(1, (1, 4, 4))),
        likelihood=Gaussian(value_range=(-1.0, 1.0), std=0.1),
        inputs=InputSource(GaussianPrior(dim=z)),
        binary=False,
        recipe=Recipe({"autoencoder": player}, batch_size=BATCH, seed=0),
    )


def watched(module, folder):
    seen = []

    def draw(*shown):
        seen.append(shown)
        return Image.new("L", (4, 4))

    originals = Originals(IMAGES, lambda pixels: to_range(pixels, (-1.0, 1.0)), "test")
    fit(module, 2, callbacks=[Codes(folder, 0, originals, draw)])
    return seen


def test_images_are_shown_with_what_is_decoded_once_at_the_end(tmp_path):
    module = autoencoder(3)

    ((images, decoded, plane),) = watched(module, tmp_path / "codes")

    assert [path.name for path in (tmp_path / "codes").iterdir()] == ["00000002.png"]
    assert images.shape == (40, 1, 4, 4)
    torch.testing.assert_close(decoded, module.reconstruct(images))
    assert plane is None


def test_codes_of_two_numbers_are_shown_in_the_plane(tmp_path):
    module = autoencoder(2)

    ((_, _, plane),) = watched(module, tmp_path / "codes")

    assert plane.codes.shape == (60, 2)
    assert torch.equal(plane.labels, IMAGES.labels)
    assert plane.latents.shape == (2000, 2)
    # The middle of a normal distribution; to the right the first number grows, upwards the second.
    corner = torch.tensor([[-1.645, 1.645], [1.645, 1.645], [-1.645, -1.645]])
    expected = module.generate(corner)
    found = torch.stack([plane.manifold[0, 0], plane.manifold[0, -1], plane.manifold[-1, 0]])
    torch.testing.assert_close(found, expected, rtol=0, atol=0.15)


def test_it_changes_nothing_in_training(tmp_path):
    one, other = autoencoder(2), autoencoder(2)
    watched(one, tmp_path / "codes")
    fit(other, 2)

    states = one.state_dict(), other.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_models_without_codes_have_no_picture(tmp_path):
    assert watched(tiny_gan(), tmp_path / "codes") == []
    assert not (tmp_path / "codes").exists()
