"""Pictures inside a page: small, true, and evenly chosen."""

import base64
import io
import os

import numpy as np
from PIL import Image

from gan_lab.figures.grids import image_grid
from gan_lab.pages.pictures import data_uri, evenly


def decoded(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,"))))


def grid_file(path, channels):
    random = np.random.default_rng(0)
    image_grid(random.integers(0, 256, (64, channels, 28, 28), dtype=np.uint8)).save(path)
    return path


def test_a_gray_picture_is_whole_and_a_coloured_one_nearly(tmp_path):
    gray, colour = (grid_file(tmp_path / f"{n}.png", n) for n in (1, 3))

    shown = np.asarray(decoded(data_uri(gray)).convert("RGB"), float)
    near = np.asarray(decoded(data_uri(colour)).convert("RGB"), float)

    assert np.array_equal(shown, np.asarray(Image.open(gray)))
    assert np.abs(near - np.asarray(Image.open(colour))).mean() < 32
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
