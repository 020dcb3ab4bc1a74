"""Augmentation while a GAN trains: who sees it, its random numbers, and how strong it is."""

from functools import partial

import pytest
import torch
from torch import nn

from gan_lab.augmentation.noise import InstanceNoise
from gan_lab.callbacks.checkpoints import Checkpoints
from gan_lab.data.base import Images
from gan_lab.losses.adversarial import LeastSquares, NonSaturating
from gan_lab.losses.feature_matching import FeatureMatching
from gan_lab.losses.r1 import R1
from gan_lab.losses.relativistic import Relativistic
from gan_lab.losses.terms import Judged, PhaseOutputs
from gan_lab.losses.wasserstein import Wasserstein
from gan_lab.schedules import Course
from gan_lab.training.augmenting import INTERVAL, Augmenting
from tests.augmentation.conftest import ada, pictures
from tests.training import conftest
from tests.training.conftest import BATCH, fit, recipe, tiny_gan

SHAPE = (1, 4, 4)
NOISE = InstanceNoise(image_shape=SHAPE, std=0.5)


def seen(real, fake=(0.0,)):
    """Return what D's phase has seen, of which only the logits count."""
    judged = [Judged(None, None, torch.tensor(logits)) for logits in (real, fake)]
    return PhaseOutputs(None, *judged)


def test_nothing_is_drawn_logged_or_kept_where_there_is_no_augmentation():
    augmenting, images = Augmenting(None), torch.rand(2, *SHAPE)

    assert augmenting.draws("generator", 0, 2, torch.device("cpu"), 0) == {}
    assert augmenting(images, None) is images
    assert augmenting.observe(NonSaturating(), seen([1.0])) == {}
    assert not augmenting.state_dict()


def test_each_kind_of_image_of_each_phase_and_iteration_has_numbers_of_its_own():
    augmenting = Augmenting(NOISE, compares=True)

    drawn = {
        (iteration, phase, kind): numbers["noise"]
        for iteration in (0, 1)
        for phase in ("discriminator/0", "discriminator/1", "generator")
        for kind, numbers in augmenting.draws(phase, iteration, 3, torch.device("cpu"), 0).items()
    }
    again = augmenting.draws("generator", 1, 3, torch.device("cpu"), 0)

    assert len({tuple(noise.flatten().tolist()) for noise in drawn.values()}) == len(drawn) == 12
    key = "augment/generator/fake"
    assert torch.equal(again[key]["noise"], drawn[1, "generator", key])


@pytest.mark.parametrize("terms", [{}, {"match": FeatureMatching(weight=1.0, every=2)}])
def test_numbers_are_drawn_for_real_images_of_the_generators_phase_only_if_it_shows_some(terms):
    plain, comparing = (
        tiny_gan(augmentation=NOISE, loss=loss, terms=terms)
        for loss in (NonSaturating(), Relativistic())
    )
    ours, all_of_them = (
        module.augmenting.draws("generator", 3, 2, torch.device("cpu"), 0)
        for module in (plain, comparing)
    )

    assert all_of_them.keys() == {"augment/generator/real", "augment/generator/fake"}
    assert ours.keys() == (all_of_them.keys() if terms else {"augment/generator/fake"})
    for key, numbers in ours.items():
        assert torch.equal(numbers["noise"], all_of_them[key]["noise"])


def test_d_sees_augmented_images_in_both_phases_and_the_images_stay_what_they_are(monkeypatch):
    module = tiny_gan(augmentation=NOISE)
    shown, outputs = [], []
    module.discriminator.register_forward_pre_hook(lambda _, inputs: shown.append(inputs[0]))
    of_phase = module.show
    monkeypatch.setattr(module, "show", lambda *a: outputs.append(of_phase(*a)) or outputs[-1])

    fit(module, 1)

    (of_d, of_g) = outputs
    pairs = [(shown[0], of_d.real), (shown[1], of_d.fake), (shown[2], of_g.fake)]
    noises = [saw - judged.images for saw, judged in pairs]
    assert all(abs(float(noise.detach().std()) - 0.5) < 0.1 for noise in noises)
    assert not torch.equal(noises[0], noises[1])
    assert of_d.real.images.abs().max() <= 1


def test_a_penalty_is_the_slope_by_the_image_before_augmentation():
    halved = ada(SHAPE, contrast=1.0)
    module = tiny_gan(augmentation=halved, discriminator=nn.Sequential(nn.Flatten(), Summed()))
    images = pictures(3, 1, 4, 4).requires_grad_()
    random = halved.draw(3, torch.Generator().manual_seed(0))
    random["normal"][:] = -2.0  # contrast 1/2

    always = random | {"chances": torch.zeros_like(random["chances"])}
    judged = module.show.judge(module.discriminator, always, (images, None))

    (gradient,) = torch.autograd.grad(judged.logits.sum(), judged.images)
    torch.testing.assert_close(gradient, torch.full_like(images, 0.5))


class Summed(nn.Module):
    """Adds all pixels."""

    def forward(self, pixels):
        return pixels.sum(1)


def test_half_precision_images_are_augmented_in_float32():
    module = tiny_gan(augmentation=NOISE, terms={"r1": R1(weight=1.0)})
    shown = []
    module.discriminator.register_forward_pre_hook(lambda _, inputs: shown.append(inputs[0].dtype))

    fit(module, 1, precision="bf16-mixed")

    assert set(shown) == {torch.float32}


def test_a_strength_follows_its_course():
    noise = InstanceNoise(image_shape=SHAPE, std=Course("linear", 1.0, 0.0, 100, "images"))
    augmenting = Augmenting(noise)

    found = []
    for iteration in (0, 1, 5):
        augmenting.follow(iteration, 25 * iteration)
        found.append(float(augmenting.observe(NonSaturating(), seen([1.0]))["augment/std"]))

    assert found == [1.0, 0.75, 0.0]
    assert not augmenting.state_dict()  # a function of the clock


