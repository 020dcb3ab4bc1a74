"""Growth by images seen: what is used when, what is forgotten, and what is refused."""

import copy
from functools import partial

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.errors import ConfigError
from gan_lab.losses.gradient_penalty import GradientPenalty
from gan_lab.losses.wasserstein import Wasserstein
from gan_lab.networks.progressive import ProgressiveDiscriminator, ProgressiveGenerator
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.growth import Plan
from tests.training.conftest import fit, recipe, tiny_gan

LENGTHS = {"first_size": 4, "stable": 16, "fade": 32}  # two and four iterations
SHAPE = (1, 16, 16)


def growing_gan(lengths=LENGTHS, **changes):
    torch.manual_seed(0)
    settings = {
        "generator": ProgressiveGenerator(4, SHAPE, 4),
        "discriminator": ProgressiveDiscriminator(SHAPE, 4, 2),
        "loss": Wasserstein(),
        "terms": {"gradient_penalty": GradientPenalty(weight=10.0)},
        "recipe": recipe(optimizer=partial(torch.optim.Adam, lr=1e-3, betas=(0.5, 0.99))),
        "image_shape": SHAPE,
        "growth": lengths,
    }
    return tiny_gan(**settings | changes)


def images():
    generator = torch.Generator().manual_seed(1)
    return Images(torch.randint(0, 256, (40, *SHAPE), dtype=torch.uint8, generator=generator))


def test_levels_learn_alone_fade_in_and_learn_with_their_full_share():
    plan = Plan(first=0, last=2, stable=10, fade=4)

    seen = {images: plan.at(images) for images in (0, 9, 10, 11, 13, 14, 23, 24, 27, 28, 10**9)}

    assert seen == {
        0: (0, 1.0), 9: (0, 1.0), 10: (1, 0.0), 11: (1, 0.25), 13: (1, 0.75), 14: (1, 1.0),
        23: (1, 1.0), 24: (2, 0.0), 27: (2, 0.75), 28: (2, 1.0), 10**9: (2, 1.0),
    }  # fmt: skip
    assert plan.last_begins == 24


def test_growth_may_begin_at_a_later_level_and_levels_may_come_at_once():
    plan = Plan(first=1, last=3, stable=10, fade=0)

    assert [plan.at(images) for images in (0, 9, 10, 20, 30)] == [
        (1, 1.0), (1, 1.0), (2, 1.0), (3, 1.0), (3, 1.0)
    ]  # fmt: skip
    assert plan.last_begins == 20
    assert Plan(first=2, last=2, stable=10, fade=5).at(0) == (2, 1.0)


@pytest.mark.parametrize("fade", [32, 0])
def test_stages_begin_where_the_levels_or_their_shares_change(fade):
    module = growing_gan(lengths=LENGTHS | {"fade": fade})

    def stage(iteration):
        level, alpha = module.growth.plan.at(iteration * module.images_per_iteration)
        return level, alpha < 1

    changes = [at for at in range(1, 100) if stage(at) != stage(at - 1)]
    assert module.stages == [0, *changes]
    assert len(changes) == (4 if fade else 2)
    assert tiny_gan().stages == (0,)


def test_networks_and_averages_are_where_the_images_seen_say():
    module, stages = growing_gan(), []
    work = module.work

    def watched(batches, draws):
        averaged = module.averages["generator"].module
        for network in (module.generator, module.discriminator, averaged):
            assert (network.in_use, float(network.alpha)) == module.growth.plan.at(
                module.images_seen
            )
        stages.append((module.generator.in_use, float(module.generator.alpha)))
        work(batches, draws)

    module.work = watched
    fit(module, 9, images=images())

    assert stages == [
        (0, 1), (0, 1), (1, 0), (1, 0.25), (1, 0.5), (1, 0.75), (1, 1), (1, 1), (2, 0)
    ]  # fmt: skip
    averaged = module.averages["generator"].module
    assert float(averaged.alpha) == 0
    assert module.growth.numbers == {"growth.resolution": 16, "growth.alpha": 0.0}


def test_both_kinds_of_images_are_shown_to_the_discriminator_as_the_level_has_them(monkeypatch):
    module, spreads = growing_gan(), []
    phase = type(module).discriminator_phase

    def watched(self, real, *others):
        squares = real.images.unflatten(2, (-1, 4)).unflatten(4, (-1, 4))
        spreads.append(squares.std(dim=(3, 5)).max().item())
        phase(self, real, *others)

    monkeypatch.setattr(type(module), "discriminator_phase", watched)
    fit(module, 4, images=images())

    assert spreads[:3] == [0, 0, 0]  # 4x4, and 8x8 without a share
    assert spreads[3] > 0.01


def test_optimizers_forget_where_a_level_begins_and_where_it_has_faded_in(monkeypatch):
    module, steps = growing_gan(), []
    update = Algorithm.update

    def watched(self, player):
        update(self, player)
        states = self._optimizer(player).optimizer.state
        weights = self.weights_of(player)
        if player == "discriminator":
            first = self.discriminator.logits.weight
            steps.append(int(states[first]["step"]))
        assert all(weight in states or weight.grad is None for weight in weights)

    monkeypatch.setattr(Algorithm, "update", watched)
    fit(module, 9, images=images())

    assert steps == [1, 2, 1, 2, 3, 4, 1, 2, 1]


def test_a_forgotten_state_is_that_of_a_new_optimizer():
    from gan_lab.training.growth import forget

    after = []
    for makes in (partial(torch.optim.Adam, lr=0.1), partial(torch.optim.SGD, lr=1, momentum=0.5)):
        for steps in (0, 3):
            weight = torch.nn.Parameter(torch.ones(2))
            optimizer = makes([weight])
            for _ in range(steps):
                weight.grad = torch.tensor([1.0, -3.0])
                optimizer.step()
            forget(optimizer)
            with torch.no_grad():
                weight.fill_(1.0)
            weight.grad = torch.tensor([0.5, 0.25])
            optimizer.step()
            after.append(weight.detach())

    assert torch.equal(after[0], after[1])
    assert torch.equal(after[2], after[3])


def test_without_lengths_networks_that_grow_have_their_full_size():
    module = growing_gan(lengths=None)
    fit(module, 1, images=images())

    assert (module.generator.in_use, module.generator.is_fading) == (2, False)
    assert module.growth.numbers == {}


def test_evaluations_between_levels_change_nothing_and_have_the_full_size():
    module = growing_gan()
    fit(module, 4, images=images())
    before = copy.deepcopy(module.state_dict())

    sampled = module.sample(5, 0, "samples").images

    assert sampled.shape == (5, *SHAPE)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"growth": LENGTHS | {"first_size": 6}}, r"first_size=6 must double to .* 4, 8, 16\.$"),
        (
            {"generator": torch.nn.Identity(), "discriminator": torch.nn.Identity()},
            r"algorithm\.growth is of networks that grow, .* choose model=progressive",
        ),
    ],
)
def test_networks_without_such_levels_are_refused(changes, said):
    with pytest.raises(ConfigError, match=said):
        growing_gan(**changes)
