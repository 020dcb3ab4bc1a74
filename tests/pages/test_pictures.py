"""Pictures inside a page: small, true, and evenly chosen."""

import base64
import io
import os

import numpy as np
from PIL import Image

from gan_lab.figures.grids import image_grid
from gan_lab.pages.pictures import THUMBNAIL, data_uri, evenly, thumbnail, unenlarged


def decoded(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,"))))


def grid_file(path, channels):
    random = np.random.default_rng(0)
    image_grid(random.integers(0, 256, (64, channels, 28, 28), dtype=np.uint8)).save(path)
    return path


def enlarged(pixels, factor=3):
    """Return small images as a grid has them, and a page draws them."""
    return pixels.repeat(factor, 0).repeat(factor, 1)


def test_what_was_enlarged_is_sent_as_it_was_before_and_nothing_else_is_changed():
    random = np.random.default_rng(0)
    small = random.integers(0, 256, (6, 4, 3), dtype=np.uint8)
    uneven = np.vstack([enlarged(small), enlarged(small)[:1]])

    for factor in (2, 3, 16):
        again = unenlarged(Image.fromarray(enlarged(small, factor)))
        assert np.array_equal(np.asarray(again), small)
    assert np.array_equal(np.asarray(unenlarged(Image.fromarray(uneven))), uneven)
    assert np.array_equal(np.asarray(unenlarged(Image.fromarray(small))), small)


def test_a_thumbnail_is_a_corner_in_which_samples_can_be_told_apart(tmp_path):
    path = grid_file(tmp_path / "a.png", 1)

    shown = np.asarray(decoded(thumbnail(path)))

    assert shown.shape == (THUMBNAIL, THUMBNAIL)
    whole = np.asarray(Image.open(path))[..., 0]
    assert np.array_equal(enlarged(shown), whole[: 3 * THUMBNAIL, : 3 * THUMBNAIL])
    assert thumbnail(tmp_path / "none.png") == ""


def test_of_a_chart_the_whole_is_made_small(tmp_path):
    chart = Image.new("RGB", (400, 200), "white")
    chart.paste("black", (350, 150, 400, 200))
    chart.save(tmp_path / "chart.png")

    shown = decoded(thumbnail(tmp_path / "chart.png")).convert("L")

    assert shown.size == (THUMBNAIL, THUMBNAIL // 2)
    assert shown.getpixel((THUMBNAIL - 2, THUMBNAIL // 2 - 2)) < 10


def test_a_gray_picture_is_whole_and_a_coloured_one_nearly(tmp_path):
    gray, colour = (grid_file(tmp_path / f"{n}.png", n) for n in (1, 3))

    shown = np.asarray(decoded(data_uri(gray)).convert("RGB"), float)
    near = np.asarray(decoded(data_uri(colour)).convert("RGB"), float)

    assert np.array_equal(enlarged(shown), np.asarray(Image.open(gray)))
    assert np.abs(enlarged(near) - np.asarray(Image.open(colour))).mean() < 32
    assert len(data_uri(colour)) < 1.4 * colour.stat().st_size / 2


def test_a_picture_that_has_changed_is_read_again_and_a_damaged_one_is_left_out(tmp_path):
    path = grid_file(tmp_path / "a.png", 1)
    before = data_uri(path)
    grid_file(path, 3)

    assert data_uri(path) != before
    path.write_bytes(b"no picture")
    assert data_uri(path) == data_uri(tmp_path / "none.png") == ""


def test_only_what_runs_write_is_read_as_a_picture(tmp_path):
    for kind in ("EPS", "JPEG", "TIFF"):
        Image.new("RGB", (16, 16)).save(tmp_path / "other.png", kind)
        assert data_uri(tmp_path / "other.png") == ""
    os.mkfifo(tmp_path / "pipe.png")
    assert data_uri(tmp_path / "pipe.png") == ""


def test_the_first_and_the_last_are_among_the_chosen(tmp_path):
    every = dict.fromkeys(range(50, 5001, 50), tmp_path)

    chosen = list(evenly(every, 20))

    assert (len(chosen), chosen[0], chosen[-1]) == (20, 50, 5000)
    assert max(np.diff(chosen)) <= 300
    assert list(evenly({7: tmp_path})) == [7]
    assert evenly({}) == {}
