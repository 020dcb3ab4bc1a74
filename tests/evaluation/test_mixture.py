"""Covered modes of a mixture: exact counts by hand, and real points at their theoretical shares."""

import math

import pytest
import torch

from gan_lab.data.mixtures import Grid, Ring
from gan_lab.evaluation.mixture import MixtureModes
from gan_lab.evaluation.pixels import Pixels
from gan_lab.evaluation.points import Points
from gan_lab.evaluation.samples import Samples

# All of these are exact in float32, and so are 3 deviations.
CENTRES = torch.tensor([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0], [8.0, 8.0]])
STD = 0.25


def metric_for(centres=CENTRES, std=STD, rule="distance"):
    metric = MixtureModes("points")
    metric.attach(Points(centres, std, rule, [str(n) for n in range(len(centres))]))
    return metric


def samples(points):
    points = torch.as_tensor(points).float()
    return Samples(points[:, :, None, None], points, torch.arange(len(points)))


def score(points, **options):
    metric = metric_for(**options)
    metric.update(samples(points))
    return metric.compute()


def of_dataset(dataset):
    return {"centres": dataset.centres, "std": dataset.std, "rule": dataset.quality_rule}


@pytest.mark.parametrize(
    ("protocol", "share"),
    [("pacgan", 1 - math.exp(-4.5)), ("selfcond", math.erf(3 / math.sqrt(2)) ** 2)],
)
@pytest.mark.parametrize("mixture", [Ring, Grid])
def test_real_points_cover_all_modes_with_the_share_of_the_theory(mixture, protocol, share):
    dataset = mixture(protocol=protocol)
    points = dataset.load().pixels[:2500, :, 0, 0]

    found = score(points, **of_dataset(dataset))

    modes = len(dataset.centres)
    assert found["modes/covered"] == found["modes/total"] == modes
    # 98.889% by distance, 99.461% by box; 0.6% are three standard errors of 2,500 points.
    assert found["modes/high_quality"] == pytest.approx(share, abs=0.006)
    assert found["modes/kl_floor"] == (modes - 1) / 5000
    assert found["modes/kl_uniform"] == pytest.approx(found["modes/kl_floor"], rel=1.0)
    assert found["modes/effective"] > 0.99 * modes


@pytest.mark.parametrize("protocol", ["pacgan", "selfcond"])
def test_many_real_points_meet_the_theory_closely(protocol):
    dataset = Grid(protocol=protocol)

    found = score(dataset.load().pixels[:, :, 0, 0], **of_dataset(dataset))

    share = {"pacgan": 0.988891, "selfcond": 0.994608}[protocol]
    assert found["modes/high_quality"] == pytest.approx(share, abs=0.001)


@pytest.mark.parametrize("rule", ["distance", "box"])
@pytest.mark.parametrize(("away", "belongs"), [(0.75, 0.0), (0.7499999, 1.0), (0.7500001, 0.0)])
def test_a_point_exactly_three_deviations_away_does_not_belong(rule, away, belongs):
    found = score([[0.0, -away]], rule=rule)

    assert found["modes/high_quality"] == belongs
    assert found["modes/covered"] == belongs


def test_only_the_box_reaches_into_its_corners():
    corner = [[0.7, 0.7]]

    assert score(corner, rule="distance")["modes/covered"] == 0
    assert score(corner, rule="box")["modes/covered"] == 1


def test_counts_are_exact():
    points = [[0.1, 0.0]] * 5 + [[8.0, 0.2]] * 3 + [[8.0, 7.9]] * 2 + [[4.0, 4.5]] * 6
    metric = metric_for()
    metric.update(samples(points))

    found = metric.compute()

    shares = [0.5, 0.3, 0.2]
    kl = math.log(4) + sum(share * math.log(share) for share in shares)
    assert found == {
        "modes/covered": 3.0,
        "modes/total": 4.0,
        "modes/high_quality": 10 / 16,
        "modes/kl_uniform": pytest.approx(kl, rel=1e-12),
        "modes/kl_floor": 3 / 32,
        "modes/effective": pytest.approx(4 * math.exp(-kl), rel=1e-12),
    }
    assert metric.histogram().tolist() == [5, 3, 0, 2]


