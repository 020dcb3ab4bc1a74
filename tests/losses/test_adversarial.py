"""The adversarial losses against closed forms: values, gradients, equilibria, extreme logits."""

import math

import pytest
import torch

from gan_lab.losses.adversarial import LeastSquares, Minimax, NonSaturating
from gan_lab.losses.hinge import Hinge
from gan_lab.losses.wasserstein import Wasserstein

LOSSES = [Minimax(), NonSaturating(), LeastSquares(), LeastSquares(a=-1.0, b=1.0, c=0.0)]
SMOOTHED = [Minimax(smoothing=0.1), NonSaturating(smoothing=0.3)]
UNUSUAL = LeastSquares(a=-0.7, b=2.5, c=0.3)
ALL = [*LOSSES, *SMOOTHED, UNUSUAL, Hinge(), Wasserstein()]
HALF = [torch.bfloat16, torch.float16]
REAL = [-3.0, -0.25, 0.0, 1.5, 4.0]
FAKE = [-5.0, -1.0, 0.5, 2.0]


def tensor(numbers):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def sigmoid(number):
    return 1 / (1 + math.exp(-number))


def mean(numbers):
    return sum(numbers) / len(numbers)


def assert_equal(actual, expected):
    actual = actual.tolist() if isinstance(actual, torch.Tensor) else actual
    assert actual == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("loss", [Minimax(), NonSaturating()], ids=repr)
def test_cross_entropy_parts_are_the_mean_logarithms_of_d(loss):
    result = loss.discriminator(tensor(REAL), tensor(FAKE))

    assert_equal(result.real, mean([-math.log(sigmoid(logit)) for logit in REAL]))
    assert_equal(result.fake, mean([-math.log(1 - sigmoid(logit)) for logit in FAKE]))


@pytest.mark.parametrize("loss", [Minimax(), NonSaturating()], ids=repr)
def test_cross_entropy_gradients_pull_d_to_1_on_real_and_to_0_on_fake(loss):
    real, fake = tensor(REAL), tensor(FAKE)

    sum(loss.discriminator(real, fake)).backward()

    assert_equal(real.grad, [(sigmoid(logit) - 1) / len(REAL) for logit in REAL])
    assert_equal(fake.grad, [sigmoid(logit) / len(FAKE) for logit in FAKE])


def test_minimax_generator_minimises_the_logarithm_of_1_minus_d():
    fake = tensor(FAKE)

    loss = Minimax().generator(fake)
    loss.backward()

    assert_equal(loss, mean([math.log(1 - sigmoid(logit)) for logit in FAKE]))
    assert_equal(fake.grad, [-sigmoid(logit) / len(FAKE) for logit in FAKE])


def test_non_saturating_generator_minimises_minus_the_logarithm_of_d():
    fake = tensor(FAKE)

    loss = NonSaturating().generator(fake)
    loss.backward()

    assert_equal(loss, mean([-math.log(sigmoid(logit)) for logit in FAKE]))
    assert_equal(fake.grad, [(sigmoid(logit) - 1) / len(FAKE) for logit in FAKE])


@pytest.mark.parametrize("loss", [LeastSquares(), LeastSquares(a=-1, b=1, c=0), UNUSUAL], ids=repr)
def test_least_squares_parts_are_half_the_mean_squared_distance_to_their_targets(loss):
    real, fake = tensor(REAL), tensor(FAKE)

    result = loss.discriminator(real, fake)
    sum(result).backward()

    assert_equal(result.real, 0.5 * mean([(logit - loss.b) ** 2 for logit in REAL]))
    assert_equal(result.fake, 0.5 * mean([(logit - loss.a) ** 2 for logit in FAKE]))
    assert_equal(real.grad, [(logit - loss.b) / len(REAL) for logit in REAL])
    assert_equal(fake.grad, [(logit - loss.a) / len(FAKE) for logit in FAKE])


@pytest.mark.parametrize("loss", [LeastSquares(), LeastSquares(a=-1, b=1, c=0), UNUSUAL], ids=repr)
def test_least_squares_generator_is_pulled_to_c(loss):
    fake = tensor(FAKE)

    value = loss.generator(fake)
    value.backward()

    assert_equal(value, 0.5 * mean([(logit - loss.c) ** 2 for logit in FAKE]))
    assert_equal(fake.grad, [(logit - loss.c) / len(FAKE) for logit in FAKE])


def test_least_squares_defaults_are_the_0_1_coding_of_the_paper():
    assert (LeastSquares().a, LeastSquares().b, LeastSquares().c) == (0.0, 1.0, 1.0)


