"""The squared norm of D's gradient by the images, which penalties are made of."""

import pytest
import torch
from torch import nn

from gan_lab.losses.terms import alike_in_packs, gradient_norms, squared_gradient_norms
from gan_lab.networks.pack import Packed
from tests.losses.conftest import curved, images, linear, slope_by_differences


def test_it_is_that_of_the_slope_for_a_linear_discriminator():
    pictures = images(3, 0).requires_grad_()

    norms = squared_gradient_norms(linear([1, 2, 0, 0, -2, 4])(pictures), pictures)

    assert norms.tolist() == [25] * 3


def test_it_agrees_with_finite_differences_in_float64_for_each_image():
    discriminator, pictures = curved(), images(3, 0).requires_grad_()

    norms = squared_gradient_norms(discriminator(pictures), pictures)

    for image, norm in zip(pictures.detach(), norms, strict=True):
        slope = slope_by_differences(lambda x: discriminator(x[None]), image)
        assert norm.item() == pytest.approx(slope.square().sum().item(), rel=1e-5)


def test_a_pack_has_the_gradient_by_all_of_its_images():
    pictures = images(4, 0).requires_grad_()
    layer = nn.Linear(12, 1, bias=False).double()
    layer.weight.data = torch.arange(12.0, dtype=torch.float64)[None]
    discriminator = Packed(nn.Sequential(nn.Flatten(), layer, nn.Flatten(0)), 2)

    norms = squared_gradient_norms(discriminator(pictures), pictures)

    assert norms.tolist() == [sum(n * n for n in range(12))] * 2


@pytest.mark.parametrize(
    ("logits", "expected"),
    [(2, [0, 0, 2, 2]), (4, [0, 1, 2, 3]), (12, [0, 1, 2, 3])],
    ids=["packs", "images", "patches"],
)
def test_images_that_are_judged_together_share_a_number(logits, expected):
    assert alike_in_packs(torch.arange(4), torch.zeros(logits)).tolist() == expected


def test_the_logits_of_an_image_s_patches_count_as_their_sum():
    pictures = images(3, 0).requires_grad_()
    weights = torch.tensor([[1, 2, 0], [0, -2, 4]], dtype=torch.float64)

    norms = squared_gradient_norms((weights * pictures[:, 0]).sum(2).flatten(), pictures)

    assert norms.tolist() == [25] * 3


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_norm_and_sum_are_float32_where_half_precision_would_overflow(dtype):
    # In float16 the square of 300 is infinite.
    pictures = torch.zeros(2, 1, 2, 3, requires_grad=True)
    discriminator = linear([300.0] * 6).float()

    with torch.autocast("cpu", dtype):
        norms = squared_gradient_norms(discriminator(pictures), pictures)

    assert norms.dtype == torch.float32
    assert norms.tolist() == pytest.approx([6 * 300**2] * 2, rel=1e-2)


def test_it_can_be_learned_from():
    pictures = images(3, 0).requires_grad_()
    discriminator = linear([1, 2, 0, 0, -2, 4])

    squared_gradient_norms(discriminator(pictures), pictures).sum().backward()

    # d|w|^2 / dw = 2w, once for each image.
    assert discriminator[1].weight.grad[0].tolist() == [6, 12, 0, 0, -12, 24]


def test_the_norm_of_no_slope_has_a_finite_slope_itself():
    pictures = images(3, 0).requires_grad_()
    discriminator = linear([0.0] * 6)

    norms = gradient_norms(discriminator(pictures), pictures)
    norms.sum().backward()

    assert norms.tolist() == pytest.approx([0] * 3, abs=1e-5)
    assert torch.isfinite(discriminator[1].weight.grad).all()


def test_norms_are_the_roots_of_the_squares():
    pictures = images(3, 0).requires_grad_()

    norms = gradient_norms(linear([1, 2, 0, 0, -2, 4])(pictures), pictures)

    assert norms.tolist() == pytest.approx([5] * 3)
