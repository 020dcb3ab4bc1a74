"""CycleGAN: its losses are the paper's, its gradients are right, and it learns to translate."""

import pytest
import torch
from torch import nn

from gan_lab.augmentation.noise import InstanceNoise
from gan_lab.data.base import Batch, Images
from gan_lab.errors import ConfigError
from gan_lab.losses.adversarial import LeastSquares
from gan_lab.training.cyclegan import CycleGAN
from gan_lab.training.player import Player, Recipe
from gan_lab.training.translating import Originals

SHAPE = (1, 2, 3)
GAMMA = 0.3


class Scaled(nn.Module):
    """Images times a number, plus another."""

    def __init__(self, factor, shift):
        super().__init__()
        self.factor, self.shift = (
            nn.Parameter(torch.tensor(value, dtype=torch.float64)) for value in (factor, shift)
        )

    def forward(self, images):
        return self.factor * images + self.shift


class Judge(nn.Module):
    """A logit for each of two patches."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))

    def forward(self, images):
        return (self.weight * images.mean(dim=(1, 2))[:, :2]).flatten()


def cyclegan(
    cycle_weight=10.0,
    identity_weight=0.5,
    pool_size=0,
    batch_size=2,
    extra="base",
    augmentation=None,
):
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    return CycleGAN(
        a_to_b=Scaled(0.8, 0.1),
        b_to_a=Scaled(1.3, -0.2),
        discriminator_a=Judge(0.4),
        discriminator_b=Judge(-0.7),
        loss=LeastSquares(a=0.0, b=1.0, c=1.0),
        image_shape=SHAPE,
        recipe=Recipe({"generator": player, "discriminator": player}, batch_size, seed=0),
        cycle_weight=cycle_weight,
        identity_weight=identity_weight,
        pool_size=pool_size,
        augmentation=augmentation,
        extra=extra,
        extra_weight=GAMMA,
    )


def images(seed, n=2):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, *SHAPE, generator=generator, dtype=torch.float64)


REAL = {"a": images(0), "b": images(1) - 2}


def objective(module, cycle_weight, identity_weight):
    """What both generators minimise, as the paper's equations have it."""
    a, b = REAL["a"], REAL["b"]
    to_b, to_a = module.a_to_b(a), module.b_to_a(b)
    deceived = (module.discriminator_b(to_b) - 1).square().mean()
    deceived = deceived + (module.discriminator_a(to_a) - 1).square().mean()
    cycle = (module.b_to_a(to_b) - a).abs().mean() + (module.a_to_b(to_a) - b).abs().mean()
    identity = (module.a_to_b(b) - b).abs().mean() + (module.b_to_a(a) - a).abs().mean()
    for name, fake in (("a", to_a), ("b", to_b)):
        if name in module.extra.networks:
            verdict = module.extra.networks[name](fake)
            deceived = deceived + GAMMA * (verdict - 1).square().mean()
    # Mao et al. write half of each square.
    return 0.5 * deceived + cycle_weight * (cycle + identity_weight * identity)


def gradients(module, monkeypatch):
    """Return the gradient of both generators after their phase."""
    monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    module.generator_phase(REAL, {})
    return [weight.grad.item() for weight in module.weights_of("generator")]


@pytest.mark.parametrize(
    ("cycle_weight", "identity_weight", "extra"),
    [(10.0, 0.5, "base"), (3.0, 0.0, "base"), (0.0, 0.0, "base"), (3.0, 0.5, "partial")],
)
def test_the_gradient_of_the_generators_is_that_of_the_papers_objective(
    cycle_weight, identity_weight, extra, monkeypatch
):
    module = cyclegan(cycle_weight, identity_weight, extra=extra)
    with torch.no_grad():
        for number, network in enumerate(module.extra.networks.values()):
            network.weight.fill_(0.9 - number)  # others than those of the set's own
    found = gradients(module, monkeypatch)

    step = 1e-6
    for weight, gradient in zip(module.weights_of("generator"), found, strict=True):
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                weight.add_(sign * step)
                values.append(objective(module, cycle_weight, identity_weight).item())
                weight.sub_(sign * step)
        difference = (values[0] - values[1]) / (2 * step)
        assert gradient == pytest.approx(difference, rel=1e-6, abs=1e-8)


def test_a_discriminator_learns_of_its_own_set_and_of_what_was_translated_to_it(monkeypatch):
    module = cyclegan()
    monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    monkeypatch.setattr(module, "gathered", lambda images: images.double())
    monkeypatch.setattr(module, "share", lambda drawn: drawn)
    fake = {"a": images(3), "b": images(4)}

    module.discriminator_phase(REAL, fake, {"pool_a": {}, "pool_b": {}})

    for name in "ab":
        judge = getattr(module, f"discriminator_{name}")
        found = judge.weight.grad.item()
        shown = fake[name].float().double()
        loss = 0.5 * ((judge(REAL[name]) - 1).square().mean() + judge(shown).square().mean())
        (expected,) = torch.autograd.grad(loss, judge.weight)
        assert found == pytest.approx(expected.item())


