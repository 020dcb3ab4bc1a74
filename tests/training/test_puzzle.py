"""Puzzle-GAN: its terms and gradients are the paper's, its fakes are what they are called."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Images
from gan_lab.errors import ConfigError
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian
from gan_lab.losses.adversarial import NonSaturating
from gan_lab.networks.puzzle import Assembled
from gan_lab.schedules import Course
from gan_lab.training.abilities import Assembles, HasLatents, MakesImages, StartsFromImages
from gan_lab.training.assembling import Cutting, Puzzle
from gan_lab.training.composites import composites_of
from gan_lab.training.player import Player, Recipe
from gan_lab.training.puzzle import PuzzleGAN, lost
from gan_lab.training.translating import Originals

SHAPE = (1, 12, 12)
KINDS = (
    "shuffled_parts", "shuffled_background", "generated_parts", "generated_background"
)  # fmt: skip
RANDOM = torch.Generator().manual_seed(0)
REAL = torch.rand(4, *SHAPE, generator=RANDOM, dtype=torch.float64) - 0.4


class Assembler(nn.Module):
    """A mask and an image of the mean of the patches and the first latent."""

    def __init__(self):
        super().__init__()
        pattern = torch.randn(2, 12, 12, generator=torch.Generator().manual_seed(1))
        self.pattern = nn.Parameter(pattern.double())

    def forward(self, patches, latents):
        mean = patches.mean(dim=(1, 2, 3, 4))[:, None, None, None].to(self.pattern.dtype)
        shift = latents[:, 0, None, None, None].to(self.pattern.dtype)
        image = (self.pattern[:1] * (1 + mean) + shift).tanh()
        return Assembled(image, (self.pattern[1:] + mean).sigmoid())


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        weights = torch.randn(*SHAPE, generator=torch.Generator().manual_seed(2)).double()
        self.weights = nn.Parameter(weights / 10)

    def forward(self, images):
        return (self.weights * images.tanh()).sum((1, 2, 3))


def puzzle_gan(composites=KINDS[:2], weights=(0.3, 0.7), steps=2, patch_size=None):
    player = Player(lambda weights: torch.optim.SGD(weights, lr=0.05))
    return PuzzleGAN(
        generator=Assembler(),
        discriminator=Judge(),
        loss=NonSaturating(),
        inputs=InputSource(Gaussian(dim=3)),
        image_shape=SHAPE,
        recipe=Recipe({"generator": player, "discriminator": player}, 4, seed=0),
        patches=2,
        patch_size=patch_size,
        composites=composites,
        mask_weight=weights[0],
        patch_weight=weights[1],
        discriminator_steps=steps,
    )


@pytest.fixture
def alone(monkeypatch):
    """Return a function that lets a model do without a trainer, as the only one."""

    def let(module):
        monkeypatch.setattr(module, "manual_backward", lambda loss: loss.backward())
        monkeypatch.setattr(module, "share", lambda drawn: drawn)
        monkeypatch.setattr(module, "gathered", lambda tensor: tensor)
        return module

    return let


def softplus(numbers):
    return numbers.exp().log1p()


def generator_objective(module, inputs):
    puzzle = module.cutting(REAL)
    made = module.generator(puzzle.patches, inputs.latents)
    mask = (made.masks - puzzle.masks).abs().sum() / 4
    patches = (made.masks * made.images - puzzle.masks * REAL).abs().sum() / 4
    deceived = softplus(-module.discriminator(made.images)).mean()
    return deceived + 0.3 * mask + 0.7 * patches


def discriminator_objective(module, inputs):
    puzzle = module.cutting(REAL)
    made = module.generator(puzzle.patches, inputs.latents).images
    mask, others = puzzle.masks, REAL[[3, 0, 1, 2]]
    fakes = [made, mask * others + (1 - mask) * REAL, mask * REAL + (1 - mask) * others]
    of_fakes = sum(softplus(module.discriminator(fake)).mean() for fake in fakes) / 3
    return softplus(-module.discriminator(REAL)).mean() + of_fakes


@pytest.mark.parametrize(
    ("player", "phase", "objective"),
    [
        ("generator", PuzzleGAN.generator_phase, generator_objective),
        ("discriminator", PuzzleGAN.discriminator_phase, discriminator_objective),
    ],
)
def test_the_gradient_of_a_phase_agrees_with_finite_differences(player, phase, objective, alone):
    module = alone(puzzle_gan())
    inputs = module.inputs.draw(4, "cpu", "here")

    phase(module, module.cutting(REAL), inputs)

    (weight,) = module.weights_of(player)
    for place in torch.randperm(weight.numel(), generator=RANDOM)[:40].tolist():
        sides = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                weight.view(-1)[place] += step
                sides.append(objective(module, inputs).item())
                weight.view(-1)[place] -= step
        expected = (sides[0] - sides[1]) / 2e-6
        assert weight.grad.view(-1)[place].item() == pytest.approx(expected, rel=1e-4, abs=1e-7)
    (other,) = module.weights_of({"generator", "discriminator"}.difference({player}).pop())
    assert other.grad is None


def test_what_is_lost_is_nothing_only_where_mask_and_patches_are_right():
    puzzle = Cutting.of(2, 4, SHAPE)(REAL)
    elsewhere = torch.where(puzzle.masks > 0, REAL, 7.0)

    mask, patches = lost(Assembled(elsewhere, puzzle.masks), puzzle)
    assert (mask.item(), patches.item()) == (0, 0)

    mask, patches = lost(Assembled(REAL, torch.ones_like(puzzle.masks)), puzzle)
    assert mask.item() == (144 - puzzle.masks.sum().item() / 4)
    assert patches.item() == pytest.approx((REAL * (1 - puzzle.masks)).abs().sum().item() / 4)


def test_each_kind_of_composites_has_its_parts_and_its_background():
    masks = torch.zeros(1, 1, 2, 2)
    masks[..., 0] = 1
    real, made, other = (torch.full((1, 1, 2, 2), number) for number in (1.0, 2.0, 3.0))

    fakes = composites_of(KINDS, Puzzle(real, real[None], masks), made, other)

    found = {
        kind: (fake[0, 0, 0, 0].item(), fake[0, 0, 0, 1].item())
        for kind, fake in zip(KINDS, fakes, strict=True)
    }
    assert found == {
        "shuffled_parts": (3, 1),
        "shuffled_background": (1, 3),
        "generated_parts": (2, 1),
        "generated_background": (1, 2),
    }


def test_weights_may_follow_a_course():
    course = Course("exponential", 1e-2, 1e-4, 10, "iterations")
    module = puzzle_gan(weights=(course, 0.5))

    for iteration, expected in ((0, 1e-2), (5, 1e-3), (10, 1e-4)):
        module.changing.parts[-2].follow(iteration, 0)
        assert float(module.mask_weight.value) == pytest.approx(expected)
    assert module.patch_weight.value == 0.5


def test_pasted_patches_are_where_they_were_on_their_mean_colour():
    puzzle = Cutting.of(1, 4, SHAPE)(REAL)

    inside = puzzle.masks > 0

    assert torch.equal(puzzle.pasted[inside], REAL[inside])
    outside = puzzle.pasted[~inside].view(4, -1)
    torch.testing.assert_close(outside, puzzle.patches.mean((1, 2, 3, 4))[:, None].expand(4, 128))


def test_images_are_of_the_originals_and_other_latents_each_time():
    module = puzzle_gan()
    pixels = (REAL.abs() * 255).to(torch.uint8)
    module.take_originals({"data": Originals(Images(pixels), lambda each: each.double(), "test")})
    module.generator.double()

    at = module.images_at(10, 0, "here")
    images = at(torch.arange(10)).images
    pasted = module.images_at(10, 0, "here", view="pasted")(torch.arange(10)).images

    assert images.shape == (10, *SHAPE)
    assert torch.equal(images[7:], at(torch.arange(7, 10)).images)
    assert not torch.equal(images[0], images[4])  # the same original
    assert torch.equal(pasted[0], pasted[4])
    for ability in (Assembles, MakesImages, StartsFromImages):
        assert isinstance(module, ability)
    assert not isinstance(module, HasLatents)


def test_d_ends_at_one_half_only_where_nothing_else_is_fake():
    assert puzzle_gan().reference == {}
    assert puzzle_gan(composites=[]).reference == NonSaturating().equilibrium


def test_patches_larger_than_the_images_are_refused():
    with pytest.raises(ConfigError, match="patch_size=13x13 is larger than the images, which have"):
        puzzle_gan(patch_size=13)


def test_without_a_size_patches_are_a_third_of_the_image():
    assert Cutting.of(3, None, (3, 48, 30)).size == (16, 10)
    assert Cutting.of(3, None, (1, 8, 8)).size == (4, 4)


def test_a_minibatch_is_shown_with_each_step_of_d_and_counted(alone):
    module = puzzle_gan(steps=2)

    assert module.streams == {"data": 2}
    assert module.images_per_iteration == 8
    drawn = alone(module).draws()
    assert set(drawn) == {"discriminator/0", "discriminator/1", "generator"}
