"""A loss of several factors: each part is that of its own logits, and nothing mixes them."""

import pytest
import torch
from torch.nn.functional import softplus

from gan_lab.losses.adversarial import LeastSquares, NonSaturating
from gan_lab.losses.relativistic import Relativistic
from gan_lab.training.loss_of_factors import LossOfFactors

FACTORS = ("style", "category")
RANDOM = torch.Generator().manual_seed(0)
REAL, FAKE = ([torch.randn(6, generator=RANDOM) for _ in FACTORS] for _ in range(2))


def of(loss):
    return LossOfFactors(loss, FACTORS)


def test_the_parts_of_the_discriminators_are_of_their_own_factor_and_count_by_their_weight():
    found = of(NonSaturating(discriminator_weight=3.0)).discriminator(REAL, FAKE)

    torch.testing.assert_close(
        found,
        {
            "discriminator_real/style": 3 * softplus(-REAL[0]).mean(),
            "discriminator_fake/style": 3 * softplus(FAKE[0]).mean(),
            "discriminator_real/category": 3 * softplus(-REAL[1]).mean(),
            "discriminator_fake/category": 3 * softplus(FAKE[1]).mean(),
        },
    )


def test_the_generator_deceives_the_discriminator_of_each_factor():
    found = of(NonSaturating(generator_weight=0.5)).generator(FAKE, None)

    torch.testing.assert_close(
        found,
        {
            "generator_style": 0.5 * softplus(-FAKE[0]).mean(),
            "generator_category": 0.5 * softplus(-FAKE[1]).mean(),
        },
    )


def test_a_loss_of_pairs_compares_codes_with_the_prior_of_their_own_factor():
    loss = of(Relativistic())

    torch.testing.assert_close(
        loss.generator(FAKE, REAL),
        {f"generator_{FACTORS[i]}": softplus(REAL[i] - FAKE[i]).mean() for i in range(2)},
    )
    torch.testing.assert_close(
        loss.discriminator(REAL, FAKE),
        {f"discriminator_pairs/{FACTORS[i]}": softplus(FAKE[i] - REAL[i]).mean() for i in range(2)},
    )


@pytest.mark.parametrize(
    ("loss", "even"),
    [
        (NonSaturating(), 0.0),
        (NonSaturating(smoothing=0.2), torch.logit(torch.tensor(0.4)).item()),
        (LeastSquares(a=-1.0, b=2.0, c=2.0), 0.5),
        (Relativistic(), 3.0),
    ],
)
def test_what_is_watched_is_logged_and_has_its_reference_where_nothing_can_be_told(loss, even):
    loss, logits = of(loss), [torch.full((4,), even)] * 2

    answers = loss.answers(logits, logits)

    assert list(answers) == loss.watched
    assert {name: value.item() for name, value in answers.items()} == pytest.approx(loss.reference)


def test_answers_are_of_their_own_factor():
    found = of(NonSaturating()).answers(REAL, FAKE)

    torch.testing.assert_close(
        found,
        {
            "d_real/style": REAL[0].sigmoid().mean(),
            "d_fake/style": FAKE[0].sigmoid().mean(),
            "d_real/category": REAL[1].sigmoid().mean(),
            "d_fake/category": FAKE[1].sigmoid().mean(),
        },
    )
