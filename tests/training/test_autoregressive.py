"""Maximum likelihood by the chain rule: exact, normalised, and sampled as it says."""

import math
from contextlib import contextmanager

import pytest
import torch

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.losses.categorical import Categorical
from gan_lab.losses.likelihoods import Bernoulli
from gan_lab.networks.nade import NADE
from gan_lab.networks.pixelcnn import PixelCNN
from gan_lab.networks.pixelrnn import PixelRNN
from gan_lab.training import autoregressive
from gan_lab.training.abilities import HasDensity, HasLatents
from gan_lab.training.autoregressive import Autoregressive
from gan_lab.training.player import Player, Recipe

SHAPE = (1, 3, 3)
EVERY = torch.tensor([[n >> k & 1 for k in range(9)] for n in range(512)]).float().view(512, *SHAPE)


SIZES = {"hidden": 4, "layers": 2, "head": 8}
NETWORKS = {
    "nade": lambda shape, outputs: NADE(shape, hidden=4, order="random"),
    "row": lambda shape, outputs: PixelRNN(shape, outputs, cell="row", **SIZES),
    "diagonal": lambda shape, outputs: PixelRNN(shape, outputs, cell="diagonal", **SIZES),
    "pixelcnn": lambda shape, outputs: PixelCNN(shape, outputs, **SIZES),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def model(name="nade", binary=True, value_range=(0.0, 1.0), kind=Bernoulli, shape=SHAPE):
    torch.manual_seed(0)
    network = NETWORKS[name](shape, kind.outputs)
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_(std=1.0 if name == "nade" else 0.7)
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    return Autoregressive(
        network=network,
        likelihood=kind(value_range=value_range),
        image_shape=shape,
        binary=binary,
        recipe=Recipe({"model": player}, batch_size=4, seed=0),
    )


def test_it_has_a_density_and_no_latents():
    assert isinstance(model(), HasDensity)
    assert not isinstance(model(), HasLatents)


@every_network
@pytest.mark.parametrize("value_range", [(0.0, 1.0), (-1.0, 1.0)])
def test_the_probabilities_of_all_images_sum_to_one(name, value_range):
    low, high = value_range

    found = model(name, value_range=value_range).log_prob(low + (high - low) * EVERY, 1)

    assert found.exp().sum().item() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["row", "diagonal", "pixelcnn"])
@pytest.mark.parametrize("shape", [(2, 1, 1), (1, 1, 2)])
def test_the_probabilities_of_all_levels_of_two_numbers_sum_to_one(name, shape):
    levels = torch.arange(256) / 255
    every = torch.cartesian_prod(levels, levels).view(-1, *shape)

    found = model(name, kind=Categorical, shape=shape, binary=False).log_prob(every, 1)

    assert found.double().exp().sum().item() == pytest.approx(1, abs=1e-5)


@every_network
def test_images_come_as_often_as_is_said(name):
    module = model(name)
    n = 20_000

    images = module.images_at(n, 0, "test")(torch.arange(n)).images

    weights = 2 ** torch.arange(9)
    counts = (images.flatten(1).long() @ weights).bincount(minlength=512) / n
    expected = module.log_prob(EVERY, 1).exp()
    by_chance = (2 / math.pi * expected * (1 - expected) / n).sqrt().sum()
    assert (counts - expected).abs().sum().item() < 1.2 * by_chance
    assert (counts - expected).abs().max().item() < 0.01


@every_network
def test_an_image_depends_on_its_position_alone(name):
    at = model(name).images_at(100, 0, "test")

    images = at(torch.arange(100)).images

    assert torch.equal(at(torch.tensor([70, 3])).images, images[[70, 3]])
    assert not torch.equal(images[:50], images[50:])


def test_what_is_minimised_is_the_mean_of_what_log_prob_says(monkeypatch):
    module = model()
    minimised = []
    monkeypatch.setattr(module, "manual_backward", lambda loss: minimised.append(loss.item()))
    monkeypatch.setattr(module, "update", lambda player: None)

    module.iterate({"data": [Batch(EVERY[40:44])]}, {})

    assert minimised == [pytest.approx(-module.log_prob(EVERY[40:44], 1).mean().item())]


@every_network
def test_gray_images_are_refused(name):
    with pytest.raises(ConfigError, match=r"add data.binarise=dynamic, or choose likelihood=gauss"):
        model(name, binary=False)


@every_network
def test_each_number_that_is_drawn_is_counted(name):
    module, counts = model(name), []

    @contextmanager
    def counting(total, unit):
        counts.append([total, 0])

        def count():
            counts[-1][1] += 1

        yield count

    module.counting = counting
    module.images_at(5, 0, "test")(torch.arange(5))

    assert counts == [[9, 9]]


def test_many_images_are_scored_some_at_a_time(monkeypatch):
    module, seen = model(), []
    module.network.register_forward_pre_hook(lambda _, given: seen.append(len(given[0])))
    whole = module.log_prob(EVERY[:7], 1)
    monkeypatch.setattr(autoregressive, "SCORED_AT_ONCE", 3)

    assert torch.allclose(module.log_prob(EVERY[:7], 1), whole)
    assert seen == [7, 3, 3, 1]
