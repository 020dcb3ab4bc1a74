"""The terms of a run: when each is due, by how much it counts, and what it draws."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch

from gan_lab.losses.r1 import R1
from gan_lab.losses.terms import PhaseOutputs, Term
from gan_lab.schedules import Course
from gan_lab.training.added_terms import AddedTerms
from tests.training.conftest import BATCH, fit, recipe, tiny_gan

IMAGE_SHAPE = (3, 5, 2)
NOTHING_SEEN = PhaseOutputs(judge=None, real=None, fake=None)


@dataclass(frozen=True, kw_only=True)
class Three(Term):
    """Is worth 3, in the phases of both players."""

    phases: ClassVar = ("discriminator", "generator")
    needs_random: ClassVar = ("of_images",)

    def __call__(self, phase):
        return torch.tensor(3.0)


@dataclass(frozen=True, kw_only=True)
class Drawn(Three):
    """Is worth the mean of what it has drawn."""

    def __call__(self, phase):
        return phase.random.of_images.mean()


@dataclass(frozen=True, kw_only=True)
class Whose(Term):
    """Is worth the number of letters of the player's name."""

    def __call__(self, phase):
        return torch.tensor(float(len(phase.player)))


def added(terms):
    return AddedTerms(terms, IMAGE_SHAPE)


def values(terms, phase, iteration):
    draws = terms.draws(phase, iteration, BATCH, "cpu", 0)
    return {
        name: float(value) for name, value in terms(phase, iteration, NOTHING_SEEN, draws).items()
    }


def test_a_term_that_is_not_always_due_is_worth_the_same_when_it_is():
    terms = added({"three": Three(weight=2.0, every=4), "always": Three(weight=0.5)})

    assert [terms.due(iteration) for iteration in (0, 1, 4, 6, 8)] == [
        ("three", "always"), ("always",), ("three", "always"), ("always",), ("three", "always"),
    ]  # fmt: skip
    assert values(terms, "generator", 4) == {"generator_three": 2 * 3, "generator_always": 1.5}
    assert values(terms, "generator", 5) == {"generator_always": 1.5}
    assert terms.every == {"discriminator_three": 4, "generator_three": 4}


def test_a_term_of_one_phase_has_its_own_name_and_knows_whose_phase_it_is():
    terms = added({"whose": Whose(weight=1.0), "three": Three(weight=1.0)})

    assert values(terms, "discriminator/1", 0) == {"whose": 13, "discriminator_three": 3}


def test_a_weight_follows_its_course():
    terms = added({"three": Three(weight=Course("linear", 1.0, 0.0, 100, "images"))})

    found = []
    for iteration in (0, 1, 5):
        terms.follow(iteration, 50 * iteration)
        found.append(values(terms, "generator", iteration)["generator_three"])

    assert found == pytest.approx([3.0, 1.5, 0.0])
    assert not terms.state_dict()  # nothing to restore: it follows from the clock


def test_a_term_is_computed_in_its_own_phases_only():
    terms = added({"r1": R1(weight=1.0), "three": Three(weight=1.0)})

    assert terms.due(0, "discriminator") == ("r1", "three")
    assert terms.due(0, "generator") == ("three",)
    assert terms.needed("discriminator", 0).gradient_of == {"real"}
    assert terms.needed("generator", 0).gradient_of == set()


def test_no_gradient_is_asked_for_while_a_term_is_not_due():
    terms = added({"r1": R1(weight=1.0, every=16)})

    assert [terms.needed("discriminator", i).gradient_of for i in (0, 1, 16)] == [
        {"real"}, set(), {"real"},
    ]  # fmt: skip


def test_random_numbers_depend_on_seed_term_iteration_and_phase_alone():
    terms = added({"one": Drawn(weight=1.0), "other": Drawn(weight=1.0)})

    def drawn(phase="discriminator/0", iteration=0, seed=0, name="one"):
        return terms.draws(phase, iteration, BATCH, "cpu", seed)[f"{name}/{phase}"].of_images

    others = [
        drawn(phase="discriminator/1"), drawn(iteration=1), drawn(seed=1), drawn(name="other"),
    ]  # fmt: skip
    assert drawn().shape == (BATCH,)
    assert torch.equal(drawn(), drawn())
    assert not any(torch.equal(drawn(), other) for other in others)


def test_a_term_gets_the_numbers_drawn_for_its_phase():
    terms = added({"drawn": Drawn(weight=1.0)})
    draws = terms.draws("discriminator/1", 3, BATCH, "cpu", 0)

    value = terms("discriminator/1", 3, NOTHING_SEEN, draws)["discriminator_drawn"]

    assert torch.equal(value, draws["drawn/discriminator/1"].of_images.mean())


def test_what_is_drawn_has_the_same_form_in_every_iteration():
    terms = added({"drawn": Drawn(weight=1.0, every=5), "r1": R1(weight=1.0)})

    forms = [list(terms.draws("generator", i, BATCH, "cpu", 0)) for i in range(6)]

    assert forms == [["drawn/generator"]] * 6


def test_a_term_has_a_loss_of_its_own_among_the_meters_and_the_gan_learns_from_it():
    plain, penalised = tiny_gan(), tiny_gan(terms={"r1": R1(weight=10.0)})
    for module in (plain, penalised):
        fit(module, 2)

    means = penalised.meters.read()

    assert means["loss/r1"] > 0
    assert means.keys() - plain.meters.read().keys() == {"loss/r1"}
    assert not torch.equal(plain.discriminator[1].weight, penalised.discriminator[1].weight)


def test_a_lazy_term_counts_as_much_more_as_it_is_rarer_and_is_logged_as_if_it_were_not():
    lazy, four_times = (
        tiny_gan(terms={"r1": R1(weight=weight, every=every)})
        for weight, every in ((0.5, 4), (2.0, 1))
    )
    for module in (lazy, four_times):
        fit(module, 1)

    torch.testing.assert_close(
        lazy.discriminator.state_dict(), four_times.discriminator.state_dict()
    )
    logged, in_full = (module.meters.read()["loss/r1"] for module in (lazy, four_times))
    assert 4 * logged == pytest.approx(in_full)
    assert logged > 0


def test_a_lazy_term_is_part_of_the_kind_of_an_iteration():
    module = tiny_gan(terms={"r1": R1(weight=1.0, every=2)}, recipe=recipe(log_every=100))
    kinds = []
    for module.iteration in range(4):
        kinds.append(module.graph_key)

    assert kinds[0] == kinds[2] != kinds[1] == kinds[3]