def test_minimax_generator_has_one_148th_of_the_gradient_at_a_logit_of_minus_5():
    saturating, not_saturating = tensor([-5.0]), tensor([-5.0])

    Minimax().generator(saturating).backward()
    NonSaturating().generator(not_saturating).backward()

    ratio = (not_saturating.grad / saturating.grad).item()
    assert ratio == pytest.approx(math.exp(5), rel=1e-12)
    assert round(ratio) == 148


def test_both_generators_push_the_logit_of_a_sample_up():
    for loss in (Minimax(), NonSaturating()):
        fake = tensor(FAKE)
        loss.generator(fake).backward()
        assert (fake.grad < 0).all()


def test_minimax_is_a_zero_sum_game_on_the_fake_images():
    fake = tensor(FAKE)

    assert_equal(
        Minimax().generator(fake), -Minimax().discriminator(tensor(REAL), fake).fake.item()
    )


def best_logit(loss):
    """Return D's where p_g = p_data: half-way between the targets, or the logit of t/2."""
    if isinstance(loss, LeastSquares):
        return (loss.a + loss.b) / 2
    target = 1 - getattr(loss, "smoothing", 0)
    return math.log(target / (2 - target))


@pytest.mark.parametrize("loss", [*LOSSES, *SMOOTHED, UNUSUAL], ids=repr)
def test_equilibrium_is_what_the_functions_give_there(loss):
    logits = tensor([best_logit(loss)] * 3)
    parts = loss.discriminator(logits, logits)
    output = loss.output(logits).mean().item()

    expected = {
        "loss/discriminator": (parts.real + parts.fake).item(),
        "loss/discriminator_real": parts.real.item(),
        "loss/discriminator_fake": parts.fake.item(),
        "loss/generator": loss.generator(logits).item(),
        "value": loss.value(parts).item(),
        "d_real": output,
        "d_fake": output,
    }

    assert dict(loss.equilibrium) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_d_has_nothing_to_gain_at_the_equilibrium(loss):
    # Where p_g = p_data each image is as often real as fake, so both parts see the same logit.
    logits = tensor([best_logit(loss)])

    sum(loss.discriminator(logits, logits)).backward()

    assert logits.grad.item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("loss", SMOOTHED, ids=repr)
def test_smoothed_labels_are_probabilities_of_real_images_alone(loss):
    real, fake, s = tensor(REAL), tensor(FAKE), loss.smoothing

    parts = loss.discriminator(real, fake)
    parts.real.backward()

    answers = [sigmoid(logit) for logit in REAL]
    assert_equal(parts.real, mean([-(1 - s) * math.log(d) - s * math.log(1 - d) for d in answers]))
    assert_equal(real.grad, [(d - (1 - s)) / len(REAL) for d in answers])
    assert_equal(parts.fake, Minimax().discriminator(real, fake).fake.item())


@pytest.mark.parametrize("loss", [*LOSSES, *SMOOTHED, UNUSUAL], ids=repr)
def test_the_margin_is_0_where_d_cannot_tell(loss):
    level = best_logit(loss)

    margins = loss.margins(tensor([level - 1, level, level + 2]), tensor([level] * 3))

    assert margins.tolist() == pytest.approx([-1, 0, 2])


@pytest.mark.parametrize("kind", [Minimax, NonSaturating])
def test_smoothing_leaves_the_generators_loss_as_it_is(kind):
    assert torch.equal(kind(smoothing=0.3).generator(tensor(FAKE)), kind().generator(tensor(FAKE)))


def test_smoothing_of_a_tenth_has_its_equilibrium_at_d_of_nine_twentieths():
    known = NonSaturating(smoothing=0.1).equilibrium

    assert known["d_real"] == known["d_fake"] == 0.45
    assert known["loss/generator"] == pytest.approx(-math.log(0.45))
    assert known["loss/discriminator_fake"] == pytest.approx(-math.log(0.55))


def test_named_equilibria_are_those_of_the_papers():
    assert Minimax().equilibrium["value"] == pytest.approx(-math.log(4))
    assert NonSaturating().equilibrium["d_fake"] == 0.5
    assert LeastSquares().equilibrium["value"] == 0.25
    assert LeastSquares().equilibrium["loss/generator"] == 0.125


def test_what_is_logged_of_the_generator_at_the_equilibrium_has_its_weight():
    plain, twice, without = (NonSaturating(generator_weight=weight) for weight in (1.0, 2.0, 0.0))

    assert plain.logged_equilibrium == dict(plain.equilibrium)
    assert twice.logged_equilibrium["loss/generator"] == pytest.approx(2 * math.log(2))
    assert without.logged_equilibrium.keys() == plain.equilibrium.keys() - {"loss/generator"}


