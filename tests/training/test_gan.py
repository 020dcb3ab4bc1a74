"""Who is updated when: the contracts of Algorithm 1."""

import copy
from dataclasses import dataclass, field
from itertools import combinations
from typing import ClassVar

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from gan_lab.latents.conditions import Labels
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian
from gan_lab.losses.adversarial import NonSaturating
from gan_lab.losses.feature_matching import FeatureMatching
from gan_lab.losses.r1 import R1
from gan_lab.losses.r2 import R2
from gan_lab.losses.terms import Term
from gan_lab.networks.blocks import RestingDropout
from gan_lab.networks.features import Answers
from tests.training.conftest import BATCH, fit, recipe, tiny_gan


def watch(module, monkeypatch, *names):
    """Return a list that gets, for each call of these methods, what of the state it changed."""
    changes = []
    for name in names:
        method = getattr(module, name)

        def watched(*arguments, name=name, method=method):
            before = copy.deepcopy(module.state_dict())
            result = method(*arguments)
            after = module.state_dict()
            changed = {key for key in after if not torch.equal(before[key], after[key])}
            changes.append((arguments[0] if name == "update" else name, changed))
            return result

        monkeypatch.setattr(module, name, watched)
    return changes


def shown_to_discriminator(module):
    """Return a list that gets what the discriminator is shown, one minibatch after the other."""
    shown = []
    module.discriminator.register_forward_hook(
        lambda network, arguments, logits: shown.append(arguments[0].detach().clone())
    )
    return shown


def record(module, monkeypatch, name):
    """Return a list that gets the arguments of each call of this method."""
    calls, method = [], getattr(module, name)
    monkeypatch.setattr(module, name, lambda *a, **b: (calls.append(a), method(*a, **b))[1])
    return calls


def owners(keys):
    return {key.split(".")[0] for key in keys}


def is_buffer(key):
    return key.endswith(("running_mean", "running_var", "num_batches_tracked"))


def test_each_phase_changes_only_the_buffers_of_the_network_that_learns(monkeypatch):
    module = tiny_gan()
    changes = watch(module, monkeypatch, "discriminator_phase", "generator_phase")

    fit(module, 1)

    changed = dict(changes)
    assert owners(changed["discriminator_phase"]) == {"discriminator"}
    assert owners(changed["generator_phase"]) == {"generator"}
    assert all(is_buffer(key) for keys in changed.values() for key in keys)


def test_images_that_both_phases_use_move_the_generators_statistics_once(monkeypatch):
    module = tiny_gan(reuse_fakes=True)
    changes = watch(module, monkeypatch, "fakes", "discriminator_phase", "generator_phase")

    fit(module, 1)

    changed = dict(changes)
    assert owners(changed["fakes"]) == {"generator"}
    assert owners(changed["discriminator_phase"]) == {"discriminator"}
    assert changed["generator_phase"] == set()


def test_each_update_changes_the_weights_of_one_network_and_nothing_else(monkeypatch):
    module = tiny_gan()
    changed = watch(module, monkeypatch, "update")

    fit(module, 1)

    for player, keys in changed:
        weights = {f"{player}.{name}" for name, _ in getattr(module, player).named_parameters()}
        # The average has just been copied from the generator: it follows from the second update on.
        assert {key for key in keys if not key.startswith("averages.")} == weights


def test_neither_phase_leaves_a_gradient_in_the_other_network(monkeypatch):
    module = tiny_gan()
    seen = []

    def watched(name, other):
        phase = getattr(module, name)

        def phase_and_look(*arguments):
            phase(*arguments)
            seen.append(all(weight.grad is None for weight in other.parameters()))

        monkeypatch.setattr(module, name, phase_and_look)

    watched("discriminator_phase", module.generator)
    watched("generator_phase", module.discriminator)

    fit(module, 2)

    assert seen == [True] * 4


def test_alternating_generator_answers_the_updated_discriminator_and_simultaneous_the_old(
    monkeypatch,
):
    order = {}
    for update in ("alternating", "simultaneous"):
        module = tiny_gan(update=update)
        changes = watch(module, monkeypatch, "discriminator_phase", "generator_phase", "update")
        fit(module, 1)
        order[update] = [name for name, _ in changes]

    assert order == {
        "alternating": ["discriminator_phase", "discriminator", "generator_phase", "generator"],
        "simultaneous": ["discriminator_phase", "generator_phase", "discriminator", "generator"],
    }


@pytest.mark.parametrize(
    ("options", "shared"),
    [({}, False), ({"reuse_fakes": True}, True), ({"update": "simultaneous"}, True)],
    ids=["alternating", "reuse_fakes", "simultaneous"],
)
def test_the_phases_share_one_pass_of_the_generator_where_asked(options, shared):
    module = tiny_gan(**options)
    made, shown = [], shown_to_discriminator(module)
    module.generator.register_forward_hook(lambda *_: made.append(1))

    fit(module, 1)

    _, for_discriminator, for_generator = shown
    assert torch.equal(for_discriminator, for_generator) == shared
    assert len(made) == (1 if shared else 2)


