"""Maximum likelihood by the chain rule: exact, normalised, and sampled as it says."""

import pytest
import torch

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.losses.likelihoods import Bernoulli
from gan_lab.networks.nade import NADE
from gan_lab.training.abilities import HasDensity, HasLatents
from gan_lab.training.autoregressive import Autoregressive
from gan_lab.training.player import Player, Recipe

SHAPE = (1, 3, 3)
EVERY = torch.tensor([[n >> k & 1 for k in range(9)] for n in range(512)]).float().view(512, *SHAPE)


def model(binary=True, order="random", value_range=(0.0, 1.0)):
    torch.manual_seed(0)
    network = NADE(SHAPE, hidden=4, order=order)
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_()
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    return Autoregressive(
        network=network,
        likelihood=Bernoulli(value_range=value_range),
        image_shape=SHAPE,
        binary=binary,
        recipe=Recipe({"model": player}, batch_size=4, seed=0),
    )


def test_it_has_a_density_and_no_latents():
    assert isinstance(model(), HasDensity)
    assert not isinstance(model(), HasLatents)


@pytest.mark.parametrize("value_range", [(0.0, 1.0), (-1.0, 1.0)])
def test_the_probabilities_of_all_images_sum_to_one(value_range):
    low, high = value_range

    found = model(value_range=value_range).log_prob(low + (high - low) * EVERY, 1)

    assert found.exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_images_come_as_often_as_is_said():
    module = model()
    n = 20_000

    images = module.images_at(n, 0, "test")(torch.arange(n)).images

    weights = 2 ** torch.arange(9)
    counts = (images.flatten(1).long() @ weights).bincount(minlength=512) / n
    expected = module.log_prob(EVERY, 1).exp()
    assert (counts - expected).abs().sum().item() < 0.1  # twice the total variation
    assert (counts - expected).abs().max().item() < 0.01


def test_an_image_depends_on_its_position_alone():
    at = model().images_at(100, 0, "test")

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


def test_gray_images_are_refused():
    with pytest.raises(ConfigError, match=r"add data.binarise=dynamic, or choose likelihood=gauss"):
        model(binary=False)
