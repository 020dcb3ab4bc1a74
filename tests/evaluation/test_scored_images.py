"""Other programs' images: what is said of them, and what is doubted."""

import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.data.base import Images
from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder
from gan_lab.data.select import resized
from gan_lab.errors import DataError
from gan_lab.evaluation.borders import Border
from gan_lab.evaluation.brightness import Brightness
from gan_lab.evaluation.real_statistics import content_hash
from gan_lab.evaluation.scored_images import (
    Original,
    as_networks_see,
    border_doubts,
    brightness_doubts,
    conversions,
    load_images,
    original_of,
    shape_doubts,
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))


DIGITS = Digits(size=32)


def digits(n=200):
    return DIGITS.load().pixels[:n, 0].numpy()


def save(folder, pictures, ending=".png"):
    folder.mkdir()
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / f"{number}{ending}")
    return str(folder)


def test_images_of_the_same_shape_are_taken_as_they_are(tmp_path):
    path = save(tmp_path / "same", digits())

    found = load_images(path, DIGITS)

    expected = {image.tobytes() for image in digits()}
    assert {image.numpy().tobytes() for image in found.images.pixels} == expected
    assert found.record == {
        "originals": {"32x32 L": 200},
        "conversions": [],
        "images_sha256": content_hash(found.images),
    }
    (copies,) = found.doubts
    assert copies.startswith("200 of the 200 images are copies of real ones, pixel for pixel")
    assert found.announcement("same") == "images=same: 200 of 32x32 L; taken as they are."


def test_digits_padded_and_coloured_are_named_as_such(tmp_path):
    padded = np.pad(digits(), ((0, 0), (4, 4), (4, 4)))
    path = save(tmp_path / "padded", np.repeat(padded[..., None], 3, axis=3))

    found = load_images(path, DIGITS)

    assert found.record | {"images_sha256": ""} == {
        "images_sha256": "",
        "originals": {"40x40 RGB": 200},
        "conversions": [
            "scaled from 40x40 to 32x32, bilinearly with antialias",
            "colours turned to gray, 0.299 R + 0.587 G + 0.114 B",
        ],
    }
    size, channels, border = found.doubts
    assert size == (
        "The images are 40x40, and the real ones are 32x32: scaling changes what is measured."
    )
    assert channels == "The images are RGB, and the real ones are gray."
    assert border.startswith("The images are empty at their borders where the real ones are not (")


def test_padding_within_the_same_size_is_seen(tmp_path):
    inside = resized(torch.from_numpy(digits())[:, None], (24, 24))[:, 0].numpy()
    path = save(tmp_path / "inside", np.pad(inside, ((0, 0), (4, 4), (4, 4))))

    (doubt,) = load_images(path, DIGITS).doubts

    assert "are they padded, smaller inside, or all of one kind?" in doubt


def test_several_sizes_and_proportions_are_counted(tmp_path):
    random = np.random.default_rng(0)
    sizes = [(32, 32)] * 3 + [(40, 60)] * 2 + [(16, 16)]
    pictures = [random.integers(0, 256, size, dtype=np.uint8) for size in sizes]

    found = load_images(save(tmp_path / "mixed", pictures), DIGITS)

    assert found.record["originals"] == {"32x32 L": 3, "40x60 L": 2, "16x16 L": 1}
    assert found.record["conversions"] == [
        "scaled from 40x60, 16x16 to 32x32, bilinearly with antialias",
        "cut to the centre",
    ]
    assert found.doubts[:2] == [
        "The images are of 3 sizes or more, and the real ones are 32x32.",
        "The images have other proportions than the real ones, which are 32x32.",
    ]