@pytest.mark.parametrize("extra", ["partial", "full"])
def test_an_extra_discriminator_learns_of_all_sets_and_of_what_was_translated_to_its_own(
    extra, monkeypatch
):
    module = cyclegan(extra=extra)
    monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    monkeypatch.setattr(module, "gathered", lambda images: images.double())
    monkeypatch.setattr(module, "share", lambda drawn: drawn)
    mixed = {"mixed": torch.tensor([1, 0])}
    real = REAL | {"c": images(5)}
    real = {name: real[name] for name in module.streams}
    fake = {"a": images(3), "b": images(4)}

    real |= module.extra.mixed(real, mixed)
    module.discriminator_phase(real, fake, {"pool_a": {}, "pool_b": {}})

    seen = torch.stack([REAL["b"][0], REAL["a"][1]])
    for name, judge in module.extra.networks.items():
        found = judge.weight.grad.item()
        shown = fake[name].float().double()
        loss = 0.5 * ((judge(seen) - 1).square().mean() + judge(shown).square().mean())
        (expected,) = torch.autograd.grad(GAMMA * loss, judge.weight)
        assert found == pytest.approx(expected.item())


def test_noise_is_on_all_that_discriminators_see_and_on_nothing_else(monkeypatch):
    noise = InstanceNoise(image_shape=SHAPE, std=0.5)
    module = cyclegan(augmentation=noise, extra="partial")
    monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
    monkeypatch.setattr(module, "gathered", lambda images: images.double())
    monkeypatch.setattr(module, "share", lambda drawn: drawn)
    shown = []
    for judge in (module.discriminator_b, module.extra.networks["b"]):
        judge.register_forward_pre_hook(lambda _, given: shown.append(given[0]))
    draws = module.draws()

    real = REAL | module.extra.mixed(REAL, draws)
    fake = module.generator_phase(real, draws)
    module.discriminator_phase(real, fake, draws)

    def noisy(images, phase, kind):
        return (images + 0.5 * draws[f"augment/{phase}/b/{kind}"]["noise"]).detach()

    expected = [
        noisy(fake["b"], "generator", "fake"),  # to the set's own and to the extra one
        noisy(fake["b"], "generator", "fake"),
        noisy(REAL["b"], "discriminator", "real"),
        noisy(fake["b"].float(), "discriminator", "fake"),
        noisy(real["mixed"], "discriminator", "real"),
        noisy(fake["b"].float(), "discriminator", "fake"),
    ]
    assert len(shown) == len(expected)
    for one, other in zip(shown, expected, strict=True):
        torch.testing.assert_close(one.detach(), other, check_dtype=False)
    assert torch.equal(fake["b"], module.a_to_b(REAL["a"]))


def test_translations_are_of_the_originals_and_carry_the_number_of_their_set():
    module = cyclegan()
    pixels = torch.arange(5 * 6, dtype=torch.uint8).view(5, *SHAPE)
    module.originals = {
        name: Originals(Images(pixels + shift), lambda stored: stored.double() / 100, "test")
        for name, shift in (("a", 0), ("b", 100))
    }

    for view, label, factor, shift, start in (
        ("a_to_b", 1, 0.8, 0.1, 0),
        ("b_to_a", 0, 1.3, -0.2, 100),
    ):
        batch = module.images_at(5, 0, view=view)(torch.tensor([4, 1]))
        given = (pixels[[4, 1]] + start).double() / 100
        torch.testing.assert_close(batch.images, (factor * given + shift).float())
        assert batch.condition.tolist() == [label] * 2
    some = module.sample(3, 0, "somewhere", view="a_to_b")
    assert torch.equal(some.images, module.sample(3, 0, "somewhere", view="a_to_b").images)
    assert not torch.equal(some.images, module.sample(3, 0, "elsewhere", view="a_to_b").images)


def test_a_pool_smaller_than_a_minibatch_is_refused():
    with pytest.raises(ConfigError, match=r"pool_size=1 is smaller than batch_size=2"):
        cyclegan(pool_size=1)


def test_a_batch_of_two_streams_is_one_iteration():
    module = cyclegan()

    assert dict(module.streams) == {"a": 1, "b": 1}
    assert module.images_per_iteration == 2
    assert Batch(REAL["a"]).images.shape == (2, *SHAPE)
