"""The generator of Puzzle-GAN: any size, any order of its patches, and a mask within 0 and 1."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.networks.puzzle import PuzzleGenerator, check_patches


def generator(shape=(3, 16, 16), norm="batch", value_range=(0.0, 1.0)):
    torch.manual_seed(0)
    return PuzzleGenerator(
        latent_dim=5, image_shape=shape, value_range=value_range, width=4, embedding=7, slope=0.2,
        norm=norm,
    )  # fmt: skip


def inputs(channels, patch, n=3, count=3):
    random = torch.Generator().manual_seed(1)
    patches = torch.rand(n, count, channels, *patch, generator=random)
    return patches, torch.randn(n, 5, generator=random)


@pytest.mark.parametrize("norm", ["batch", "instance", "layer", "none"])
@pytest.mark.parametrize(
    ("shape", "patch"),
    [((1, 28, 28), (9, 9)), ((3, 48, 48), (16, 16)), ((1, 8, 8), (4, 4)), ((3, 17, 30), (5, 10))],
)
def test_images_of_any_size_and_masks_of_the_same(shape, patch, norm):
    made = generator(shape, norm)(*inputs(shape[0], patch))

    assert made.images.shape == (3, *shape)
    assert made.masks.shape == (3, 1, *shape[1:])
    for numbers in made:
        assert 0 <= numbers.min() <= numbers.max() <= 1


def test_the_order_of_the_patches_makes_no_difference():
    network = generator().double().eval()
    patches, latents = (each.double() for each in inputs(3, (5, 5)))

    one, other = network(patches, latents), network(patches[:, [2, 0, 1]], latents)
    changed = network(patches[:, [0, 0, 1]], latents)

    torch.testing.assert_close(other, one, rtol=0, atol=1e-12)
    assert (changed.images - one.images).abs().max() > 1e-9


def test_latents_change_the_image_and_leave_the_mask():
    network = generator().eval()
    patches, latents = inputs(3, (5, 5))

    one, other = network(patches, latents), network(patches, latents + 1)

    assert torch.equal(one.masks, other.masks)
    assert not torch.equal(one.images, other.images)


def test_what_the_image_should_be_teaches_the_head_of_the_mask_too():
    network = generator()

    network(*inputs(3, (5, 5))).images.square().sum().backward()

    untaught = [name for name, weight in network.named_parameters() if weight.grad is None]
    assert untaught == ["mask_end.weight", "mask_end.bias"]


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((29, 29), "patch_size=29x29 is larger than the images, which have 28x28 pixels: choose 9"),
        ((3, 3), "patch_size=3x3 of images of 28x28 pixels is too small"),
    ],
)
def test_patches_that_are_none_are_refused(size, message):
    with pytest.raises(ConfigError, match=message):
        check_patches(size, (28, 28))


def test_spectral_normalisation_is_refused():
    with pytest.raises(ConfigError, match=r"model\.generator\.norm=spectral is for discriminators"):
        generator(norm="spectral")
