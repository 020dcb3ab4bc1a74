"""Minibatches by address: every image once per epoch, the same ones in every kind of run."""

from functools import partial

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.loader import Minibatches, MinibatchLoader, Stream
from gan_lab.data.pixels import to_range

SIZES = [(10, 4), (12, 5), (7, 7), (9, 2), (30, 8)]


def numbered_images(n):
    """Return images whose number is their upper left pixel; no image is its own mirror image."""
    pixels = torch.zeros(n, 1, 2, 3, dtype=torch.uint8)
    pixels[:, 0, 0, 0] = torch.arange(n)
    pixels[:, 0, 0, 2] = 255
    pixels[:, 0, 1, 1] = 100
    return Images(pixels)


def random_images(n, channels=3):
    generator = torch.Generator().manual_seed(0)
    return Images(
        torch.randint(0, 256, (n, channels, 4, 5), dtype=torch.uint8, generator=generator)
    )


def source(images, condition=None, seed=0, **changes):
    options = {
        "to_network": partial(to_range, value_range=(0.0, 255.0)),
        "flip": False,
        "batch_size": 4,
        "address": (seed,),
        "device": torch.device("cpu"),
    }
    return Minibatches(images, condition, **options | changes)


def iterations(images, minibatches=1, first_iteration=0, last_iteration=10, **changes):
    return MinibatchLoader(
        {"data": source(images, **changes)},
        {"data": minibatches},
        first_iteration=first_iteration,
        last_iteration=last_iteration,
    )


def loader(images, **changes):
    """Return, for each iteration, the images of its minibatches."""
    return [
        [batch.images for batch in batches["data"]] for batches in iterations(images, **changes)
    ]


def numbers(minibatch):
    return minibatch[:, 0, 0, 0].round().int().tolist()


def seen_by(minibatches):
    """Return the numbers of all images of these minibatches, in order."""
    return [number for batches in minibatches for batch in batches for number in numbers(batch)]


def assert_same_bits(actual, expected):
    assert len(actual) == len(expected)
    for some, others in zip(actual, expected, strict=True):
        assert len(some) == len(others)
        assert all(torch.equal(a, b) for a, b in zip(some, others, strict=True))


@pytest.mark.parametrize(("n", "batch_size"), SIZES)
@pytest.mark.parametrize("minibatches", [1, 3])
def test_every_image_comes_once_per_epoch_even_if_batches_cross_epochs(n, batch_size, minibatches):
    seen = seen_by(
        loader(numbered_images(n), batch_size=batch_size, minibatches=minibatches, last_iteration=n)
    )

    epochs = [seen[start : start + n] for start in range(0, len(seen), n)]
    assert len(epochs) == batch_size * minibatches
    assert all(sorted(epoch) == list(range(n)) for epoch in epochs)


def test_epochs_have_different_orders():
    seen = seen_by(loader(numbered_images(20), last_iteration=15))

    assert len({tuple(seen[start : start + 20]) for start in (0, 20, 40)}) == 3


def test_a_batch_within_one_epoch_has_no_image_twice():
    for (batch,) in loader(numbered_images(40), batch_size=20, last_iteration=6):
        assert len(set(numbers(batch))) == 20


def test_the_minibatches_of_an_iteration_are_different_images():
    for batches in loader(numbered_images(40), batch_size=8, minibatches=5, last_iteration=3):
        seen = [number for batch in batches for number in numbers(batch)]

        assert len(batches) == 5
        assert len(set(seen)) == 40


def test_how_the_stream_is_cut_into_batches_does_not_change_it():
    images = numbered_images(30)

    by_one = seen_by(loader(images, batch_size=1, minibatches=1, last_iteration=120))
    by_many = seen_by(loader(images, batch_size=6, minibatches=4, last_iteration=5))

    assert by_many == by_one


def test_a_stream_asked_out_of_order_gives_what_it_gives_in_order():
    stream = Stream(n=7, address=(3,))
    forwards = torch.cat([stream.indices(start, 5) for start in range(0, 70, 5)])

    for start, count in ((33, 20), (0, 7), (69, 1), (6, 2), (20, 40)):
        assert torch.equal(stream.indices(start, count), forwards[start : start + count])


@pytest.mark.parametrize("first", [1, 4, 9, 10])
@pytest.mark.parametrize("minibatches", [1, 3])
def test_a_run_that_starts_at_an_iteration_sees_the_tail_of_the_whole_run(first, minibatches):
    to_network = partial(to_range, value_range=(-1.0, 1.0))
    options = {"flip": True, "minibatches": minibatches, "to_network": to_network}
    images = random_images(14)
    whole = list(loader(images, **options))

    rest = list(loader(images, **options, first_iteration=first))

    assert_same_bits(rest, whole[first:])


