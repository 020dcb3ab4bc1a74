"""Images and piano rolls are shown in grids, points in a plane, numbers as a curve."""

from typing import get_args

import numpy as np
import pytest
import torch

from gan_lab.assembly.extractors import choose_extractors
from gan_lab.assembly.forms import (
    TREATMENTS,
    in_rows,
    neighbours,
    of_images,
    picture,
    picture_of_evaluation,
    require_images,
    treatment,
)
from gan_lab.data.base import Form, Images
from gan_lab.data.density import Density
from gan_lab.data.digits import Digits
from gan_lab.data.mixtures import Ring
from gan_lab.data.music21_corpus import Music21Corpus
from gan_lab.data.pixels import to_pixels
from gan_lab.data.unpaired import Unpaired
from gan_lab.errors import ConfigError
from gan_lab.figures.grids import image_grid
from gan_lab.figures.piano_rolls import roll_grid
from gan_lab.figures.points import scatter


def test_images_are_shown_in_a_grid_of_64():
    images = torch.linspace(-1, 1, 4 * 32 * 32).view(4, 1, 32, 32)

    shown = picture(Digits(), images)

    expected = image_grid(to_pixels(images, (-1.0, 1.0)).numpy())
    assert np.array_equal(np.asarray(shown), np.asarray(expected))
    assert treatment(Digits()).samples == 64


def test_the_nearest_real_images_stand_below_the_generated_ones():
    dataset = Digits(limit=50)
    real = dataset.load()

    shown = np.asarray(neighbours(dataset, real, dataset.to_network(real.pixels[[3, 8, 11]])))

    assert shown.shape[0] > shown.shape[1]  # three columns of one above four
    height = 34 * (shown.shape[0] // 172)  # 32 pixels and a margin of 2, enlarged
    assert np.array_equal(shown[:height], shown[height : 2 * height])
    assert not np.array_equal(shown[:height], shown[2 * height : 3 * height])


def test_points_are_shown_in_the_plane_with_the_modes_they_should_cover():
    ring = Ring(limit=50)
    points = ring.load().pixels

    shown = picture(ring, points)

    expected = scatter(points[:, :, 0, 0].numpy(), ring.centres.numpy(), 0.01)
    assert np.array_equal(np.asarray(shown), np.asarray(expected))
    assert treatment(ring).samples == 2500


def test_numbers_are_shown_as_a_curve_beside_their_density():
    dataset = Density(weights=[1.0], means=[0.0], stds=[1.0])
    numbers = dataset.load().pixels

    good, bad = (np.asarray(picture(dataset, shown)) for shown in (numbers, numbers / 4))

    changed = np.argwhere((good != bad).any(axis=2))
    assert good.shape == bad.shape == (450, 450, 3)
    assert changed[:, 1].min() < 225 < changed[:, 1].max()
    assert treatment(dataset).samples == 10_000


def test_piano_rolls_are_shown_as_such_also_beside_their_neighbours_and_measured_by_pixels():
    dataset = Music21Corpus(corpus="chorales")
    rolls = (
        torch.rand(6, 1, 64, 84, generator=torch.Generator().manual_seed(0)) < 0.1
    ).byte() * 255
    generated = dataset.to_network(rolls[:2])

    shown = picture(dataset, generated)
    scored = picture_of_evaluation(dataset, Images(rolls), n_fake=1000)
    beside = np.asarray(scored.draw(generated))

    assert np.array_equal(np.asarray(shown), np.asarray(roll_grid(rolls[:2].numpy())))
    assert scored.n == 12
    height = 86 * (beside.shape[0] // 432)  # 84 pitches and a margin of 2, enlarged
    assert np.array_equal(beside[:height], beside[height : 2 * height])
    assert [e.name for e in choose_extractors("auto", dataset, torch.device("cpu"))] == ["pixels"]


def test_translations_of_music_are_drawn_as_piano_rolls():
    rolls = (
        torch.rand(2, 1, 64, 84, generator=torch.Generator().manual_seed(0)) < 0.1
    ).byte() * 255
    both = Unpaired(a=Music21Corpus(corpus="chorales"), b=Music21Corpus(corpus="folk"))

    shown = in_rows(both, both.to_network(rolls), 2)

    assert np.array_equal(np.asarray(shown), np.asarray(roll_grid(rolls.numpy(), 2)))
    assert not of_images(both)
    assert of_images(Unpaired(a=Digits(), b=Digits()))


def test_each_form_has_its_row_and_all_but_numbers_are_measured():
    assert tuple(TREATMENTS) == get_args(Form)
    assert [form for form, row in TREATMENTS.items() if row.unmeasured] == ["numbers"]


def test_only_images_have_neighbours_beside_their_scores():
    ring, digits = Ring(limit=50), Digits(limit=50)

    images = picture_of_evaluation(digits, digits.load(), n_fake=1000)
    points = picture_of_evaluation(ring, ring.load(), n_fake=1000)

    assert (images.n, points.n) == (12, 1000)
    assert points.draw(ring.load().pixels).size == (600, 600)


def test_what_is_for_images_refuses_points_with_a_remedy():
    require_images(Digits(), "task=invert", "Do something else.")
    with pytest.raises(
        ConfigError,
        match=r"^task=invert needs images, and Ring has points of the plane\. Do something else\.$",
    ):
        require_images(Ring(), "task=invert", "Do something else.")