def test_by_the_box_rule_the_shares_count_all_points_for_their_nearest_modes():
    points = [[0.1, 0.0]] * 5 + [[5.0, 0.0]] * 3 + [[8.0, 7.9]] * 2 + [[3.0, 6.0]] * 6

    found = score(points, rule="box")

    shares = [5 / 16, 3 / 16, 2 / 16, 6 / 16]
    kl = math.log(4) + sum(share * math.log(share) for share in shares)
    assert found["modes/covered"] == 2
    assert found["modes/high_quality"] == 7 / 16
    assert found["modes/kl_uniform"] == pytest.approx(kl, rel=1e-12)


@pytest.mark.parametrize("rule", ["distance", "box"])
def test_one_mode_alone_is_exposed(rule):
    found = score([[8.0, 8.0]] * 100, rule=rule)

    assert found["modes/covered"] == 1
    assert found["modes/kl_uniform"] == pytest.approx(math.log(4))
    assert found["modes/effective"] == pytest.approx(1)


def test_points_of_no_mode_have_the_largest_divergence():
    found = score([[4.0, 4.0]] * 10)

    assert found["modes/covered"] == found["modes/high_quality"] == 0
    assert found["modes/kl_uniform"] == pytest.approx(math.log(4))


def test_points_that_are_no_numbers_belong_nowhere():
    found = score([[math.nan, 0.0], [math.inf, 0.0], [0.0, 0.0]])

    assert found["modes/high_quality"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("rule", ["distance", "box"])
def test_the_divergence_stays_within_its_bounds(rule):
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        weights = torch.rand(4, generator=generator) ** 8
        modes = torch.multinomial(weights, 50, replacement=True, generator=generator)
        found = score(CENTRES[modes], rule=rule)
        covered = found["modes/covered"]
        assert math.log(4 / covered) - 1e-12 <= found["modes/kl_uniform"] <= math.log(4) + 1e-12


def test_blocks_give_the_same_numbers_as_all_at_once():
    points = Ring().load().pixels[:1000, :, 0, 0]
    metric = metric_for(**of_dataset(Ring()))

    for block in points.split(300):
        metric.update(samples(block))

    assert metric.compute() == score(points, **of_dataset(Ring()))


def test_reset_forgets_the_points_and_keeps_the_mixture():
    metric = metric_for()
    metric.update(samples([[8.0, 8.0]] * 3))
    metric.compute()

    metric.reset()
    metric.update(samples([[0.0, 0.0]]))

    assert metric.compute()["modes/high_quality"] == 1
    assert metric.histogram().tolist() == [1, 0, 0, 0]


def test_it_is_for_points_alone():
    assert MixtureModes.applies_to(Points(CENTRES, STD, "box", "abcd"))
    assert not MixtureModes.applies_to(Pixels())


def test_nothing_of_the_real_points_is_kept():
    metric = metric_for()

    metric.fit(samples([[0.0, 0.0]]))

    assert metric.state_dict() == {}
    assert metric.histogram() is None


def test_each_number_that_has_a_better_way_says_which():
    metric = metric_for()
    metric.update(samples([[0.0, 0.0]]))

    assert metric.better.keys() == metric.compute().keys() - {"modes/total", "modes/kl_floor"}
    assert [name for name, way in metric.better.items() if way == "lower"] == ["modes/kl_uniform"]


def test_it_says_something_from_ten_points_to_a_mode_on():
    metric = MixtureModes("points")
    metric.attach(Points(torch.zeros(8, 2), 0.1, "box", "abcdefgh"))

    assert metric.sensible_from == 80