def test_k_discriminator_steps_see_k_different_minibatches_and_fakes():
    module = tiny_gan(discriminator_steps=3)
    images = shown_to_discriminator(module)

    fit(module, 1)

    assert len(images) == 3 * 2 + 1
    for one, other in combinations(images, 2):
        assert not torch.equal(one, other)


class Relativistic(NonSaturating):
    """A loss that compares pairs: D says by how much real images look more real."""

    compares_pairs = True

    def generator(self, fake_logits, real_logits=None):
        return softplus(real_logits - fake_logits).mean()


@pytest.mark.parametrize(
    ("options", "minibatches"),
    [({}, 2), ({"discriminator_steps": 3}, 4), ({"reuse_fakes": True}, 1),
     ({"update": "simultaneous", "discriminator_steps": 2}, 2)],
)  # fmt: skip
def test_a_loss_that_compares_pairs_gets_real_images_in_the_generators_phase(
    options, minibatches, monkeypatch
):
    module = tiny_gan(loss=Relativistic(), **options)
    phases = record(module, monkeypatch, "generator_phase")
    of_discriminator = record(module, monkeypatch, "discriminator_phase")

    fit(module, 2)

    steps = options.get("discriminator_steps", 1)
    assert module.streams == {"data": minibatches}
    assert module.images_seen == 2 * steps * BATCH
    shares = minibatches == steps
    assert torch.equal(phases[0][0].images, of_discriminator[steps - 1][0].images) == shares


class Told(nn.Module):
    """A network that is told of labels: of 0 and 1, and D of -1, too."""

    def __init__(self, network, inputs, lowest):
        super().__init__()
        self.network, self.shifts, self.lowest = network, nn.Embedding(3, inputs), lowest
        self.told = []

    def forward(self, values, labels):
        assert int(labels.min()) >= self.lowest
        self.told.append(labels)
        return self.network(values.flatten(1) + self.shifts(labels % 3))


@pytest.mark.parametrize(
    "options",
    [{}, {"discriminator_steps": 2}, {"reuse_fakes": True},
     {"update": "simultaneous", "discriminator_steps": 2}],
)  # fmt: skip
def test_the_images_of_a_pair_have_one_label_in_both_phases(options, monkeypatch):
    networks = plain(nn.Tanh())
    module = tiny_gan(
        generator=Told(networks["generator"], 4, lowest=0),
        discriminator=Told(networks["discriminator"], 16, lowest=-1),
        inputs=InputSource(Gaussian(dim=4), Labels(("a", "b"), (20, 10))),
        loss=Relativistic(),
        **options,
    )
    shown = record(module, monkeypatch, "show")

    fit(module, 2, labels=torch.tensor([0, 1, 0, -1]).repeat(10))

    steps = options.get("discriminator_steps", 1)
    pairs = [(phase, real.condition, fake.condition) for _, phase, real, fake, *_ in shown]
    names = [*(f"discriminator/{step}" for step in range(steps)), "generator"]
    assert [phase for phase, *_ in pairs] == 2 * names
    assert all(torch.equal(real, fake) for _, real, fake in pairs)
    assert {int(label) for _, real, _ in pairs for label in real} == {-1, 0, 1}
    # The generator, which knows no -1, is asked for the label of the pair where there is one.
    labels, asked = pairs[-1][2], module.generator.told[-1]
    assert torch.equal(asked[labels >= 0], labels[labels >= 0])


def test_no_other_loss_judges_real_images_in_the_generators_phase():
    module = tiny_gan()
    shown = shown_to_discriminator(module)

    fit(module, 1)

    assert module.streams == {"data": 1}
    assert len(shown) == 3


@dataclass(frozen=True, kw_only=True)
class Recorded(Term):
    """Keeps what it has seen in the generator's phase."""

    phases: ClassVar = ("generator",)
    needs_real: ClassVar = True
    needs_features: ClassVar = True
    seen: list = field(default_factory=list)

    def __call__(self, phase):
        self.seen.append(phase)
        return phase.fake.features.mean()


class ShowsFeatures(nn.Module):
    """A discriminator that counts its passes."""

    def __init__(self):
        super().__init__()
        self.hidden, self.last = nn.Linear(16, 5), nn.Linear(5, 1)
        self.passes = []

    def forward(self, images, with_features=False):
        features = self.hidden(images.flatten(1)).tanh()
        self.passes.append(with_features)
        logits = self.last(features).flatten()
        return Answers(logits, features) if with_features else logits


@pytest.mark.parametrize("reuse_fakes", [False, True])
def test_a_term_gets_real_images_and_features_of_one_pass_where_it_is_due(reuse_fakes, monkeypatch):
    term = Recorded(weight=1.0, every=2)
    module = tiny_gan(
        discriminator=ShowsFeatures(), terms={"recorded": term}, reuse_fakes=reuse_fakes
    )
    phases = record(module, monkeypatch, "generator_phase")

    fit(module, 3)

    assert module.streams == {"data": 1 if reuse_fakes else 2}
    assert module.images_seen == 3 * BATCH
    # D's phase has two passes; G's has one of its own images, and one of real ones if due.
    due, not_due = [False, False, True, True], [False, False, False]
    assert module.discriminator.passes == [*due, *not_due, *due]
    assert len(term.seen) == 2
    for seen, (real, *_) in zip(term.seen, phases[::2], strict=True):
        assert torch.equal(seen.real.images, real.images)
        assert seen.real.features.shape == seen.fake.features.shape == (BATCH, 5)
        assert seen.fake.images.requires_grad


