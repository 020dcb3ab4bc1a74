"""Images through affine maps, beside torch's own sampler, and their second derivatives."""

import torch
from torch.nn.functional import affine_grid, grid_sample

from gan_lab.augmentation.geometry import rotations, scalings, shifts
from gan_lab.augmentation.resampling import resample, take
from tests.augmentation.conftest import pictures


def some_maps(n=4, dtype=torch.float64):
    random = torch.rand(4, n, generator=torch.Generator().manual_seed(1), dtype=dtype)
    shift = shifts(4 * random[0], -3 * random[1])
    return rotations(6 * random[2]) @ shift @ scalings(0.5 + random[3], 1.5 - random[3])


def test_it_equals_the_sampler_of_torch_with_reflected_borders():
    images, maps = pictures(4, 3, 6, 9, torch.float64), some_maps()
    # That one counts from -1 to 1 between the outermost pixels.
    half = torch.tensor([4.0, 2.5, 1.0], dtype=torch.float64)
    grid = affine_grid(
        (half.reciprocal()[:, None] * maps * half)[:, :2], [4, 3, 6, 9], align_corners=True
    )

    found = resample(images, maps)

    expected = grid_sample(images, grid, padding_mode="reflection", align_corners=True)
    torch.testing.assert_close(found, expected)


def test_whole_shifts_are_exact_and_reflect_what_lies_beyond_the_border():
    row = torch.arange(5.0).expand(1, 1, 5, 5)

    moved = resample(row, shifts(torch.tensor([2.0]), torch.tensor([0.0])))

    assert moved[0, 0].tolist() == [[2, 1, 0, 1, 2]] * 5


def test_half_a_pixel_is_the_mean_of_two():
    row = torch.arange(4.0).expand(1, 1, 4, 4)

    moved = resample(row, shifts(torch.tensor([-0.5]), torch.tensor([0.0])))

    assert moved[0, 0].tolist() == [[0.5, 1.5, 2.5, 2.5]] * 4


def test_identity_changes_no_bit():
    images = pictures(2, 3, 7, 10)

    assert torch.equal(resample(images, torch.eye(3).expand(2, 3, 3)), images)


def test_first_and_second_derivatives_agree_with_finite_differences():
    images, maps = pictures(2, 2, 3, 4, torch.float64).requires_grad_(), some_maps(2)

    def penalised(images):
        return resample(images, maps).tanh()

    assert torch.autograd.gradcheck(penalised, [images], fast_mode=True)
    assert torch.autograd.gradgradcheck(penalised, [images], fast_mode=True)


def test_pixels_are_counted_row_by_row():
    images = torch.arange(12.0).view(1, 2, 2, 3)

    assert take(images, torch.tensor([[[5, 0]]])).tolist() == [[[[5, 0]], [[11, 6]]]]
