"""Paths between latents, against what is known of lines and arcs."""

import math

import pytest
import torch

from gan_lab.latents.paths import path, path_for
from gan_lab.latents.priors import Gaussian, Spherical, Uniform

X, Y = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])


@pytest.mark.parametrize("kind", ["straight", "spherical"])
def test_a_path_leads_from_each_start_to_its_end(kind):
    starts, ends = torch.randn(2, 3, 100, generator=torch.Generator().manual_seed(0))

    steps = path(kind, starts, ends, 5)

    assert steps.shape == (3, 5, 100)
    assert torch.allclose(steps[:, 0], starts, atol=1e-5)
    assert torch.allclose(steps[:, -1], ends, atol=1e-5)


def test_a_straight_path_moves_by_the_same_difference_each_time():
    differences = path("straight", X, 3 * Y, 4)[0].diff(dim=0)

    assert torch.allclose(differences, torch.tensor([-1 / 3, 1.0]).expand(3, 2))


def test_a_spherical_path_turns_by_the_same_angle_each_time():
    x, y = path("spherical", X, Y, 4)[0].T

    assert torch.allclose(torch.atan2(y, x), torch.tensor([0, 1, 2, 3]) * math.pi / 6)


def test_the_length_of_a_spherical_path_changes_evenly():
    lengths = path("spherical", X, 4 * Y, 4)[0].norm(dim=1)

    assert torch.allclose(lengths, torch.tensor([1.0, 2, 3, 4]))


def test_only_a_spherical_path_keeps_to_the_sphere_of_gaussian_latents():
    starts, ends = torch.randn(2, 200, 100, generator=torch.Generator().manual_seed(0))

    straight, spherical = (
        path(kind, starts, ends, 3)[:, 1].norm(dim=1).mean() for kind in ("straight", "spherical")
    )

    assert straight == pytest.approx(math.sqrt(50), rel=0.02)
    assert spherical == pytest.approx(math.sqrt(100), rel=0.02)


@pytest.mark.parametrize("end", [-2 * X, 2 * X])
def test_between_opposite_and_equal_directions_the_way_is_straight(end):
    assert torch.allclose(path("spherical", X, end, 5), path("straight", X, end, 5))


def test_the_prior_chooses_the_path_that_stays_where_it_draws():
    assert path_for(Uniform(dim=2)) == "straight"
    assert path_for(Gaussian(dim=2)) == path_for(Spherical(dim=2)) == "spherical"
