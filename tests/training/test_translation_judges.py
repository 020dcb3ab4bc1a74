"""Judges of translations: their losses written out, and who sees which images through what."""

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from gan_lab.augmentation.noise import InstanceNoise
from gan_lab.losses.adversarial import LeastSquares, NonSaturating
from gan_lab.losses.relativistic import Relativistic
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.extra_discriminators import ExtraDiscriminators
from gan_lab.training.translation_judges import TranslationJudges

SHAPE, GAMMA, STD = (1, 2, 2), 0.25, 0.5
CPU = torch.device("cpu")
RANDOM = torch.Generator().manual_seed(0)
REAL = {name: torch.randn(3, *SHAPE, generator=RANDOM) for name in ("a", "b", "mixed")}
FAKE = {name: torch.randn(3, *SHAPE, generator=RANDOM) for name in "ab"}


def judge(factor):
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, bias=False), nn.Flatten(0))
    nn.init.constant_(network[1].weight, factor)
    return network


def judges(loss, extra="base", noise=False):
    """Return judges; the logit of an image is the sum of its pixels times 1, 2, 3 and 4."""
    augmenting = Augmenting(
        InstanceNoise(image_shape=SHAPE, std=STD) if noise else None, loss.compares_pairs
    )
    discriminators = {"a": judge(1.0), "b": judge(2.0)}
    extra = ExtraDiscriminators(extra, GAMMA, discriminators)
    for factor, network in enumerate(extra.networks.values(), start=3):
        nn.init.constant_(network[1].weight, factor)
    return TranslationJudges(loss, discriminators, extra, augmenting, lambda values: values)


def said(factor, images):
    return factor * images.sum(dim=(1, 2, 3))


def test_a_generator_deceives_the_judge_of_its_set_and_the_extra_one_by_its_weight():
    loss = LeastSquares(generator_weight=2.0)

    found = judges(loss, "partial").deceived("b", REAL, FAKE["b"], {})

    torch.testing.assert_close(
        found,
        {
            "": 2 * (said(2, FAKE["b"]) - 1).square().mean() / 2,
            "_mixed": 2 * GAMMA * (said(4, FAKE["b"]) - 1).square().mean() / 2,
        },
    )
    assert judges(loss).deceived("b", {}, FAKE["b"], {}).keys() == {""}


def test_a_loss_of_pairs_compares_translations_with_what_each_judge_takes_for_real():
    found = judges(Relativistic(), "partial").deceived("a", REAL, FAKE["a"], {})

    torch.testing.assert_close(
        found,
        {
            "": softplus(said(1, REAL["a"]) - said(1, FAKE["a"])).mean(),
            "_mixed": GAMMA * softplus(said(3, REAL["mixed"]) - said(3, FAKE["a"])).mean(),
        },
    )


def test_each_judge_tells_its_own_images_from_translations_and_the_means_are_logged():
    losses, logged = judges(NonSaturating(discriminator_weight=3.0), "full").told_apart(
        REAL, FAKE, {}
    )

    expected, real, fake = {}, [], []
    for factor, known, target, word, weight in (
        (1, "a", "a", "a", 1.0),
        (2, "b", "b", "b", 1.0),
        (3, "mixed", "a", "a_mixed", GAMMA),
        (4, "mixed", "b", "b_mixed", GAMMA),
    ):
        of_real, of_fake = said(factor, REAL[known]), said(factor, FAKE[target])
        expected[f"discriminator_real_{word}"] = 3 * weight * softplus(-of_real).mean()
        expected[f"discriminator_fake_{word}"] = 3 * weight * softplus(of_fake).mean()
        real.append(of_real.sigmoid().mean())
        fake.append(of_fake.sigmoid().mean())
    torch.testing.assert_close(losses, expected)
    torch.testing.assert_close(logged, {"d_real": sum(real) / 4, "d_fake": sum(fake) / 4})
    assert not any(value.requires_grad for value in logged.values())


def test_losses_lead_back_to_the_judges_and_deceit_to_the_translations():
    found = judges(NonSaturating())
    fake = FAKE["a"].clone().requires_grad_()

    found.deceived("a", REAL, fake, {})[""].backward()
    losses, _ = found.told_apart(REAL, FAKE, {})
    (slope,) = torch.autograd.grad(
        losses["discriminator_real_a"], found.of["a"][0].network.parameters()
    )

    assert (fake.grad < 0).all()  # brighter ones deceive this judge
    assert slope.abs().sum() > 0


@pytest.mark.parametrize("loss", [NonSaturating(), Relativistic()])
def test_all_that_is_seen_is_seen_through_the_noise_of_its_phase_and_kind(loss):
    found = judges(loss, noise=True)
    draws = found.draws(3, 7, CPU, 0)
    seen = []
    found.of["b"][0].network.register_forward_pre_hook(lambda _, given: seen.append(given[0]))

    found.deceived("b", REAL, FAKE["b"], draws)
    found.told_apart(REAL, FAKE, draws)

    expected = [] if not loss.compares_pairs else [("generator", "real")]
    expected += [("generator", "fake"), ("discriminator", "real"), ("discriminator", "fake")]
    noises = [draws[f"augment/{player}/b/{kind}"]["noise"] for player, kind in expected]
    for images, (_, kind), noise in zip(seen, expected, noises, strict=True):
        of_kind = REAL["b"] if kind == "real" else FAKE["b"]
        torch.testing.assert_close(images, of_kind + STD * noise)
    assert len({noise.sum().item() for noise in noises}) == len(noises)


def test_draws_depend_on_seed_and_iteration_and_there_are_none_without_need():
    found = judges(NonSaturating(), "partial", noise=True)

    def drawn(iteration, seed):
        draws = found.draws(30, iteration, CPU, seed)
        return draws["mixed"], draws["augment/discriminator/a/real"]["noise"]

    for this, same, other, others in zip(
        drawn(1, 0), drawn(1, 0), drawn(2, 0), drawn(1, 1), strict=True
    ):
        assert len(this) == 30
        assert torch.equal(this, same)
        assert not torch.equal(this, other)
        assert not torch.equal(this, others)
    assert judges(NonSaturating()).draws(3, 0, CPU, 0) == {}


@pytest.mark.parametrize(
    ("loss", "reference"),
    [
        (NonSaturating(smoothing=0.2), {"d_real": 0.4, "d_fake": 0.4}),
        (LeastSquares(), {"d_real": 0.5, "d_fake": 0.5}),
        (Relativistic(), {}),
    ],
)
def test_the_reference_is_what_judges_answer_where_translations_are_like_real_images(
    loss, reference
):
    assert judges(loss).reference == reference
