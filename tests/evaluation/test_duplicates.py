"""Duplicates: none more than among real images, unless the generator repeats itself."""

import pytest
import torch

from gan_lab.evaluation.duplicates import Duplicates
from tests.evaluation.draws import gaussian, score


def test_a_perfect_generator_has_as_many_as_real_images():
    found = score(Duplicates("c"), gaussian(3000, 8), gaussian(3000, 8, seed=1))

    assert found["duplicates"] == pytest.approx(0.01, abs=0.007)


def test_the_line_is_drawn_among_as_many_real_images():
    # Among all 3,000 the nearest are nearer: a line from there would find about 0.1%.
    metric = Duplicates("c")

    found = [
        score(metric, gaussian(3000, 4, seed), gaussian(300, 4, seed + 100))["duplicates"]
        for seed in range(20)
    ]

    assert sum(found) / 20 == pytest.approx(0.01, abs=0.006)


def test_near_repetitions_are_counted_with_both_partners():
    originals = gaussian(500, 8, seed=1)
    repeated = torch.cat([originals, originals[:100] + 1e-4])

    found = score(Duplicates("c"), gaussian(600, 8), repeated)

    assert found["duplicates"] == pytest.approx(200 / 600, abs=0.02)


def test_a_generator_of_one_single_image_makes_duplicates_only():
    real = gaussian(300, 8, dtype=torch.float32)

    assert score(Duplicates("c"), real, real[:1].expand(300, -1))["duplicates"] == 1


def test_exact_copies_count_even_where_real_images_have_copies_too():
    # With so many copies among the real images the line is at 0, below which is nothing.
    real = gaussian(50, 8).repeat(4, 1)
    fake = torch.cat([gaussian(120, 8, seed=1), gaussian(40, 8, seed=2).repeat(2, 1)])

    assert score(Duplicates("c"), real, fake)["duplicates"] == 80 / 200


def test_at_most_the_limit_is_compared():
    metric = Duplicates("c", limit=100)

    score(metric, gaussian(300, 4), gaussian(250, 4, seed=1))

    assert metric.real.shape == (100, 4)


def test_fewer_is_better_and_the_name_tells_the_second_extractor():
    assert Duplicates("c").better == {"duplicates": "lower"}
    assert Duplicates("c", primary=False).better == {"duplicates_c": "lower"}