def controlled(logits, iterations, loss=None, **options):
    """Return p after iterations of 10 images each in which D answers so on real images."""
    augmenting = Augmenting(ada(SHAPE, p=None, flip=1.0, **options))
    for iteration in range(iterations + 1):
        augmenting.follow(iteration, 10 * iteration)
        logged = augmenting.observe(loss or NonSaturating(), seen(logits))
    return round(float(augmenting.strength), 6), float(logged["augment/overfitting"])


@pytest.mark.parametrize(
    ("logits", "p", "overfitting"),
    [
        ([3.0, 2.0, 0.1, 9.0], 0.08, 1.0),  # 80 images of a ramp of 1000, upwards
        ([3.0, 2.0, 0.1, -9.0], 0.0, 0.5),
        ([-3.0, -2.0], 0.0, -1.0),
    ],
)
def test_a_controlled_p_rises_by_the_ramp_while_d_overfits_and_never_below_zero(
    logits, p, overfitting
):
    assert controlled(logits, 2 * INTERVAL) == (p, overfitting)


def test_a_controlled_p_stays_below_its_bound():
    assert controlled([1.0], 100 * INTERVAL, most=0.5)[0] == 0.5


def test_a_controlled_p_changes_once_in_an_interval():
    assert controlled([1.0], INTERVAL - 1)[0] == 0.0
    assert controlled([1.0], INTERVAL)[0] == controlled([1.0], 2 * INTERVAL - 1)[0] == 0.04


@pytest.mark.parametrize(
    ("loss", "real", "fake", "overfitting"),
    [
        (LeastSquares(), [0.6, 0.4], [0.0, 0.0], 0.0),  # 1/2 is where D cannot tell
        (Relativistic(), [-5.0, -5.0], [-6.0, -6.0], 1.0),  # its level is free
        (Wasserstein(), [-5.0, -5.0], [-6.0, -4.0], 0.0),
    ],
)
def test_what_overfitting_is_depends_on_the_loss(loss, real, fake, overfitting):
    logged = Augmenting(ada(SHAPE, p=None, flip=1.0)).observe(loss, seen(real, fake))

    assert float(logged["augment/overfitting"]) == overfitting


def test_a_controlled_run_that_goes_on_equals_one_that_was_never_interrupted(tmp_path):
    def module():
        return tiny_gan(augmentation=ada(SHAPE, p=None, ramp_images=200, flip=1.0, target=-0.9))

    whole, first, second = module(), module(), module()
    path = tmp_path / "last.ckpt"
    fit(whole, 11)
    # Between two changes of p.
    fit(first, 6, callbacks=[Checkpoints(path, 6, {"config": {}, "overrides": []})])
    fit(second, 11, ckpt=path)

    state, expected = second.state_dict(), whole.state_dict()
    assert all(torch.equal(state[name], expected[name]) for name in expected)
    assert 0 < float(whole.augmenting.strength) < 0.8
    assert whole.augmenting.signs[1] == 3


@pytest.mark.parametrize("augmentation", [None, NOISE, ada(SHAPE, p=0.2)])
def test_a_run_goes_on_with_another_augmentation_than_a_controlled_one_and_back(
    augmentation, tmp_path
):
    def trained(iterations, augmentation, ckpt=None):
        module, path = tiny_gan(augmentation=augmentation), tmp_path / f"{iterations}.ckpt"
        save = Checkpoints(path, iterations, {"config": {}, "overrides": []})
        fit(module, iterations, callbacks=[save], ckpt=ckpt)
        return module, path

    controlled = ada(SHAPE, p=None, ramp_images=200, flip=1.0, target=-0.9)
    first, ckpt = trained(6, controlled)
    other, ckpt = trained(8, augmentation, ckpt)  # at the end of an interval, without any sign
    last, _ = trained(13, controlled, ckpt)

    assert float(first.augmenting.strength) > 0
    assert augmentation is None or float(other.augmenting.strength) == pytest.approx(
        augmentation.strength
    )
    assert float(last.augmenting.strength) == pytest.approx(4 * BATCH / 200)  # it begins anew


def samples_that_are_negatives(images, augmentation):
    """Return the share of negatives among the samples of a GAN that learned from these images."""
    module = tiny_gan(
        generator=nn.Sequential(
            nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 16), nn.Tanh(), nn.Unflatten(1, SHAPE)
        ),
        discriminator=nn.Sequential(
            nn.Flatten(), nn.Linear(16, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Flatten(0)
        ),
        terms={"r1": R1(weight=0.1)},
        augmentation=augmentation,
        recipe=recipe(
            batch_size=64, optimizer=partial(torch.optim.Adam, lr=5e-3, betas=(0.0, 0.9))
        ),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conftest, "tiny_images", lambda: Images(images))
        fit(module, 600)
    made = module.sample(1000, "test").images
    return float((made.mean((1, 2, 3)) > 0).float().mean())


@pytest.mark.slow
def test_a_generator_whose_images_were_only_seen_augmented_does_not_make_augmented_ones():
    """A quarter of what D sees are negatives; a generator that imitates that makes as many."""
    images = torch.full((256, *SHAPE), 30, dtype=torch.uint8)
    images[:, :, 0] = 225
    negatives = images.clone()
    negatives[:64] = 255 - negatives[:64]

    imitated = samples_that_are_negatives(negatives, None)
    learned = samples_that_are_negatives(images, ada(SHAPE, p=0.5, luma_flip=1.0))

    assert imitated > 0.15
    assert learned < 0.05
