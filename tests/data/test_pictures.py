"""Every kind of picture ends as a plain square."""

import io

import numpy as np
import pytest
from PIL import Image

from gan_lab.data import pictures
from gan_lab.data.pictures import UnreadablePictureError, read_picture
from gan_lab.data.resizing import Fitting


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def decode(file, size, channels):
    return Fitting(size, size, channels).decode(file).pixels


def gradient(height, width):
    """Red grows downwards, green to the right, blue is constant."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, height)[:, None]
    pixels[..., 1] = np.linspace(0, 255, width)
    pixels[..., 2] = 100
    return pixels


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PPM"])
def test_exact_formats_keep_every_pixel(kind):
    pixels = gradient(16, 16)
    decoded = decode(encoded(Image.fromarray(pixels), kind), 16, 3)
    np.testing.assert_array_equal(decoded.transpose(1, 2, 0), pixels)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_formats_come_close(kind):
    pixels = gradient(64, 64)
    decoded = decode(encoded(Image.fromarray(pixels), kind, quality=95), 64, 3)
    assert np.abs(decoded.transpose(1, 2, 0).astype(int) - pixels).mean() < 4


@pytest.mark.parametrize(("height", "width"), [(32, 96), (96, 32), (500, 1500)])
def test_the_centre_is_kept(height, width):
    picture = np.zeros((height, width, 3), np.uint8)
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    picture[top : top + side, left : left + side] = 200
    for kind in ("PNG", "JPEG"):
        decoded = decode(encoded(Image.fromarray(picture), kind), 32, 3)
        assert decoded.shape == (3, 32, 32)
        assert np.abs(decoded[:, 4:-4, 4:-4].astype(int) - 200).max() <= 2


@pytest.mark.parametrize("shape", [(16, 24), (24, 16), (8, 40)])
def test_height_and_width_may_differ(shape):
    picture = np.zeros((100, 300, 3), np.uint8)
    height, width = shape
    scale = max(height / 100, width / 300)
    top, left = (100 - height / scale) / 2, (300 - width / scale) / 2
    picture[round(top) : round(100 - top), round(left) : round(300 - left)] = 200
    decoded = Fitting(*shape).decode(encoded(Image.fromarray(picture))).pixels
    assert decoded.shape == (3, *shape)
    assert np.abs(decoded[:, 2:-2, 2:-2].astype(int) - 200).max() <= 2


def test_scaling_down_averages_instead_of_picking():
    board = ((np.indices((64, 64)).sum(0) % 2) * 255).astype(np.uint8)
    assert np.abs(decode(encoded(Image.fromarray(board)), 16, 1)[0, 2:-2, 2:-2] - 127.5).max() < 3


def test_colour_becomes_gray_by_its_brightness():
    red = Image.new("RGB", (8, 8), (255, 0, 0))
    assert (decode(encoded(red), 8, 1) == 76).all()


def test_gray_becomes_three_equal_colours():
    decoded = decode(encoded(Image.new("L", (8, 8), 90)), 8, 3)
    assert decoded.shape == (3, 8, 8)
    assert (decoded == 90).all()


def test_transparency_shows_white_paper():
    clear = encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)))
    assert (decode(clear, 8, 3) == 255).all()
    half = decode(encoded(Image.new("LA", (8, 8), (0, 128))), 8, 1)
    assert abs(int(half[0, 0, 0]) - 127) <= 1


def test_a_palette_is_resolved_with_and_without_transparency():
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([0, 0, 0, 10, 20, 30])
    assert decode(encoded(picture), 8, 3)[:, 0, 0].tolist() == [10, 20, 30]
    assert decode(encoded(picture, transparency=1), 8, 3)[:, 0, 0].tolist() == [255] * 3


def test_sixteen_bits_become_eight():
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    expected = np.arange(256).reshape(16, 16)
    decoded = decode(encoded(Image.fromarray(ramp)), 16, 1)[0]
    assert np.abs(decoded.astype(int) - expected).max() <= 1


def test_print_colours_become_screen_colours():
    decoded = decode(encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"), 16, 3)
    assert decoded[0].min() > 240
    assert decoded[1:].max() < 15


def test_a_photograph_is_turned_upright():
    # Orientation 6: the camera was held so that the stored left side is the top.
    stored = np.zeros((32, 32), np.uint8)
    stored[:, :16] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = decode(encoded(Image.fromarray(stored), "JPEG", exif=exif), 32, 1)[0]
    assert upright[2:14].min() > 240
    assert upright[18:].max() < 15


@pytest.mark.parametrize("kind", ["EPS", "PDF", "ICO", "PCX", "TGA"])
def test_other_formats_are_not_read(kind):
    with pytest.raises(UnreadablePictureError, match="of another format"):
        decode(encoded(Image.new("L", (16, 16)), kind), 8, 1)


def test_postscript_starts_no_program(tmp_path, monkeypatch):
    ran = tmp_path / "ran"
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {ran}\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "eps.png").write_bytes(encoded(Image.new("L", (16, 16)), "EPS"))

    with pytest.raises(UnreadablePictureError):
        read_picture(tmp_path / "eps.png")
    assert not ran.exists()


def test_a_truncated_file_is_an_error():
    file = encoded(Image.fromarray(gradient(64, 64)))
    with pytest.raises(UnreadablePictureError, match=r"^truncated$"):
        decode(file[:-100], 64, 3)
    with pytest.raises(UnreadablePictureError, match=r"^truncated$"):
        decode(file[:20], 64, 3)
    with pytest.raises(UnreadablePictureError, match=r"^empty$"):
        decode(b"", 64, 3)


def test_too_many_pixels_are_an_error(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_PIXELS", 1000)
    with pytest.raises(UnreadablePictureError, match="of more than 1,000 pixels"):
        decode(encoded(Image.new("L", (40, 40))), 8, 1)


def test_a_file_that_is_too_large_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_FILE_BYTES", 1 << 20)
    with (tmp_path / "sparse.png").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(UnreadablePictureError, match="larger than 1 MiB"):
        read_picture(tmp_path / "sparse.png")
