"""ADA's pipeline: what each operation does to an image, and how often it is done."""

import pytest
import torch

from gan_lab.augmentation.ada import CHANCES, COLOURS, GEOMETRY, NORMAL, UNIFORM
from gan_lab.errors import ConfigError
from tests.augmentation.conftest import ALL, ada, augmented, pictures


def drawn(n, **far):
    """Return numbers that let every operation happen, the named ones so far, and others not far."""
    neutral = {"shift_x": 0.5, "shift_y": 0.5, "rotation": 0.5, "rotation_after": 0.5, "hue": 0.5}
    uniform = [{"luma_flip": 0.9, **neutral, **far}.get(name, 0.0) for name in UNIFORM]
    normal = [far.get(name, 0.0) for name in NORMAL]
    return {
        "chances": torch.zeros(n, len(CHANCES)),
        "uniform": torch.tensor(uniform).expand(n, -1),
        "normal": torch.tensor(normal).expand(n, -1),
    }


CORNER = torch.zeros(1, 3, 9, 9)
CORNER[:, 0, 1, 2] = 1


@pytest.mark.parametrize(
    ("operation", "far", "expected"),
    [
        ("flip", {"flip": 0.5}, CORNER.flip(3)),
        ("flip", {"flip": 0.49}, CORNER),
        ("rotation_90", {"rotation_90": 0.3}, CORNER.rot90(-1, (2, 3))),
        ("rotation_90", {"rotation_90": 0.99}, CORNER.rot90(-3, (2, 3))),
        ("shift", {"shift_x": 1.0, "shift_y": 0.0}, CORNER.roll((-1, 1), (2, 3))),
        ("rotation", {"rotation": 1.0}, CORNER.flip(2, 3)),
        ("rotation", {"rotation_after": 0.75}, CORNER.rot90(-1, (2, 3))),
        ("fractional_shift", {"fractional_shift_x": 8 / 9}, CORNER.roll(1, 3)),
        ("brightness", {"brightness": 2.0}, CORNER + 0.4),
        ("contrast", {"contrast": -2.0}, CORNER / 2),
        ("saturation", {"saturation": 1.0}, 2 * CORNER - CORNER.mean(1, keepdim=True)),
        ("luma_flip", {"luma_flip": 0.2}, CORNER - 2 * CORNER.mean(1, keepdim=True)),
        ("hue", {"hue": 0.5 + 1 / 3}, CORNER.roll(1, 1)),
    ],
)
def test_an_operation_by_hand(operation, far, expected):
    augment = ada((3, 9, 9), **{operation: 1.0})

    found = augmented(augment, CORNER, **drawn(1, **far))

    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("operation", "far", "size"),
    [
        ("scale", {"scale": 5.0}, (2, 2)),
        ("scale", {"scale": -5.0}, (0.5, 0.5)),
        ("anisotropic_scale", {"anisotropic_scale": 5.0}, (0.5, 2)),
    ],
)
def test_a_scale_changes_the_size_of_what_is_shown(operation, far, size):
    rows, columns = torch.meshgrid(*[torch.arange(33.0) - 16] * 2, indexing="ij")
    blob = torch.exp(-(rows**2 + columns**2) / 32)[None, None]
    height, width = size

    found = augmented(ada((1, 33, 33), **{operation: 1.0}), blob, **drawn(1, **far))

    expected = torch.exp(-((rows / height) ** 2 + (columns / width) ** 2) / 32)
    assert (found[0, 0] - expected).abs()[8:25, 8:25].max() < 0.03


def test_cutout_takes_half_the_height_and_width():
    augment = ada(cutout=1.0, value_range=(0.0, 1.0))

    found = augmented(augment, torch.ones(1, 1, 8, 8), **drawn(1, cutout_x=0.5, cutout_y=1.0))

    expected = torch.ones(1, 1, 8, 8)
    expected[..., 6:, 2:6] = 0.5
    assert torch.equal(found, expected)


@pytest.mark.parametrize("channels", [1, 3])
def test_with_probability_zero_images_stay_as_they_are(channels):
    images = pictures(64, channels)

    found = augmented(ada((channels, 8, 8), **ALL), images, 0.0)

    torch.testing.assert_close(found, images, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("operation", "changed"),
    # Half of the flips, a quarter of the quarter turns and a few whole shifts do nothing.
    [(name, {"flip": 1 / 2, "rotation_90": 3 / 4, "shift": 3 / 4, "luma_flip": 1 / 2}.get(name, 1))
     for name in (*GEOMETRY, *COLOURS, "cutout")],
)  # fmt: skip
def test_each_operation_comes_as_often_as_its_share_of_p(operation, changed):
    images = pictures(3000, 3)

    found = augmented(ada((3, 8, 8), **{operation: 0.5}), images, 0.8)

    differs = (found - images).abs().flatten(1).amax(1) > 1e-4
    assert abs(float(differs.float().mean()) - 0.4 * changed) < 0.03


def test_rotations_before_and_after_together_come_with_the_probability_of_one():
    images, shares = pictures(3000), (0.25, 0.75, 1.0)

    turned = [augmented(ada(rotation=share), images) for share in shares]

    found = [float((each != images).flatten(1).any(1).float().mean()) for each in turned]
    assert found == pytest.approx(shares, abs=0.03)


@pytest.mark.parametrize("channels", [1, 3])
def test_first_and_second_derivatives_agree_with_finite_differences(channels):
    images = pictures(2, channels, 4, 4, torch.float64).requires_grad_()
    augment = ada((channels, 4, 4), **ALL)

    def penalised(images):
        return augmented(augment, images, 0.7).tanh()

    assert torch.autograd.gradcheck(penalised, [images], fast_mode=True)
    assert torch.autograd.gradgradcheck(penalised, [images], fast_mode=True)


def test_an_image_depends_on_its_own_numbers_alone():
    images, augment = pictures(6, 3), ada((3, 8, 8), **ALL)
    random = augment.draw(6, torch.Generator().manual_seed(0))
    one = {name: numbers[4:5] for name, numbers in random.items()}

    alone = augment(images[4:5], torch.tensor(0.7), one)

    torch.testing.assert_close(alone, augment(images, torch.tensor(0.7), random)[4:5])


def test_colours_of_other_channels_are_refused_and_the_rest_is_not():
    with pytest.raises(ConfigError, match=r"^augment\.hue=0\.5 is for images of 1 or 3 channels"):
        ada((4, 8, 8), flip=1.0, hue=0.5)

    assert augmented(ada((4, 8, 8), flip=1.0, cutout=1.0), pictures(2, 4)).shape == (2, 4, 8, 8)


def test_a_controlled_probability_of_nothing_is_refused():
    with pytest.raises(ConfigError, match=r"^augment\.p=null is controlled, and nothing follows"):
        ada(p=None)
    ada(p=None, cutout=0.1)
