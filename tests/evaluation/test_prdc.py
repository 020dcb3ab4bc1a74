"""Precision, recall, density and coverage: other programs' values, and cases that are clear."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.evaluation.prdc import PRDC, expected_coverage
from tests.evaluation.draws import gaussian, samples, score
from tests.evaluation.test_frechet import fixed_data

NAMES = ("precision", "recall", "density", "coverage")


def by_looking(real, fake, k):
    """The definition, with every distance written out."""

    def distances(x, y):
        return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")

    def radii(x):
        return distances(x, x).sort(dim=1).values[:, k]  # the first is the image itself

    between = distances(real, fake)
    in_real = between < radii(real)[:, None]
    scores = (
        in_real.any(0).double().mean(),
        (between < radii(fake)).any(1).double().mean(),
        in_real.sum(0).double().mean() / k,
        (between.min(1).values < radii(real)).double().mean(),
    )
    return dict(zip(NAMES, (value.item() for value in scores), strict=True))


def four(found):
    return {name: found[name] for name in NAMES}


@pytest.mark.parametrize("n", [40, 1000, 1100])
@pytest.mark.parametrize("k", [3, 5])
def test_they_are_exactly_what_the_definition_gives(n, k):
    real, fake = gaussian(n, 6), gaussian(n, 6, seed=1) * 0.8 + 0.2

    assert four(score(PRDC("c", k=k), real, fake)) == by_looking(real, fake, k)


def test_they_are_exactly_what_another_program_gives():
    # prdc 0.2, the code of the authors of density and coverage. The parts that are compared are
    # drawn at random only where there are more images than the limit or than of the other kind.
    real, fake = fixed_data()

    assert four(score(PRDC("c"), real[:2500], fake)) == pytest.approx(
        {"precision": 0.2684, "recall": 0.876, "density": 0.16536, "coverage": 0.4844}, rel=1e-12
    )
    assert four(score(PRDC("c"), real[:500], 0.7 * fake[:500])) == pytest.approx(
        {"precision": 0.998, "recall": 0.048, "density": 10.9936, "coverage": 1.0}, rel=1e-12
    )


def test_single_precision_differs_in_a_few_images_at_most():
    real, fake = fixed_data()

    single = score(PRDC("c"), real[:2500].float(), fake.float())

    assert four(single) == pytest.approx(four(score(PRDC("c"), real[:2500], fake)), abs=2 / 2500)


def test_a_perfect_generator_has_density_1_and_the_expected_coverage():
    found = score(PRDC("c"), gaussian(2000, 8), gaussian(2000, 8, seed=1))

    assert found["density"] == pytest.approx(1, abs=0.04)
    assert found["coverage"] == pytest.approx(found["coverage_null"], abs=0.015)
    assert found["coverage_null"] == pytest.approx(0.9690, abs=5e-4)
    assert found["precision"] == pytest.approx(found["recall"], abs=0.05)


def test_the_expected_coverage_is_that_of_the_paper_for_any_ratio():
    assert expected_coverage(1000, 1000, 5) == pytest.approx(0.9690, abs=5e-5)
    assert expected_coverage(2000, 500, 5) == pytest.approx(0.6728, abs=5e-5)
    assert expected_coverage(500, 2000, 5) == pytest.approx(0.9997, abs=5e-5)
    assert expected_coverage(10**9, 10**9, 5) == pytest.approx(1 - 2**-5, abs=1e-8)


def test_exchanging_real_and_generated_exchanges_precision_and_recall():
    x, y = gaussian(400, 4), gaussian(400, 4, seed=1) * 0.5

    one, other = score(PRDC("c"), x, y), score(PRDC("c"), y, x)

    assert (one["precision"], one["recall"]) == (other["recall"], other["precision"])
    assert one["precision"] != one["recall"]


def test_a_narrow_cluster_inside_wide_real_data_is_precise_and_recalls_nothing():
    found = score(PRDC("c"), gaussian(1000, 4), gaussian(1000, 4, seed=1) * 0.01)

    assert found["precision"] > 0.99
    assert found["recall"] < 0.01
    assert found["coverage"] < 0.1


def test_a_generator_of_one_single_image_recalls_nothing():
    real = gaussian(500, 16, dtype=torch.float32)

    found = score(PRDC("c"), real, real[:1].expand(500, -1))

    assert found["precision"] == 1
    assert found["recall"] == 0
    assert found["coverage"] < 0.1


def test_among_copies_of_one_image_nothing_is_strictly_nearer_than_the_next_copy():
    copies = gaussian(1, 16, dtype=torch.float32).expand(50, -1) + 3

    assert four(score(PRDC("c"), copies, copies)) == dict.fromkeys(NAMES, 0.0)


def test_copies_of_several_images_have_empty_balls_whatever_rounding_says():
    copies = gaussian(7, 64, dtype=torch.float32).repeat(10, 1) + 3

    assert four(score(PRDC("c"), copies, copies)) == dict.fromkeys(NAMES, 0.0)


def test_as_many_real_as_generated_images_are_compared():
    real, fake = gaussian(900, 4), gaussian(300, 4, seed=1)
    metric = PRDC("c")

    found = score(metric, real, fake)

    assert four(found) == by_looking(metric.real[:300], fake, 5)
    assert found["coverage_null"] == expected_coverage(300, 300, 5)


def test_at_most_the_limit_is_compared():
    metric = PRDC("c", limit=100)

    found = score(metric, gaussian(300, 4), gaussian(250, 4, seed=1))

    assert metric.real.shape == (100, 4)
    assert metric.real_radii.shape == (100,)
    assert found["coverage_null"] == expected_coverage(100, 100, 5)


def test_fewer_images_than_neighbours_are_refused():
    metric = PRDC("c")

    with pytest.raises(ConfigError, match=r"PRDC needs 6 images at least.*not 5"):
        metric.fit(samples(gaussian(5, 4)))


def test_names_carry_the_extractor_unless_it_is_the_first():
    x = gaussian(50, 4)

    assert score(PRDC("c"), x, x).keys() == {*NAMES, "coverage_null"}
    second = PRDC("c", primary=False)
    assert score(second, x, x).keys() == {f"{name}_c" for name in (*NAMES, "coverage_null")}
    assert second.better == dict.fromkeys([f"{name}_c" for name in NAMES], "higher")
