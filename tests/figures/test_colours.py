"""What every picture is made of: RGB."""

import numpy as np
import pytest
import torch

from gan_lab.data.pixels import on_white
from gan_lab.figures.colours import rgb
from gan_lab.figures.exploring import inverted
from gan_lab.figures.grids import image_grid
from gan_lab.figures.tiles import tiles

RANDOM = np.random.default_rng(0).integers(0, 256, (6, 4, 5, 9), dtype=np.uint8)


def test_gray_is_spread_and_colours_stay():
    assert np.array_equal(rgb(RANDOM[:, :1]), RANDOM[:, [0, 0, 0]])
    assert np.array_equal(rgb(RANDOM[:, :3]), RANDOM[:, :3])


def test_alpha_lets_white_paper_through():
    black = np.zeros((4, 1, 3), np.uint8)
    black[3] = [[255, 0, 51]]

    assert rgb(black)[0].tolist() == [[0, 255, 204]]


def test_pictures_and_features_are_made_of_the_same_colours():
    assert np.array_equal(rgb(RANDOM), on_white(torch.from_numpy(RANDOM)).numpy())


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_picture_takes_oblong_images_of_any_channels(channels):
    images = RANDOM[:, :channels]

    assert image_grid(images).mode == "RGB"
    assert tiles(images.reshape(2, 3, channels, 5, 9)).mode == "RGB"
    assert inverted(images, images[::-1], [0.0] * 6).mode == "RGB"
    assert np.array_equal(np.asarray(image_grid(images)), np.asarray(image_grid(rgb(images))))
