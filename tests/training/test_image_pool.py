"""The history of generated images: it fills, then swaps, and belongs to the checkpoint."""

from itertools import chain

import torch

from gan_lab.training.image_pool import ImagePool

CPU = torch.device("cpu")


def numbered(*numbers):
    """Images whose pixels all say their number."""
    return torch.tensor(numbers, dtype=torch.float32).view(-1, 1, 1, 1)


def shown(size, n, iterations, pool=None, first=0):
    pool = pool or ImagePool(size, (1, 1, 1))
    found = []
    for iteration in range(first, first + iterations):
        new = numbered(*range(iteration * n, iteration * n + n))
        drawn = pool.draws(n, iteration, CPU, 0, "pool", iteration)
        found.append(pool.exchange(new, drawn).flatten().tolist())
    return found, pool


def test_the_first_images_are_shown_as_they_are_and_kept():
    found, pool = shown(size=6, n=2, iterations=3)

    assert found == [[0, 1], [2, 3], [4, 5]]
    assert pool.images.flatten().tolist() == [0, 1, 2, 3, 4, 5]


def test_a_pool_that_a_minibatch_fills_in_the_middle_keeps_what_has_room():
    found, pool = shown(size=5, n=3, iterations=2)

    assert found == [[0, 1, 2], [3, 4, 5]]
    assert pool.images.flatten().tolist() == [0, 1, 2, 3, 4]


def test_later_half_of_the_images_are_swapped_for_older_ones():
    found, pool = shown(size=20, n=4, iterations=500)
    seen = list(chain(*found))
    later = [(n, image) for n, image in enumerate(seen) if n >= 20]
    old = [image for n, image in later if image != n]

    assert all(image <= n for n, image in later)
    assert abs(len(old) / len(later) - 0.5) < 0.05
    # An image is handed out at most once, and the rest is still there.
    kept = pool.images.flatten().tolist()
    assert len(set(seen + kept)) == 2000
    ages = [n - image for n, image in later if image != n]
    assert 20 < sum(ages) / len(ages) < 80  # half of 20 places change per 10 images


def test_a_pool_goes_on_from_its_state_bit_for_bit():
    whole, _ = shown(size=6, n=2, iterations=12)
    _, half = shown(size=6, n=2, iterations=7)
    again = ImagePool(6, (1, 1, 1))
    again.load_state_dict(half.state_dict())

    rest, _ = shown(size=6, n=2, iterations=5, pool=again, first=7)

    assert rest == whole[7:]


def test_without_a_pool_images_are_shown_as_they_are():
    found, pool = shown(size=0, n=2, iterations=3)

    assert found == [[0, 1], [2, 3], [4, 5]]
    assert pool.images.numel() == 0
