"""The ring and the grid: where their points are, and what each protocol says."""

import math

import pytest
import torch

from gan_lab.data.loader import Minibatches
from gan_lab.data.mixtures import Grid, Ring
from gan_lab.errors import ConfigError

MIXTURES = [
    Ring(),
    Ring(protocol="selfcond"),
    Grid(),
    Grid(protocol="selfcond"),
]
IDS = ["ring pacgan", "ring selfcond", "grid pacgan", "grid selfcond"]


@pytest.mark.parametrize(("protocol", "radius"), [("pacgan", 1.0), ("selfcond", 2.0)])
def test_the_ring_has_8_modes_an_eighth_of_a_turn_apart(protocol, radius):
    centres = Ring(protocol=protocol).centres

    half = radius / math.sqrt(2)
    expected = [
        *((radius, 0), (half, half), (0, radius), (-half, half)),
        *((-radius, 0), (-half, -half), (0, -radius), (half, -half)),
    ]
    torch.testing.assert_close(centres, torch.tensor(expected))
    assert Ring(protocol=protocol).std == 0.01


@pytest.mark.parametrize("protocol", ["pacgan", "selfcond"])
def test_the_grid_has_25_modes_at_even_numbers(protocol):
    grid = Grid(protocol=protocol)

    expected = {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    assert {tuple(centre) for centre in grid.centres.tolist()} == expected
    assert len(grid.centres) == 25
    assert grid.std == 0.05


@pytest.mark.parametrize(
    ("protocol", "rule", "samples"), [("pacgan", "distance", 2500), ("selfcond", "box", 50000)]
)
@pytest.mark.parametrize("mixture", [Ring, Grid])
def test_a_protocol_fixes_the_rule_and_the_number_of_samples(mixture, protocol, rule, samples):
    dataset = mixture(protocol=protocol)

    assert dataset.quality_rule == rule
    assert dataset.evaluation_samples == samples


@pytest.mark.parametrize("dataset", MIXTURES, ids=IDS)
def test_100_000_points_lie_evenly_around_their_own_modes(dataset):
    images = dataset.load()

    assert images.pixels.shape == (100_000, 2, 1, 1)
    assert images.pixels.dtype == torch.float32
    away = images.pixels[:, :, 0, 0] - dataset.centres[images.labels]
    assert away.mean(dim=0).tolist() == pytest.approx([0, 0], abs=4 * dataset.std / 316)
    assert away.std(dim=0).tolist() == pytest.approx([dataset.std] * 2, rel=0.01)
    assert torch.corrcoef(away.T)[0, 1].abs() < 0.013
    shares = images.labels.bincount() / 100_000
    even = 1 / len(dataset.centres)
    assert (shares - even).abs().max() < 4 * math.sqrt(even / 100_000)
    assert dataset.value_range[0] < images.pixels.min()
    assert dataset.value_range[1] > images.pixels.max()


def test_the_points_are_the_same_each_time_and_others_in_the_test_split():
    first, again, test = Ring().load(), Ring().load(), Ring(split="test").load()

    assert torch.equal(first.pixels, again.pixels)
    assert torch.equal(first.labels, again.labels)
    assert len(test) == 100_000
    assert not torch.equal(first.labels, test.labels)


def test_loading_leaves_the_random_numbers_of_everyone_else_alone():
    before = torch.get_rng_state()

    Ring().load()

    assert torch.equal(torch.get_rng_state(), before)


def test_modes_are_named_by_their_places():
    assert Ring().class_names[:4] == ("(1,0)", "(0.71,0.71)", "(0,1)", "(-0.71,0.71)")
    assert Grid().class_names[:2] == ("(-4,-4)", "(-4,-2)")
    for dataset in MIXTURES:
        assert dataset.load().class_names == dataset.class_names
        assert len(set(dataset.class_names)) == len(dataset.centres)


def test_a_point_is_an_image_of_two_channels_and_one_pixel():
    assert Ring().image_shape == Grid().image_shape == (2, 1, 1)


def test_networks_see_the_coordinates_as_they_are():
    images = Grid().load()
    minibatches = Minibatches(
        images,
        to_network=Grid().to_network,
        flip=Grid().flip,
        batch_size=100,
        address=(0,),
        device=torch.device("cpu"),
    )

    points = minibatches.minibatch(0).images

    assert torch.equal(points, images.pixels[minibatches.stream.indices(0, 100)])


def test_generated_points_are_stored_unrounded():
    points = torch.tensor([[1.0037, -0.0021]], dtype=torch.float64)[:, :, None, None]

    assert torch.equal(Ring().to_network(points), points)
    stored = Ring().to_pixels(points)

    assert stored.dtype == torch.float32
    assert stored.flatten().tolist() == pytest.approx([1.0037, -0.0021], rel=1e-6)


def test_limit_keeps_each_mode_at_its_share():
    some, every = Ring(limit=64).load(), Ring().load()

    assert torch.isin(some.pixels, every.pixels).all()
    assert some.labels.bincount().tolist() == [8] * 8


@pytest.mark.parametrize("mixture", [Ring, Grid])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "valid"}, r"data\.split=valid .*train, test"),
        ({"limit": 0}, r"data\.limit=0 .*at least 1"),
    ],
)
def test_options_that_cannot_work_are_refused_by_name(mixture, options, message):
    with pytest.raises(ConfigError, match=message):
        mixture(**options)


@pytest.mark.parametrize("name", ["size", "flip", "classes", "dir", "value_range"])
def test_what_makes_no_sense_for_points_is_no_option(name):
    with pytest.raises(TypeError, match=name):
        Ring(**{name: None})