@pytest.mark.parametrize("form", ["npz", "labelled npz", "zip", "jpeg", "nested"])
def test_every_form_of_images_is_described(tmp_path, form):
    pictures = digits(20)
    path = str(tmp_path / "x.npz")
    if form == "npz":
        np.savez(path, images=pictures)
    elif form == "labelled npz":
        np.savez(path, images=pictures[..., None], labels=np.arange(20) % 10)
    elif form == "zip":
        path = str(tmp_path / "x.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for number, picture in enumerate(pictures):
                file = io.BytesIO()
                Image.fromarray(picture).save(file, "PNG")
                archive.writestr(f"out/{number}.png", file.getvalue())
    elif form == "jpeg":
        path = save(tmp_path / "jpeg", pictures, ".jpg")
    else:
        (tmp_path / "nested").mkdir()
        for name in "01":
            save(tmp_path / "nested" / name, pictures[int(name) :: 2])
        path = str(tmp_path / "nested")

    found = load_images(path, DIGITS)

    assert len(found.images) == 20
    lossy = form == "jpeg"
    assert found.record["originals"] == {"32x32 L JPEG" if lossy else "32x32 L": 20}
    assert any("JPEG" in words for words in found.record["conversions"]) is lossy


def test_depth_opacity_and_missing_colours_are_said():
    kinds = {"8x8 I;16 of 16 bits": 2, "8x8 RGBA": 1, "8x8 LA": 1}
    originals = [original_of(*kind) for kind in kinds.items()]

    assert originals[0] == Original(8, 8, "I;16", "of 16 bits", 2)
    assert list(conversions(originals, (3, 8, 8), "center")) == [
        "laid on the background where transparent",
        "gray repeated for red, green and blue",
        "more than 8 bits per channel rounded to 8",
    ]
    assert list(shape_doubts(originals, (3, 8, 8))) == [
        "The images are gray and RGB, and the real ones are RGB."
    ]
    assert list(shape_doubts([original_of("8x8 RGBA", 3)], (4, 8, 8))) == []
    assert "proportions changed" in conversions([original_of("8x9 L", 1)], (1, 8, 8), "none")


def test_a_little_more_border_is_no_doubt():
    real = Border(0.07, 0.0, 0.07, 0.04)

    assert not list(border_doubts(Border(0.1, 0.03, 0.07, 0.04), real))
    assert list(border_doubts(Border(0.11, 0.04, 0.07, 0.05), real))
    assert list(border_doubts(Border(0.07, 0.0, 0.07, 0.13), real))


def test_inverted_images_and_those_of_another_range_are_doubted(tmp_path):
    (doubt,) = load_images(save(tmp_path / "inverted", 255 - digits()), DIGITS).doubts
    assert doubt.endswith("are they inverted, or saved with another range than 0 to 255?")

    real = Brightness(0, 33.0, 254)
    assert list(brightness_doubts(Brightness(0, 0.2, 1), real))  # 0 to 1, saved as bytes
    assert list(brightness_doubts(Brightness(127, 140.0, 254), real))
    assert not list(brightness_doubts(Brightness(0, 60.0, 230), real))


def test_what_was_measured_and_passed_over_is_recorded_and_nothing_of_labels_is_said(
    tmp_path, capsys
):
    path = save(tmp_path / "deep", digits(12).astype(np.uint16) * 16)
    (tmp_path / "deep" / "x.heic").write_text("of another program")

    *_, measured, passed = load_images(path, DIGITS).record["conversions"]

    assert measured == ("pictures of more than 8 bits: whole numbers up to 4,080, white is 4,095")
    assert passed.startswith("1 of 13 passed over")
    assert "without labels" not in capsys.readouterr().err


def test_the_stretched_contrast_of_both_sides_is_no_secret():
    pixels = torch.zeros((2, 3, 32, 32), dtype=torch.uint8)
    images = Images(pixels)

    assert list(as_networks_see(images, CIFAR10())) == []
    assert list(as_networks_see(images, CIFAR10(contrast=55.0))) == [
        "contrast of each stretched, as of the real ones"
    ]


def test_other_images_are_read_as_the_real_ones_were(tmp_path):
    red = np.zeros((12, 40, 20, 4), np.uint8)
    path = save(tmp_path / "clear", red)
    np.savez(tmp_path / "real.npz", images=np.zeros((12, 16, 16, 3), np.uint8))
    real = Folder(dir=str(tmp_path / "real.npz"), size=16, crop="none", background=(9, 8, 7))
    real.prepare()

    found = load_images(path, real)

    assert found.images.pixels[0, :, 5, 5].tolist() == [9, 8, 7]
    assert "proportions changed" in found.record["conversions"]


def test_there_is_one_way_of_scaling(tmp_path):
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (5, 40, 40), dtype=np.uint8)
    path = save(tmp_path / "large", pictures)

    by_file = load_images(path, DIGITS).images.pixels
    in_memory = resized(torch.from_numpy(pictures)[:, None], (32, 32))

    assert (by_file.short() - in_memory.short()).abs().max() <= 1


def test_damaged_files_are_refused(tmp_path):
    path = save(tmp_path / "same", digits(12))
    (tmp_path / "same" / "broken.png").write_bytes(b"no")
    with pytest.raises(DataError, match=r"images=.*broken\.png cannot be read"):
        load_images(path, DIGITS)
