"""Nearest neighbours against a look at every pair."""

import pytest
import torch

from gan_lab.evaluation.neighbours import nearest, nearest_images
from tests.evaluation.draws import gaussian


def by_looking(points, k):
    distances = torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")
    return distances.fill_diagonal_(torch.inf).sort(dim=1).values[:, :k]


@pytest.mark.parametrize("n", [6, 16, 17, 100, 1023, 1025, 2100])
@pytest.mark.parametrize("k", [1, 5])
def test_they_are_those_found_by_looking_at_every_pair(n, k):
    points = gaussian(n, 3)

    torch.testing.assert_close(nearest(points, k), by_looking(points, k), rtol=1e-12, atol=0)


def test_more_neighbours_than_a_group_has_are_found():
    points = gaussian(1030, 3)

    torch.testing.assert_close(nearest(points, 40), by_looking(points, 40), rtol=1e-12, atol=0)


def test_single_precision_is_kept_far_from_the_origin():
    # Whole numbers, so that the offset itself rounds nothing.
    points = (gaussian(300, 8) * 100).round()

    found = nearest((points + 1e5).float(), 5)

    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), by_looking(points, 5), rtol=1e-6, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_equal_points_are_exactly_0_apart(dtype):
    points = gaussian(40, 64, dtype=dtype).repeat(3, 1) + 100

    found = nearest(points, 3)

    assert (found[:, :2] == 0).all()
    assert (found[:, 2] > 1).all()


def random_images(n, seed):
    random = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (n, 3, 4, 4), dtype=torch.uint8, generator=random)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (1023, 1), (1025, 3), (2100, 5)])
def test_the_nearest_images_are_those_found_by_looking_at_every_pair(n, k):
    images, reference = random_images(5, 0), random_images(n, 1)

    distances, indices = nearest_images(images, reference, k)

    every = (images[:, None].double() - reference.double()).div(255).flatten(2).norm(dim=2)
    expected = every.topk(k, largest=False)
    assert torch.equal(indices, expected.indices)
    torch.testing.assert_close(distances.double(), expected.values, rtol=1e-6, atol=0)


def test_a_copied_image_is_exactly_0_away():
    reference = random_images(1500, 1)

    distances, indices = nearest_images(reference[[7, 1400]], reference, k=1)

    assert distances.flatten().tolist() == [0, 0]
    assert indices.flatten().tolist() == [7, 1400]
