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


def test_nearest_images_are_found_across_blocks_in_order():
    generator = torch.Generator().manual_seed(0)
    among = torch.randint(0, 256, (2500, 1, 4, 4), dtype=torch.uint8, generator=generator)
    images = among[[7, 1500, 2499]].clone()
    images[:, 0, 0, 0] ^= 1  # almost, but not quite

    found = nearest_images(images, among, k=3)

    pixels = (images.flatten(1).double(), among.flatten(1).double())
    expected = torch.cdist(*pixels).topk(3, largest=False).indices
    assert found[:, 0].tolist() == [7, 1500, 2499]
    assert torch.equal(found, expected)
