"""DANN: one step lowers what it should and raises what it should, and asks the target nothing."""

import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from gan_lab.data.base import Batch
from gan_lab.schedules import Course
from gan_lab.training.abilities import AdaptsDomains, MakesImages
from gan_lab.training.dann import DANN
from gan_lab.training.player import Player, Recipe

N = 6
SHAPE = (3, 2, 2)


class Head(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layer = nn.Linear(5, n)

    def forward(self, features):
        return self.layer(features).squeeze(1)


def model(weight):
    torch.manual_seed(0)
    features = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Tanh())
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.1))
    module = DANN(
        features=features,
        label_head=Head(4),
        domain_head=Head(1),
        image_shape=SHAPE,
        recipe=Recipe({"classifier": player}, batch_size=N, seed=0),
        domain_weight=weight,
    )
    module.manual_backward = lambda loss: loss.backward()
    module.update = lambda player: None
    return module


def batches():
    random = torch.Generator().manual_seed(1)
    gray = torch.randn(N, 1, 2, 2, generator=random)
    labels = torch.randint(4, (N,), generator=random)
    return {
        "source": [Batch(gray, labels)],
        "target": [Batch(torch.randn(N, *SHAPE, generator=random))],
    }


def losses(module, batch):
    """Return both losses, written down anew."""
    source = module.features(batch["source"][0].images.repeat(1, 3, 1, 1))
    target = module.features(batch["target"][0].images)
    domains = module.domain_head(torch.cat([source, target]))
    sides = torch.tensor([0.0] * N + [1.0] * N)
    return (
        cross_entropy(module.label_head(source), batch["source"][0].condition),
        binary_cross_entropy_with_logits(domains, sides),
    )


@pytest.mark.parametrize("weight", [0.0, 0.7, 3.0])
def test_features_lower_one_loss_and_raise_the_other_and_heads_lower_their_own(weight):
    module, batch = model(weight), batches()
    module.iterate(batch, {})
    label, domain = losses(module, batch)

    for names, aim in (
        (["features"], label - weight * domain),
        (["label_head", "domain_head"], label + domain),
    ):
        weights = [each for name in names for each in getattr(module, name).parameters()]
        expected = torch.autograd.grad(aim, weights, retain_graph=True)
        torch.testing.assert_close([each.grad for each in weights], list(expected))


def test_source_images_without_a_label_teach_the_domain_alone():
    module, batch = model(1.0), batches()
    batch["source"] = [Batch(batch["source"][0].images, torch.full((N,), -1))]

    module.iterate(batch, {})

    assert not any(weight.grad.any() for weight in module.label_head.parameters())
    assert all(weight.grad.any() for weight in module.domain_head.parameters())


def test_the_weight_follows_the_course_of_the_paper():
    module = model(Course("sigmoid", 0.0, 1.0, 1000, "iterations"))
    found = {}
    for iteration in (0, 100, 1000, 2000):
        module.domain_weight.follow(iteration, 0)
        found[iteration] = module.domain_weight.value.item()

    # 2 / (1 + exp(-10 p)) - 1 at p = 0, 0.1 and 1.
    assert found == pytest.approx({0: 0, 100: 0.462117, 1000: 0.999909, 2000: 0.999909}, abs=1e-6)


def test_it_makes_no_images_and_is_asked_about_two_domains():
    module = model(1.0)

    assert not isinstance(module, MakesImages)
    assert isinstance(module, AdaptsDomains)
    assert list(module.views) == []


def test_it_examines_gray_images_as_it_was_trained_on_them():
    module, batch = model(1.0), batches()
    gray = batch["source"][0].images

    features, classes, domains = module.examine(gray)

    assert (features.shape, classes.shape, domains.shape) == ((N, 5), (N, 4), (N,))
    torch.testing.assert_close(features, module.features(gray.repeat(1, 3, 1, 1)).detach())
