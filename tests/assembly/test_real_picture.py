"""The picture of real images is of the form of the samples' and of the data alone."""

import numpy as np
import pytest
import torch

from gan_lab.assembly.forms import picture_of_samples
from gan_lab.assembly.real_picture import picture_of_real
from gan_lab.callbacks.sample_pictures import SamplePicture
from gan_lab.data.base import Images
from gan_lab.data.digits import Digits
from gan_lab.figures.grids import image_grid


@pytest.fixture
def images():
    levels = torch.arange(100, dtype=torch.uint8)
    pixels = levels[:, None, None, None].expand(-1, 1, 8, 8)
    return Images(pixels, levels.long() % 10, tuple("abcdefghij"))


def test_it_shows_as_many_real_images_as_there_are_samples(images):
    shown = picture_of_samples(Digits())

    one, same, other = (picture_of_real(Digits(), images, shown, seed) for seed in (0, 0, 1))

    assert one.size == image_grid(np.zeros((64, 1, 8, 8), np.uint8)).size
    assert one.tobytes() == same.tobytes() != other.tobytes()
    assert set(np.unique(one)) <= {*range(100), 128}


def test_of_classes_there_is_a_row_each_as_of_the_samples(images):
    shown = SamplePicture(image_grid, n=12, rows=[7, 2, 2])

    picture = np.asarray(picture_of_real(Digits(), images, shown, 0))

    side = picture.shape[1] // 4
    rows = [set(np.unique(block)) - {128} for block in np.array_split(picture[..., 0], 3)]
    assert [{level % 10 for level in row} for row in rows] == [{7}, {2}, {2}]
    assert side > 8


def test_rows_of_texts_or_of_too_few_images_are_drawn_without_rows(images):
    for rows in ([[1, 2], [3]], [3, 11]):
        shown = SamplePicture(image_grid, n=8, rows=rows)
        assert (
            picture_of_real(Digits(), images, shown, 0).size
            == image_grid(np.zeros((8, 1, 8, 8), np.uint8)).size
        )
