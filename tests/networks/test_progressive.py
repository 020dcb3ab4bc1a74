"""Progressive GAN: what a level is worth as it fades in, sizes of the paper, how it starts."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate

from gan_lab.networks.progressive import ProgressiveDiscriminator, ProgressiveGenerator

Z, SHAPE = 5, (3, 16, 16)


def generator(shape=SHAPE, width=6):
    torch.manual_seed(0)
    return ProgressiveGenerator(Z, shape, width)


def discriminator(shape=SHAPE, width=6, minibatch_std=2):
    torch.manual_seed(0)
    return ProgressiveDiscriminator(shape, width, minibatch_std)


def at(network, level, alpha=1.0):
    network.grow(level, alpha)
    return network


@pytest.mark.parametrize("level", [1, 2])
def test_a_level_without_a_share_changes_no_bit_and_one_with_all_of_it_stands_alone(level):
    made, judge = generator(), discriminator()
    latents, images = torch.randn(4, Z), torch.randn(4, *SHAPE)

    assert torch.equal(at(made, level, 0.0)(latents), at(made, level - 1)(latents))
    assert torch.equal(at(judge, level, 0.0)(images), at(judge, level - 1)(images))
    full = made(latents), judge(images)
    for network in (made, judge):
        at(network, level, 1.0).is_fading = True  # by the same way as in a fade
    assert torch.equal(made(latents), at(made, level)(latents))
    assert torch.equal(judge(images), at(judge, level)(images))
    assert not torch.equal(made(latents), full[0])


def test_a_fading_image_lies_between_those_of_two_levels():
    made, latents = generator(), torch.randn(4, Z)
    ends = [at(made, 2, alpha)(latents) for alpha in (0.0, 1.0)]

    torch.testing.assert_close(at(made, 2, 0.25)(latents), 0.75 * ends[0] + 0.25 * ends[1])


@pytest.mark.parametrize(("level", "side"), [(0, 4), (1, 2), (2, 1)])
def test_images_of_lower_levels_are_squares_in_the_full_size(level, side):
    images = at(generator(), level)(torch.randn(2, Z))

    small = images[..., ::side, ::side]
    assert images.shape == (2, *SHAPE)
    assert small.shape[-1] == 4 * 2**level
    assert torch.equal(images, interpolate(small, scale_factor=side))


def test_a_discriminator_sees_what_its_level_shows_and_no_more():
    judge, images = at(discriminator(), 1), torch.randn(4, *SHAPE)
    checkerboard = torch.ones(16, 16)
    checkerboard[::2, ::2] = checkerboard[1::2, 1::2] = -1

    torch.testing.assert_close(judge(images + checkerboard), judge(images))
    assert not torch.allclose(at(judge, 2)(images + checkerboard), judge(images), atol=1e-3)


def test_real_images_lose_what_a_fading_level_does_not_show_yet():
    network, images = generator(), torch.randn(2, *SHAPE)
    half, quarter = (interpolate(avg_pool2d(images, side), scale_factor=side) for side in (2, 4))

    torch.testing.assert_close(at(network, 0).seen(images), quarter)
    torch.testing.assert_close(at(network, 1).seen(images), half)
    torch.testing.assert_close(at(network, 1, 0.25).seen(images), 0.75 * quarter + 0.25 * half)
    assert at(network, 2).seen(images) is images


def test_weights_of_levels_that_are_not_used_yet_get_no_gradient():
    made, judge = at(generator(), 1, 0.5), at(discriminator(), 1, 0.5)

    judge(made(torch.randn(4, Z))).square().sum().backward()

    idle = {name for name, weight in made.named_parameters() if weight.grad is None}
    assert idle and all(name.startswith(("larger.1", "to_images.2")) for name in idle)
    idle = {name for name, weight in judge.named_parameters() if weight.grad is None}
    assert idle and all(name.startswith(("larger.1", "from_images.2")) for name in idle)


def test_levels_are_part_of_what_is_saved():
    saved = copy.deepcopy(at(generator(), 1, 0.25).state_dict())
    other = at(generator(), 0)
    latents = torch.randn(2, Z)

    other.load_state_dict(saved)

    assert (other.in_use, other.is_fading) == (1, True)
    assert torch.equal(other(latents), at(generator(), 1, 0.25)(latents))


def test_the_networks_for_cifar10_have_the_channels_of_the_authors():
    made = ProgressiveGenerator(128, (3, 32, 32), 128)
    judge = ProgressiveDiscriminator((3, 32, 32), 128, 4)

    convolutions = [part for part in made.larger.modules() if isinstance(part, nn.Conv2d)]
    assert len(convolutions) == 6
    assert all(part.weight.shape == (128, 128, 3, 3) for part in convolutions)
    assert made.smallest[1].weight.shape == (128 * 16, 128)
    # Two layers of 3x3 and one of 4x4 at the smallest size, the first with one channel more.
    assert judge.smallest[1].weight.shape == (128, 129, 3, 3)
    assert judge.n_features == 128


def test_images_features_and_logits_start_with_variance_1():
    made, judge = generator(width=64), discriminator(width=64)
    images = made(torch.randn(64, Z))
    answers = judge(torch.randn(64, *SHAPE), with_features=True)

    assert not made.bounded
    assert 0.5 < images.std() < 2
    assert 0.1 < answers.features.std() < 2
    assert torch.equal(answers.logits, judge.logits(answers.features).squeeze(1))


def test_the_length_of_a_latent_changes_nothing():
    made, latents = generator(), torch.randn(3, Z)

    torch.testing.assert_close(made(7 * latents), made(latents))


@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_the_gradient_of_a_penalty_agrees_with_finite_differences(alpha):
    network = at(discriminator((1, 8, 8), width=3, minibatch_std=0).double(), 1, alpha)
    images = torch.randn(2, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    weights = [weight for weight in network.parameters() if weight.dim() > 1]

    def penalty():
        (gradient,) = torch.autograd.grad(network(images).sum(), images, create_graph=True)
        return gradient.square().sum()

    gradients = torch.autograd.grad(penalty(), weights, allow_unused=True)

    for weight, gradient in zip(weights, gradients, strict=True):
        direction, values = torch.randn_like(weight), []
        for step in (1e-7, -1e-7):
            with torch.no_grad():
                weight.add_(direction, alpha=step)
            values.append(penalty().item())
            with torch.no_grad():
                weight.sub_(direction, alpha=step)
        slope = 0.0 if gradient is None else (gradient * direction).sum().item()
        assert (values[0] - values[1]) / 2e-7 == pytest.approx(slope, rel=1e-4, abs=1e-6)