@pytest.mark.parametrize("loss", [Minimax(), NonSaturating()], ids=repr)
def test_v_of_cross_entropy_is_the_mean_log_likelihood_of_the_right_answers(loss):
    value = loss.value(loss.discriminator(tensor(REAL), tensor(FAKE)))

    right = mean([math.log(sigmoid(logit)) for logit in REAL])
    assert_equal(value, right + mean([math.log(1 - sigmoid(logit)) for logit in FAKE]))


def test_v_of_least_squares_is_the_sum_of_both_parts():
    parts = UNUSUAL.discriminator(tensor(REAL), tensor(FAKE))

    assert_equal(UNUSUAL.value(parts), parts.real.item() + parts.fake.item())


def test_output_is_a_probability_under_cross_entropy_and_the_answer_itself_under_least_squares():
    logits = tensor(REAL)

    assert_equal(Minimax().output(logits), [sigmoid(logit) for logit in REAL])
    assert_equal(NonSaturating().output(logits), [sigmoid(logit) for logit in REAL])
    assert_equal(UNUSUAL.output(logits), REAL)


@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_real_and_fake_parts_depend_on_their_own_logits_only(loss):
    real, fake = tensor(REAL), tensor(FAKE)

    parts = loss.discriminator(real, fake)

    assert parts.real.shape == parts.fake.shape == ()
    assert torch.autograd.grad(parts.real, fake, retain_graph=True, allow_unused=True) == (None,)
    assert torch.autograd.grad(parts.fake, real, allow_unused=True) == (None,)


@pytest.mark.parametrize("dtype", HALF, ids=str)
@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_losses_at_extreme_half_precision_logits_are_those_of_float64(loss, dtype):
    for real, fake in ((80.0, -80.0), (-80.0, 80.0), (80.0, 80.0), (-80.0, -80.0)):
        parts = loss.discriminator(
            torch.tensor([real], dtype=dtype), torch.tensor([fake], dtype=dtype)
        )
        exact = loss.discriminator(tensor([real]), tensor([fake]))
        generator = loss.generator(torch.tensor([fake], dtype=dtype))

        assert parts.real.dtype == parts.fake.dtype == generator.dtype == torch.float32
        assert parts.real.item() == pytest.approx(exact.real.item(), rel=1e-5)
        assert parts.fake.item() == pytest.approx(exact.fake.item(), rel=1e-5)
        assert generator.item() == pytest.approx(loss.generator(tensor([fake])).item(), rel=1e-5)


@pytest.mark.parametrize("dtype", HALF, ids=str)
@pytest.mark.parametrize("logit", [-80.0, 80.0])
def test_cross_entropy_gradients_at_extreme_logits_are_full_where_wrong_and_tiny_where_right(
    logit, dtype
):
    gradients = {}
    for name, function in (
        ("real", lambda logits: Minimax().discriminator(logits, logits.detach()).real),
        ("fake", lambda logits: Minimax().discriminator(logits.detach(), logits).fake),
        ("minimax", Minimax().generator),
        ("non_saturating", NonSaturating().generator),
    ):
        logits = torch.tensor([logit], dtype=dtype, requires_grad=True)
        function(logits).backward()
        gradients[name] = logits.grad.item()

    # exp(-80) = 1.8e-35, which bfloat16 can hold and float16 cannot.
    tiny = pytest.approx(math.exp(-80), rel=0.01) if dtype is torch.bfloat16 else 0.0
    negative_tiny = pytest.approx(-math.exp(-80), rel=0.01) if dtype is torch.bfloat16 else 0.0
    if logit > 0:
        expected = {
            "real": negative_tiny,
            "fake": 1,
            "minimax": -1,
            "non_saturating": negative_tiny,
        }
    else:
        expected = {"real": -1, "fake": tiny, "minimax": negative_tiny, "non_saturating": -1}
    assert gradients == expected


@pytest.mark.parametrize("dtype", HALF, ids=str)
@pytest.mark.parametrize("logit", [-80.0, 80.0])
def test_least_squares_gradients_at_extreme_logits_are_the_distances(logit, dtype):
    real, fake, fooled = (torch.tensor([logit], dtype=dtype, requires_grad=True) for _ in range(3))
    loss = LeastSquares()

    sum(loss.discriminator(real, fake)).backward()
    loss.generator(fooled).backward()

    gradients = [logits.grad.item() for logits in (real, fake, fooled)]
    assert gradients == pytest.approx([logit - 1, logit, logit - 1], rel=torch.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("loss", ALL, ids=repr)
def test_full_and_double_precision_are_kept(loss, dtype):
    logits = torch.tensor(FAKE, dtype=dtype)

    parts = loss.discriminator(logits, logits)

    assert {parts.real.dtype, parts.fake.dtype, loss.generator(logits).dtype} == {dtype}
    assert loss.output(logits).dtype == dtype
