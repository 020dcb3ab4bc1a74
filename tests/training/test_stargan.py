"""StarGAN: its losses are the paper's, its gradients are right, and targets come from the batch."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Batch, Images
from gan_lab.latents.conditions import Labels
from gan_lab.losses.gradient_penalty import GradientPenalty
from gan_lab.losses.terms import RandomNumbers
from gan_lab.losses.wasserstein import Wasserstein
from gan_lab.networks.features import Answers
from gan_lab.training.player import Player, Recipe
from gan_lab.training.stargan import StarGAN
from gan_lab.training.translating import Originals

SHAPE = (1, 2, 3)
DOMAINS = ("black", "blue", "red")


class Shifted(nn.Module):
    """Images times a number, plus one of each domain."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(0.8, dtype=torch.float64))
        self.shifts = nn.Parameter(torch.tensor([0.1, -0.3, 0.7], dtype=torch.float64))

    def forward(self, images, domains):
        return self.factor * images + self.shifts[domains][:, None, None, None]


class Judge(nn.Module):
    """A logit for each of two patches, bent, and one for each domain."""

    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([[0.4, -0.7, 1.1]] * 2, dtype=torch.float64))
        self.domains = nn.Parameter(torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64))

    def forward(self, images, labels=None, with_features=False):
        logits = (self.weights * images[:, 0]).sum(2).tanh().flatten()
        if not with_features:
            return logits
        head = self.domains * images.mean(dim=(1, 2, 3))[:, None]
        return Answers(logits, images.flatten(1), head)


def stargan(
    classification_weight=1.0, reconstruction_weight=10.0, batch_size=4, steps=2, exclusive=True
):
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    return StarGAN(
        generator=Shifted(),
        discriminator=Judge(),
        loss=Wasserstein(),
        terms={"gradient_penalty": GradientPenalty(weight=10.0)},
        labels=Labels(DOMAINS, [4, 4, 4], exclusive),
        image_shape=SHAPE,
        recipe=Recipe({"generator": player, "discriminator": player}, batch_size, seed=0),
        classification_weight=classification_weight,
        reconstruction_weight=reconstruction_weight,
        discriminator_steps=steps,
    )


def alone(module, monkeypatch):
    """Let a model do without a trainer, as the only one."""
    monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    monkeypatch.setattr(module, "share", lambda drawn: drawn)
    monkeypatch.setattr(module, "gathered", lambda tensor: tensor)


