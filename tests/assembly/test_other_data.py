"""Images of something else, in the shape of a model's own."""

import pytest
import torch

from gan_lab.assembly.other_data import other_images, shuffled
from gan_lab.data.digits import Digits
from gan_lab.errors import ConfigError


def own(n=50, size=16, **options):
    dataset = Digits(split="test", size=size, **options)
    return dataset, dataset.load().pixels[:n]


def test_shuffled_images_have_the_same_pixels_in_other_places():
    pixels = torch.randint(256, (6, 3, 5, 4), dtype=torch.uint8)

    found = shuffled(pixels, torch.Generator().manual_seed(0))

    together, found_together = (images.flatten(2).transpose(1, 2) for images in (pixels, found))
    for before, after in zip(together.tolist(), found_together.tolist(), strict=True):
        assert sorted(before) == sorted(after)  # all channels of a pixel go to the same place
        assert before != after


def test_noise_is_uniform_and_binary_where_the_models_images_are():
    gray, binary = (
        other_images("noise", *own(binarise=binarise), seed=0) for binarise in ("none", "fixed")
    )

    assert gray.unique().numel() == 256
    assert gray.double().mean() == pytest.approx(127.5, abs=3)
    assert binary.unique().tolist() == [0, 255]
    assert binary.double().mean() == pytest.approx(127.5, abs=3)


def test_another_data_set_follows_the_models_size_and_binarisation():
    dataset, pixels = own(n=20, binarise="dynamic")

    found = other_images("digits", dataset, pixels, seed=0)

    assert found.shape == pixels.shape
    assert found.unique().tolist() == [0, 255]


def test_the_seed_draws_which_images():
    dataset, pixels = own(n=20)
    one, same, other = (other_images("digits", dataset, pixels, seed) for seed in (0, 0, 1))

    assert torch.equal(one, same)
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ring", r"^others=ring has images of 2x1x1, and those of the model are 1x16x16"),
        ("fashionmnist", r"^others=fashionmnist is neither .* Did you mean 'fashion_mnist'\?"),
        ("../mnist", r"^others=\.\./mnist is neither a data set nor shuffled or noise\."),
    ],
)
def test_what_cannot_be_compared_is_refused(name, said):
    with pytest.raises(ConfigError, match=said):
        other_images(name, *own(), seed=0)