def half_squared_slope(discriminator, images):
    images = images.detach().requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(images).sum(), images)
    return 0.5 * slope.square().sum().item() / len(images)


def test_the_terms_of_one_iteration_are_those_computed_by_hand(monkeypatch):
    module = tiny_gan(
        discriminator=ShowsFeatures(),
        terms={
            "r1": R1(weight=2.0), "r2": R2(weight=3.0), "matching": FeatureMatching(weight=0.5)
        },
    )  # fmt: skip
    at_first = copy.deepcopy(module.discriminator)
    shown = record(module, monkeypatch, "show")

    fit(module, 1)

    (_, _, real, fake, *_), (_, _, *of_generator, _, _) = shown
    in_the_end = module.discriminator
    real_mean, fake_mean = (
        in_the_end(batch.images, with_features=True).features.mean(0) for batch in of_generator
    )
    means = module.meters.read()
    assert means["loss/r1"] == pytest.approx(2 * half_squared_slope(at_first, real.images))
    assert means["loss/r2"] == pytest.approx(3 * half_squared_slope(at_first, fake.images))
    distance = (real_mean - fake_mean).square().sum().item()
    assert means["loss/matching"] == pytest.approx(0.5 * distance)


def plain(first_activation):
    """Return two networks without anything but weights."""
    return {
        "generator": nn.Sequential(nn.Linear(4, 16), first_activation, nn.Unflatten(1, (1, 4, 4))),
        "discriminator": nn.Sequential(nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)),
    }


def assert_same_weights(trained, by_hand, **tolerance):
    for network, expected in zip(trained, by_hand, strict=True):
        for name, weight in expected.state_dict().items():
            torch.testing.assert_close(network.state_dict()[name], weight, **tolerance)


@pytest.mark.parametrize("reuse_fakes", [False, True])
def test_one_alternating_iteration_equals_the_algorithm_written_by_hand(reuse_fakes, monkeypatch):
    module = tiny_gan(**plain(nn.Tanh()), recipe=recipe(average=None), reuse_fakes=reuse_fakes)
    generator, discriminator = copy.deepcopy((module.generator, module.discriminator))
    iterations = record(module, monkeypatch, "iterate")

    fit(module, 1)

    (batches, draws) = iterations[0]
    (real,) = batches["data"]
    of_discriminator = draws["generator" if reuse_fakes else "discriminator/0"].latents
    assert len(draws) == (1 if reuse_fakes else 2)
    adam = torch.optim.Adam(discriminator.parameters(), lr=1e-2)
    fake = generator(of_discriminator).detach()
    real_d, fake_d = (torch.sigmoid(discriminator(x)) for x in (real.images, fake))
    (-(real_d.log().mean() + (1 - fake_d).log().mean())).backward()
    adam.step()
    adam = torch.optim.Adam(generator.parameters(), lr=1e-2)
    (-torch.sigmoid(discriminator(generator(draws["generator"].latents))).log().mean()).backward()
    adam.step()
    assert_same_weights((module.generator, module.discriminator), (generator, discriminator))


def test_samples_come_from_the_moving_average_in_evaluation_mode_and_change_nothing():
    module = tiny_gan()
    fit(module, 3)
    before = copy.deepcopy(module.state_dict())
    random_state = torch.get_rng_state()

    images = module.sample(5, 0, "samples").images

    average = module.evaluated_generator.eval()
    latents = module.latents(5, 0, "samples")
    assert torch.equal(images, average(latents))
    assert torch.equal(images, module.sample(5, 0, "samples").images)
    assert not torch.equal(images, module.sample(5, 1, "samples").images)
    assert not torch.equal(average(latents), module.generator.eval()(latents))
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert torch.equal(random_state, torch.get_rng_state())


def test_images_at_positions_are_those_of_the_whole_sample():
    module = tiny_gan()
    fit(module, 2)
    whole = module.sample(600, "evaluation").images  # in more than one piece

    some = module.images_at(600, "evaluation")(torch.tensor([599, 0, 7]))

    torch.testing.assert_close(some.images, whole[[599, 0, 7]])
    assert some.condition is None


def test_resting_dropout_works_in_the_discriminators_phase_and_rests_in_the_generators():
    module = tiny_gan(
        discriminator=nn.Sequential(
            RestingDropout(0.5), nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)
        )
    )
    dropped = []
    module.discriminator[0].register_forward_hook(
        lambda layer, inputs, output: dropped.append(bool((output != inputs[0]).any()))
    )

    fit(module, 2)

    assert dropped == [True, False] * 2  # D's phase, G's phase
