"""DiffAugment, by hand."""

import pytest
import torch

from gan_lab.augmentation.diffaugment import DiffAugment
from tests.augmentation.conftest import augmented, pictures


def diffaugment(*policy, image_shape=(1, 8, 8), **options):
    return DiffAugment(image_shape=image_shape, p=1.0, policy=policy, **options)


def uniform(*numbers):
    """Return the same numbers, of 8 columns, for one image."""
    return torch.tensor([numbers])


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1.0)])
def test_colours_by_hand(low, high):
    half = (high - low) / 2
    image = torch.tensor([0.2, -0.4]).view(1, 1, 1, 2).expand(1, 3, 2, 2) * half + (low + high) / 2
    image = image + torch.tensor([0.3, 0.0, -0.3]).view(1, 3, 1, 1) * half
    augment = diffaugment("colour", image_shape=(3, 2, 2), value_range=(low, high))

    found = augmented(augment, image, uniform=uniform(0, 0.75, 0.25, 0.0, 0, 0, 0, 0))

    # Brighter by a quarter of half the range, colours half as strong, contrast half as large.
    expected = torch.tensor([0.15 + 0.15, 0.15 - 0.15]).view(1, 1, 1, 2).expand(1, 3, 2, 2)
    expected = expected + torch.tensor([0.075, 0.0, -0.075]).view(1, 3, 1, 1)
    torch.testing.assert_close((found - (low + high) / 2) / half, expected)


def test_a_shift_leaves_gray_behind():
    image = torch.ones(1, 1, 8, 16)
    augment = diffaugment("translation", image_shape=(1, 8, 16), value_range=(0.0, 1.0))

    moved = augmented(augment, image, uniform=uniform(0, 0, 0, 0, 0.99, 0.0, 0, 0))

    expected = torch.full((1, 1, 8, 16), 0.5)
    expected[..., :7, 2:] = 1  # two pixels to the right and one up
    assert torch.equal(moved, expected)


@pytest.mark.parametrize(("size", "most"), [(16, 2), (20, 3)])  # 20 / 8 is rounded up
def test_all_shifts_up_to_an_eighth_are_as_likely_as_each_other(size, most):
    dots = torch.zeros(6000, 1, size, size)
    dots[:, :, 8, 8] = 1

    moved = augmented(diffaugment("translation", image_shape=(1, size, size)), dots)

    _, _, rows, columns = moved.nonzero().unbind(1)
    expected = range(8 - most, 8 + most + 1)
    for places in (rows, columns):
        counts = torch.bincount(places, minlength=size)
        assert counts.nonzero().flatten().tolist() == list(expected)
        assert ((counts[expected] - 6000 / len(expected)).abs() < 130).all()


def test_cutout_takes_a_quarter_of_an_image_that_lies_inside():
    augment = diffaugment("cutout")

    cut = augmented(augment, torch.ones(1, 1, 8, 8), uniform=uniform(0, 0, 0, 0, 0, 0, 0.5, 0.5))

    assert (cut == 0).sum() == 16
    assert (cut[0, 0, 2:6, 2:6] == 0).all()


def test_only_a_share_of_the_images_is_changed():
    images = pictures(4000)

    changed = augmented(diffaugment("colour", "translation", "cutout"), images, 0.3)

    untouched = (changed == images).flatten(1).all(1).float().mean()
    assert abs(float(untouched) - 0.7) < 0.03


def test_first_and_second_derivatives_agree_with_finite_differences():
    images = pictures(2, 3, 4, 4, torch.float64).requires_grad_()
    augment = diffaugment("colour", "translation", "cutout", image_shape=(3, 4, 4))

    def penalised(images):
        return augmented(augment, images).tanh()

    assert torch.autograd.gradcheck(penalised, [images], fast_mode=True)
    assert torch.autograd.gradgradcheck(penalised, [images], fast_mode=True)