def test_a_second_pass_over_the_loader_is_the_same_as_the_first():
    minibatches = iterations(random_images(14), flip=True)

    first, second = (
        [batch.images for batches in minibatches for batch in batches["data"]] for _ in range(2)
    )

    assert_same_bits(first, second)


@pytest.mark.parametrize("world_size", [2, 4])
@pytest.mark.parametrize("n", [14, 40])
def test_the_shares_of_all_ranks_make_up_the_batch_of_one_process(world_size, n):
    options = {"flip": True, "batch_size": 8, "minibatches": 2}
    images = random_images(n)
    alone = list(loader(images, **options))

    ranks = [
        list(loader(images, **options, rank=rank, world_size=world_size))
        for rank in range(world_size)
    ]

    together = [
        [torch.cat(shares) for shares in zip(*batches, strict=True)]
        for batches in zip(*ranks, strict=True)
    ]
    assert ranks[0][0][0].shape == (8 // world_size, 3, 4, 5)
    assert_same_bits(together, alone)


def test_another_seed_gives_another_order_and_other_flips():
    images = numbered_images(40)

    orders = {tuple(seen_by(loader(images, seed=seed))) for seed in range(5)}
    flips = {
        tuple(
            torch.cat([batch for (batch,) in loader(images, seed=seed, flip=True)])[
                :, 0, 0, 2
            ].tolist()
        )
        for seed in range(5)
    }

    assert len(orders) == len(flips) == 5


def mirrored_share(batches, pixels):
    """Return the share of mirrored images, after a look that nothing else happened to any."""
    originals = {image.numpy().tobytes(): number for number, image in enumerate(pixels)}
    mirrored = {image.flip(-1).numpy().tobytes(): number for number, image in enumerate(pixels)}
    assert not originals.keys() & mirrored.keys()
    found = [image.to(torch.uint8).numpy().tobytes() for batch in batches for image in batch]
    assert all(image in originals or image in mirrored for image in found)
    return sum(image in mirrored for image in found) / len(found)


def test_half_of_the_images_are_mirrored_left_to_right_and_nothing_else_happens_to_any():
    images = random_images(100)

    batches = [batch for (batch,) in loader(images, flip=True, batch_size=50, last_iteration=40)]

    assert 0.45 < mirrored_share(batches, images.pixels) < 0.55  # 4.5 standard deviations


def test_the_same_image_is_mirrored_in_some_epochs_only():
    images = random_images(4)

    shares = [
        mirrored_share([batch], images.pixels)
        for (batch,) in loader(images, flip=True, batch_size=4, last_iteration=40)
    ]

    assert len(set(shares)) > 2


def test_without_flip_no_image_is_mirrored():
    images = random_images(20)

    batches = [batch for (batch,) in loader(images)]

    assert mirrored_share(batches, images.pixels) == 0


def test_flipping_leaves_the_order_as_it_is():
    images = random_images(20)
    images.pixels[:, :, 0, 0] = images.pixels[:, :, 0, -1] = torch.arange(20)[:, None]

    assert seen_by(loader(images, flip=True)) == seen_by(loader(images))


def test_pixels_arrive_as_the_networks_are_to_see_them():
    images = numbered_images(8)

    ((batch,),) = loader(
        images, to_network=lambda pixels: pixels.float() - 50, batch_size=8, last_iteration=1
    )

    assert batch.dtype == torch.float32
    assert batch.shape == (8, 1, 2, 3)
    assert (batch.min().item(), batch.max().item()) == (-50, 205)


def test_the_stored_pixels_are_not_changed():
    images = random_images(12)
    before = images.pixels.clone()

    list(loader(images, flip=True, to_network=partial(to_range, value_range=(-1.0, 1.0))))

    assert torch.equal(images.pixels, before)


def cut(images, size=(2, 3), **changes):
    """Return, for each iteration, parts of images of 4x5 pixels."""
    return loader(images, size=size, batch_size=8, **changes)


def test_each_place_of_an_image_is_cut_about_equally_often():
    pixels = torch.arange(20, dtype=torch.uint8).view(1, 1, 4, 5)

    parts = torch.cat([batch for (batch,) in cut(Images(pixels), last_iteration=100)])

    corners = parts[:, 0, 0, 0].round().long()
    expected = pixels[0, 0].unfold(0, 2, 1).unfold(1, 3, 1)[corners // 5, corners % 5]
    assert torch.equal(parts[:, 0].round().to(torch.uint8), expected)
    counts = corners.bincount()[corners.unique()]
    assert len(counts) == 3 * 3
    # 800 parts at 9 places: 89 of each, with a standard deviation of 9.
    assert counts.min() > 50
    assert counts.max() < 130


def test_cutting_changes_neither_the_order_nor_the_flips():
    levels = torch.rand(14, 3, 1, 1, generator=torch.Generator().manual_seed(0)).mul(255).byte()
    images = Images(levels.expand(14, 3, 4, 5))
    pixels = torch.arange(5, dtype=torch.uint8).expand(14, 3, 2, 5)

    whole = loader(images, batch_size=8)
    of_flips = loader(Images(pixels), batch_size=8, flip=True)

    assert all(
        torch.equal(part, batch[:, :, :2, :3])
        for (part,), (batch,) in zip(cut(images), whole, strict=True)
    )
    assert all(
        torch.equal(part.diff(dim=-1), batch[:, :, :, :3].diff(dim=-1))
        for (part,), (batch,) in zip(cut(Images(pixels), flip=True), of_flips, strict=True)
    )


def test_parts_of_a_run_that_goes_on_are_those_of_the_whole_run():
    images = random_images(14)

    assert_same_bits(cut(images, flip=True, first_iteration=7), cut(images, flip=True)[7:])
    assert not torch.equal(cut(images)[0][0], cut(images, seed=1)[0][0])


@pytest.mark.parametrize("world_size", [2, 4])
def test_the_parts_of_all_ranks_make_up_those_of_one_process(world_size):
    images = random_images(14)

    ranks = [cut(images, flip=True, rank=rank, world_size=world_size) for rank in range(world_size)]

    together = [[torch.cat([*of_ranks])] for of_ranks in zip(*map(flat, ranks), strict=True)]
    assert_same_bits(together, cut(images, flip=True))


def flat(iterations):
    return [batch for (batch,) in iterations]


@pytest.mark.parametrize(
    ("first", "last", "length"), [(0, 10, 10), (7, 10, 3), (10, 10, 0), (12, 10, 0)]
)
def test_the_length_is_the_number_of_iterations_that_are_left(first, last, length):
    minibatches = iterations(random_images(8), first_iteration=first, last_iteration=last)

    assert len(minibatches) == len(list(minibatches)) == length


def test_loading_leaves_torchs_own_random_state_alone():
    before = torch.get_rng_state()

    list(loader(random_images(12), flip=True))

    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("flip", [False, True])
def test_each_image_keeps_its_condition(flip):
    images, labels = numbered_images(20), torch.arange(20) * 3 - 1

    for batches in iterations(images, condition=labels, flip=flip, minibatches=2):
        for batch in batches["data"]:
            corner = 2 if flip else 0
            number = torch.minimum(batch.images[:, 0, 0, 0], batch.images[:, 0, 0, corner])
            assert batch.condition.dtype == torch.int64
            assert batch.condition.tolist() == [int(n) * 3 - 1 for n in number]


def test_conditions_change_neither_the_order_nor_the_flips():
    images = random_images(14)

    with_labels = loader(images, condition=torch.zeros(14, dtype=torch.long), flip=True)

    assert_same_bits(with_labels, loader(images, flip=True))
    assert next(iter(iterations(images)))["data"][0].condition is None


def test_the_conditions_of_all_ranks_make_up_those_of_one_process():
    images, labels = numbered_images(14), torch.arange(14)
    alone = source(images, labels, batch_size=6).minibatch(5)

    ranks = [
        source(images, labels, batch_size=6, rank=rank, world_size=2).minibatch(5)
        for rank in range(2)
    ]

    assert torch.equal(torch.cat([batch.condition for batch in ranks]), alone.condition)


def test_each_source_gives_as_many_minibatches_as_its_stream_says():
    sources = {name: source(numbered_images(20), address=(0, name)) for name in ("a", "b")}
    minibatches = MinibatchLoader(sources, {"a": 1, "b": 3}, first_iteration=2, last_iteration=4)

    third, _ = minibatches

    assert {name: len(batches) for name, batches in third.items()} == {"a": 1, "b": 3}
    assert torch.equal(third["b"][1].images, sources["b"].minibatch(7).images)
    assert numbers(third["a"][0].images) != numbers(sources["b"].minibatch(2).images)
