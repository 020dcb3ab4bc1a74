"""Different bins: the test's level, its power, and what it must not stumble over."""

import math

import pytest
import torch
from scipy.stats import norm

from gan_lab.evaluation.ndb import (
    NDB,
    assign,
    cluster,
    different,
    expected_divergence,
    jensen_shannon,
)
from tests.evaluation.draws import blocks, gaussian, samples, score


def counted(n, shares, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.multinomial(shares, n, replacement=True, generator=generator).bincount(
        minlength=len(shares)
    )


def clusters(n, seed, of=10, d=8):
    """Points in ten balanced clusters far from each other, and the cluster of each."""
    label = torch.arange(n) % of
    return gaussian(n, d, seed).float() + 20 * torch.eye(of)[label][:, :d].cumsum(1), label


def test_a_perfect_generator_differs_in_5_of_100_bins_on_average():
    shares = torch.linspace(1, 3, 100, dtype=torch.float64)

    found = [
        int(
            different(counted(60_000, shares, seed), counted(10_000, shares, seed + 50), 0.05).sum()
        )
        for seed in range(50)
    ]

    assert max(found) <= 12
    assert sum(found) / 50 == pytest.approx(5, abs=1)


def test_a_perfect_generator_differs_little_from_real_images_after_clustering():
    found = score(NDB("c"), gaussian(6000, 8).float(), gaussian(2000, 8, seed=1).float())

    assert found["ndb"] <= 12
    assert found["ndb_js"] == pytest.approx(found["ndb_js_floor"], rel=0.4)


def test_the_divergence_of_a_perfect_generator_is_at_its_floor():
    shares = torch.linspace(1, 3, 100, dtype=torch.float64)
    found = torch.tensor(
        [
            jensen_shannon(counted(60_000, shares, seed), counted(10_000, shares, seed + 50))
            for seed in range(50)
        ]
    )

    floor = expected_divergence(100, 60_000, 10_000)

    assert floor == pytest.approx(0.00144, abs=5e-6)
    assert found.mean() == pytest.approx(floor, rel=0.05)


def test_each_bin_is_judged_by_a_pooled_test_of_two_proportions():
    real, fake = torch.tensor([300, 700, 0, 1000]), torch.tensor([50, 100, 0, 50])
    n, m = 2000, 200

    def p_value(a, b):
        pooled = (a + b) / (n + m)
        z = (a / n - b / m) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        return 2 * norm.sf(abs(z))

    for alpha in (0.5, 0.05, 1e-3, 1e-9, 1e-14):
        expected = [
            a + b > 0 and p_value(a, b) < alpha
            for a, b in zip(real.tolist(), fake.tolist(), strict=True)
        ]
        assert different(real, fake, alpha).tolist() == expected


def test_bins_that_are_empty_or_hold_everything_do_not_differ():
    assert not different(torch.tensor([10, 0]), torch.tensor([20, 0]), 0.05).any()
    assert jensen_shannon(torch.tensor([10, 0]), torch.tensor([20, 0])) == 0


def test_the_divergence_is_in_nats():
    half = jensen_shannon(torch.tensor([1, 0]), torch.tensor([0, 5]))

    assert half == pytest.approx(math.log(2), rel=1e-12)
    # (0.5, 0.5) and (1, 0), with their middle (0.75, 0.25).
    expected = 0.25 * (math.log(2 / 3) + math.log(2)) + 0.5 * math.log(4 / 3)
    found = jensen_shannon(torch.tensor([5, 5]), torch.tensor([7, 0]))
    assert found == pytest.approx(expected, rel=1e-12)


def test_dropping_one_of_ten_clusters_shows_in_all_of_its_bins():
    real, label = clusters(10_000, seed=0)
    fake, fake_label = clusters(5000, seed=1)
    metric = NDB("c", bins=50)

    score(metric, real, fake[fake_label != 3])

    bins_of_3 = set(assign(real[label == 3], metric.feature_centres).tolist())
    marked = different(metric.real_feature_counts, metric.feature_counts, 0.05)
    assert len(bins_of_3) >= 1
    assert marked[list(bins_of_3)].all()


def test_points_belong_to_the_nearest_centre():
    points, centres = gaussian(5000, 6).float(), gaussian(30, 6, seed=1).float()

    expected = torch.cdist(points, centres).argmin(dim=1)

    assert torch.equal(assign(points, centres), expected)


def test_clustering_is_the_same_each_time_and_draws_no_global_numbers():
    points = gaussian(2000, 4).float()
    before = torch.get_rng_state()

    assert torch.equal(cluster(points, 20), cluster(points, 20))
    assert torch.equal(torch.get_rng_state(), before)


def pictures(n, seed, low=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(low, 256, (n, 1, 4, 4), dtype=torch.uint8, generator=generator)


def test_pixels_have_bins_of_their_own():
    features = gaussian(2000, 4).float()
    real = samples(features, pixels=pictures(2000, seed=0))

    same = score(NDB("c"), real, samples(features, pixels=pictures(2000, seed=1)))
    brighter = score(NDB("c"), real, samples(features, pixels=pictures(2000, seed=1, low=128)))

    assert same["ndb"] == brighter["ndb"] == 0
    assert same["ndb_pixels"] <= 20 < 60 < brighter["ndb_pixels"]
    assert same["ndb_js_pixels"] < 0.1 * brighter["ndb_js_pixels"]


def test_points_and_further_extractors_have_no_pixels():
    features = gaussian(200, 4).float()
    points = samples(features, pixels=features[:, :2, None, None])
    images = samples(features, pixels=pictures(200, seed=0))
    metric = NDB("c", primary=False)

    assert score(NDB("c"), points, points).keys() == {"ndb", "ndb_null", "ndb_js", "ndb_js_floor"}
    assert score(metric, images, images).keys() == {
        "ndb_c", "ndb_null_c", "ndb_js_c", "ndb_js_floor_c",
    }  # fmt: skip
    assert metric.better == {"ndb_c": "lower", "ndb_js_c": "lower"}


def test_fewer_real_images_have_fewer_bins():
    real = samples(gaussian(85, 4).float(), pixels=pictures(85, seed=0))
    metric = NDB("c")

    found = score(metric, real, real)

    assert len(metric.feature_centres) == len(metric.pixel_centres) == 8
    assert found["ndb"] == found["ndb_pixels"] == 0
    assert found["ndb_js_floor"] == pytest.approx(7 / 8 * 2 / 85)
    assert found["ndb_null"] == pytest.approx(8 * 0.05)  # of 100 bins it would be 5


def test_blocks_are_added_up():
    metric = NDB("c", bins=10)
    fake = samples(gaussian(300, 4, seed=1).float(), pixels=pictures(300, seed=1))
    whole = score(metric, samples(gaussian(400, 4).float(), pixels=pictures(400, seed=0)), fake)
    metric.reset()

    for block in blocks(fake, [7, 200, 93]):
        metric.update(block)

    assert metric.compute() == whole
    assert len(metric.better) == 4


def test_the_bins_behind_the_number_are_there_after_a_reset():
    metric = NDB("c", bins=100)
    real = samples(gaussian(400, 4).float(), pixels=pictures(400, seed=0))
    fake = samples(gaussian(300, 4, seed=1).float() + 1, pixels=pictures(300, seed=1))

    found = score(metric, real, fake)
    metric.reset()

    bins = metric.bin_counts()
    assert [int(bins[side].sum()) for side in ("real", "generated")] == [400, 300]
    assert bins["different"].sum() == found["ndb"] > 0
    assert len(bins["different"]) == 40