REAL = Batch(
    torch.rand(4, *SHAPE, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.4,
    torch.tensor([0, 1, 2, 2]),
)
TARGET = torch.tensor([2, 0, 1, 2])


def cross_entropy(head, labels):
    return -head.log_softmax(dim=1)[torch.arange(len(labels)), labels].mean()


def generator_objective(module, classification_weight, reconstruction_weight):
    """Equation 6."""
    fake = module.generator(REAL.images, TARGET)
    answers = module.discriminator(fake, with_features=True)
    lost = (module.generator(fake, REAL.condition) - REAL.images).abs().mean()
    return (
        -answers.logits.mean()
        + classification_weight * cross_entropy(answers.head, TARGET)
        + reconstruction_weight * lost
    )


def discriminator_objective(module, classification_weight, share):
    """Equations 5 and 8, with the slope of the sum of patches, as in the authors' code."""
    with torch.no_grad():
        fake = module.generator(REAL.images, TARGET)
    real = module.discriminator(REAL.images, with_features=True)
    share = share[:, None, None, None]
    between = (share * REAL.images + (1 - share) * fake).requires_grad_()
    logits = module.discriminator(between).view(len(between), -1)
    (slope,) = torch.autograd.grad(logits.sum(), between, create_graph=True)
    norms = slope.flatten(1).norm(dim=1)
    return (
        module.discriminator(fake).mean()
        - real.logits.mean()
        + classification_weight * cross_entropy(real.head, REAL.condition)
        + 10 * (norms - 1).square().mean()
    )


def assert_is_gradient(module, player, objective):
    """Compare the gradients of a phase with finite differences of an objective."""
    step = 1e-6
    for weight in module.weights_of(player):
        for place in range(weight.numel()):
            values = []
            for sign in (1, -1):
                with torch.no_grad():
                    weight.view(-1)[place] += sign * step
                values.append(objective().item())
                with torch.no_grad():
                    weight.view(-1)[place] -= sign * step
            difference = (values[0] - values[1]) / (2 * step)
            assert weight.grad.view(-1)[place].item() == pytest.approx(
                difference, rel=1e-5, abs=1e-7
            )


@pytest.mark.parametrize("weights", [(1.0, 10.0), (3.0, 0.0), (0.0, 2.0)])
def test_the_gradient_of_the_generator_is_that_of_equation_6(weights, monkeypatch):
    module = stargan(*weights)
    alone(module, monkeypatch)

    module.generator_phase(REAL, TARGET, module.draws())

    assert_is_gradient(module, "generator", lambda: generator_objective(module, *weights))


@pytest.mark.parametrize("classification_weight", [1.0, 0.0])
def test_the_gradient_of_the_discriminator_is_that_of_equation_5(
    classification_weight, monkeypatch
):
    module = stargan(classification_weight)
    alone(module, monkeypatch)
    share = torch.tensor([0.1, 0.4, 0.5, 0.9], dtype=torch.float64)
    draws = {"gradient_penalty/discriminator/1": RandomNumbers(share)}

    module.discriminator_phase(REAL, TARGET, draws, 1)

    assert_is_gradient(
        module,
        "discriminator",
        lambda: discriminator_objective(module, classification_weight, share),
    )


def test_targets_are_the_batch_s_own_in_an_order_of_each_minibatch(monkeypatch):
    module = stargan(batch_size=64, steps=3)
    alone(module, monkeypatch)
    labels = torch.arange(64)

    draws, again = module.draws(), module.draws()

    found = [module.targets(labels, draws[f"targets/{step}"]) for step in range(3)]
    for targets in found:
        assert sorted(targets.tolist()) == labels.tolist()
    assert not torch.equal(found[0], found[1])
    assert torch.equal(found[2], module.targets(labels, again["targets/2"]))
    module.iteration = 1
    assert not torch.equal(found[0], module.targets(labels, module.draws()["targets/0"]))


def test_the_discriminator_learns_from_minibatches_of_its_own_and_the_generator_from_the_last(
    monkeypatch,
):
    module = stargan(steps=2)
    alone(module, monkeypatch)
    seen = []
    for player in ("discriminator", "generator"):
        monkeypatch.setattr(
            module, f"{player}_phase", lambda real, target, *_, p=player: seen.append((p, real))
        )
    monkeypatch.setattr(module, "update", lambda player: seen.append((player, "update")))
    batches = [REAL, REAL._replace(images=REAL.images + 1)]

    module.iterate({"data": batches}, module.draws())

    assert dict(module.streams) == {"data": 2}
    players = ["discriminator", "discriminator", "generator"]
    assert [player for player, what in seen if what == "update"] == players
    shown = [(player, what) for player, what in seen if what != "update"]
    assert [player for player, _ in shown] == players
    for (_, real), batch in zip(shown, [*batches, batches[1]], strict=True):
        assert real is batch
    assert module.images_per_iteration == 8


def test_each_view_translates_the_images_of_all_other_domains():
    module = stargan()
    pixels = torch.arange(5 * 6, dtype=torch.uint8).view(5, *SHAPE)
    images = Images(pixels, torch.tensor([0, 1, 2, 0, -1]), DOMAINS)

    module.take_originals({"data": Originals(images, lambda stored: stored.double() / 100, "test")})

    assert module.views == ("to_black", "to_blue", "to_red")
    assert module.directions["to_blue"] == ("not_blue", "blue")
    batch = module.images_at(3, 0, view="to_blue")(torch.tensor([2, 0]))
    given = pixels[[3, 0]].double() / 100
    torch.testing.assert_close(batch.images, (0.8 * given - 0.3).float())
    assert batch.condition.tolist() == [1, 1]
    assert torch.equal(module.originals["red"].images.pixels, pixels[2:3])


def test_each_translation_goes_back_to_the_domain_that_its_original_was_of():
    module = stargan()
    images = Images(torch.zeros(4, *SHAPE), torch.tensor([2, 0, 2, 2]), DOMAINS)

    ways = module.ways_back("to_blue", images)

    assert {view: places.tolist() for view, places in ways.items()} == {
        "to_black": [1], "to_red": [0, 2, 3]
    }  # fmt: skip


def test_an_attribute_is_set_or_taken_away_and_the_discriminator_tells_the_others():
    module = stargan(exclusive=False)
    images = torch.stack([torch.full(SHAPE, 0.5), torch.full(SHAPE, -0.5)]).double()

    # Its answers are 0.25, -0.5 and 1 for the bright image, and the opposite for the dark one.
    assert module.condition_for(images, "to_blue").tolist() == [[1, 1, 1], [0, 1, 0]]
    assert module.condition_for(images, "to_not_red").tolist() == [[1, 0, 0], [0, 1, 0]]
    assert module.directions["to_not_red"] == ("red", "not_red")
    has = torch.tensor([[1, 0, 0], [0, 0, 1]], dtype=torch.uint8)
    faces = Images(torch.zeros(2, *SHAPE), attributes=has, attribute_names=DOMAINS)
    module.take_originals({"data": Originals(faces, lambda stored: stored, "test")})
    assert module.originals["red"].images.attributes.tolist() == [[0, 0, 1]]
    assert module.originals["not_blue"].images.attributes.tolist() == has.tolist()
    assert module.ways_back("to_red", faces)["to_not_red"].tolist() == [0, 1]
