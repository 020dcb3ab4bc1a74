"""The steps that a generator looks ahead: those of torch's optimizers, with exact gradients."""

import copy
from functools import partial

import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import softplus

from gan_lab.errors import ConfigError
from gan_lab.losses.r1 import R1
from gan_lab.training.lookahead import after_steps
from tests.training.conftest import fit, recipe, tiny_gan

OPTIMIZERS = {
    "adam": partial(torch.optim.Adam, lr=0.05, betas=(0.5, 0.9), weight_decay=0.01),
    "adam, fused": partial(torch.optim.Adam, lr=0.05, fused=True),
    "sgd": partial(torch.optim.SGD, lr=0.1, weight_decay=0.01),
    "sgd, momentum": partial(torch.optim.SGD, lr=0.1, momentum=0.9),
}


def network(*sizes):
    return nn.Sequential(
        nn.Linear(sizes[0], sizes[1]), nn.Tanh(), nn.Linear(sizes[1], sizes[2])
    ).double()


@pytest.fixture
def game():
    """Return a generator, a discriminator, latents and real points."""
    torch.manual_seed(0)
    latents, real = torch.randn(2, 6, 2, dtype=torch.float64)
    return network(2, 3, 2), network(2, 4, 1), latents, real + 1


def discriminator_loss(discriminator, real, fake):
    return (softplus(-discriminator(real)) + softplus(discriminator(fake))).mean()


def take_steps(discriminator, optimizer, real, fake, steps, clip_norm=None):
    for _ in range(steps):
        optimizer.zero_grad()
        discriminator_loss(discriminator, real, fake).backward()
        if clip_norm:
            nn.utils.clip_grad_norm_(discriminator.parameters(), clip_norm)
        optimizer.step()
    optimizer.zero_grad()


def ahead_of(discriminator, optimizer, real, fake, steps, clip_norm=None):
    def loss(ahead):
        return discriminator_loss(ahead, real, fake)

    return after_steps(discriminator, optimizer, loss, steps, lambda values: values, clip_norm)


@pytest.mark.parametrize("clip_norm", [None, 0.1])
@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_sees_the_weights_that_the_optimizer_would_reach(game, name, before, clip_norm):
    generator, discriminator, latents, real = game
    fake = generator(latents)
    optimizer = OPTIMIZERS[name](discriminator.parameters())
    take_steps(discriminator, optimizer, real, fake.detach(), before)
    untouched = copy.deepcopy((discriminator.state_dict(), optimizer.state_dict()))

    ahead = ahead_of(discriminator, optimizer, real, fake, 4, clip_norm)

    for now, then in zip((discriminator, optimizer), untouched, strict=True):
        torch.testing.assert_close(now.state_dict(), then, rtol=0, atol=0)
    assert all(weight.grad is None for weight in discriminator.parameters())
    take_steps(discriminator, optimizer, real, fake.detach(), 4, clip_norm)
    torch.testing.assert_close(dict(ahead.weights), dict(discriminator.named_parameters()))


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_gradient_goes_through_the_steps_as_finite_differences_say(game, name, before, steps):
    generator, discriminator, latents, real = game
    optimizer = OPTIMIZERS[name](discriminator.parameters())
    take_steps(discriminator, optimizer, real, generator(latents).detach(), before)
    names = list(dict(generator.named_parameters()))

    def generator_loss(*weights):
        fake = functional_call(generator, dict(zip(names, weights, strict=True)), (latents,))
        ahead = ahead_of(discriminator, optimizer, real, fake, steps)
        return softplus(-ahead(fake)).mean()

    assert torch.autograd.gradcheck(generator_loss, tuple(generator.parameters()))


def test_a_unit_that_is_never_active_spoils_no_gradient(game):
    generator, _, latents, real = game
    discriminator = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)).double()
    with torch.no_grad():
        discriminator[0].bias[0] = -100.0
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=0.01)
    fake = generator(latents)

    ahead = ahead_of(discriminator, optimizer, real, fake, 3)
    softplus(-ahead(fake)).mean().backward()

    assert all(weight.grad.isfinite().all() for weight in generator.parameters())


def weights_after(**changes):
    torch.manual_seed(0)
    module = tiny_gan(
        recipe=recipe(optimizer=partial(torch.optim.SGD, lr=0.1), average=None),
        discriminator=nn.Sequential(nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)),
        **changes,
    )
    fit(module, 1)
    return {
        player: torch.cat([weight.detach().flatten() for weight in module.weights_of(player)])
        for player in module.players
    }


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_the_generator_learns_otherwise_and_the_discriminator_as_before(update):
    plain, ahead = (weights_after(update=update, unroll=unroll) for unroll in (0, 3))

    assert torch.equal(plain["discriminator"], ahead["discriminator"])
    assert not torch.allclose(plain["generator"], ahead["generator"], atol=1e-5)


def test_a_gan_that_looks_ahead_takes_a_real_minibatch_for_its_generator():
    assert tiny_gan(unroll=1).streams == {"data": 2}
    assert tiny_gan(unroll=1, update="simultaneous").streams == {"data": 1}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"terms": {"r1": R1(weight=1.0)}}, r"unroll=2 looks ahead .* terms=\[r1\] add to"),
        ({"recipe": recipe(max_column_norm=1.0)}, r"optimizer\.max_column_norm=1\.0 shortens"),
        (
            {"recipe": recipe(optimizer=partial(torch.optim.RMSprop, lr=0.1))},
            r"must be Adam or SGD without further options, and is RMSprop: choose",
        ),
        (
            {"recipe": recipe(optimizer=partial(torch.optim.SGD, lr=1, momentum=1, nesterov=True))},
            r"and is SGD with nesterov: choose",
        ),
    ],
)
def test_what_one_cannot_look_through_is_refused(changes, said):
    with pytest.raises(ConfigError, match=said):
        tiny_gan(unroll=2, **changes)
