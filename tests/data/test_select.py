"""`classes`, `limit` and `size` on any images."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.data.base import Images
from gan_lab.data.select import last, of_classes, resized, select, some, spread, without_last
from gan_lab.errors import ConfigError

NAMES = ("cat", "dog", "owl")


@pytest.fixture
def images():
    """Ten images of size 8 whose every pixel is their position; labels 0 1 2 -1 0 1 2 -1 0 1."""
    pixels = torch.arange(10, dtype=torch.uint8).view(10, 1, 1, 1).expand(10, 1, 8, 8).contiguous()
    labels = torch.tensor([0, 1, 2, -1] * 3)[:10]
    return Images(pixels, labels, NAMES)


def chosen(images):
    return images.pixels[:, 0, 0, 0].tolist()


def test_classes_whose_names_are_numbers_are_meant_by_their_names(images):
    numbered = Images(images.pixels, images.labels, ("1", "2", "10"))
    found = select(numbered, classes=[1, "10"], limit=None, size=(8, 8))
    assert found.class_names == ("1", "10")
    assert chosen(found) == [0, 2, 4, 6, 8]
    assert select(numbered, classes=[0], limit=None, size=(8, 8)).class_names == ("1",)
    with pytest.raises(ConfigError, match="the class True, which is not there"):
        select(numbered, classes=[True], limit=None, size=(8, 8))


def test_without_options_nothing_is_copied(images):
    assert select(images, classes=None, limit=None, size=(8, 8)) is images


def test_what_each_image_shows_stays_beside_it(images):
    known = replace(images, subjects=100 + torch.arange(10))

    assert select(known, classes=["owl", "cat"], limit=None, size=(4, 4)).subjects.tolist() == [
        100, 102, 104, 106, 108,
    ]  # fmt: skip
    few = select(known, classes=None, limit=4, size=(8, 8))
    assert (few.subjects - 100).tolist() == chosen(few)
    assert last(known, 2).subjects.tolist() == [108, 109]
    assert without_last(known, 8).subjects.tolist() == [100, 101]
    assert of_classes(known, [1]).subjects.tolist() == [101, 105, 109]
    assert select(images, classes=None, limit=4, size=(8, 8)).subjects is None


def test_a_limit_takes_from_everywhere_and_keeps_labels_beside_their_images(images):
    few = select(images, classes=None, limit=4, size=(8, 8))
    assert chosen(few) == sorted(chosen(few))
    assert few.labels.tolist() == [images.labels[place] for place in chosen(few)]
    assert set(few.labels.tolist()) == {0, 1, 2, -1}


def test_each_class_keeps_its_share_however_the_images_are_ordered():
    counts = torch.tensor([700, 200, 100])
    labels = torch.arange(3).repeat_interleave(counts)
    for limit in (10, 100, 333, 999):
        for order in (labels, labels.flip(0)):
            shares = order[spread(order, 1000, limit)].bincount(minlength=3) / limit
            assert (shares - counts / 1000).abs().max() < 1 / limit


def test_a_smaller_limit_keeps_a_part_of_a_larger_one_always_the_same():
    labels = torch.randint(-1, 5, (300,), generator=torch.Generator().manual_seed(0))
    for given in (labels, None):
        larger = spread(given, 300, 100).tolist()
        assert set(spread(given, 300, 30).tolist()) < set(larger)
        assert spread(given, 300, 100).tolist() == larger == sorted(larger)
        assert len(set(larger)) == 100


def test_of_images_that_come_class_by_class_some_of_each_are_shown():
    labels = torch.arange(4).repeat_interleave(25)
    images = Images(torch.arange(100, dtype=torch.uint8).view(100, 1, 1, 1), labels, tuple("abcd"))
    assert some(images, 8, by_class=False).flatten().tolist() == list(range(8))
    assert (some(images, 8, by_class=True).flatten() // 25).bincount().tolist() == [2] * 4
    assert len(some(images, 200, by_class=True)) == 100


def test_without_labels_the_whole_range_is_represented():
    places = spread(None, 10_000, 100)
    assert places.float().mean().item() == pytest.approx(5000, abs=1000)
    assert (places < 1000).sum() > 0 < (places >= 9000).sum()


def test_a_limit_above_the_number_keeps_all(images):
    assert len(select(images, classes=None, limit=99, size=(8, 8))) == 10


@pytest.mark.parametrize("classes", [["owl", "cat"], [2, 0], ["owl", 0]])
def test_classes_are_kept_and_numbered_in_the_order_given(images, classes):
    some = select(images, classes=classes, limit=None, size=(8, 8))
    assert chosen(some) == [0, 2, 4, 6, 8]
    assert some.labels.tolist() == [1, 0, 1, 0, 1]
    assert some.class_names == ("owl", "cat")


def test_the_limit_counts_after_the_classes(images):
    dogs = select(images, classes=["dog"], limit=2, size=(8, 8))
    assert set(chosen(dogs)) < {1, 5, 9}
    assert dogs.labels.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["cta"], "cta.*Did you mean 'cat'"),
        ([3], "class 3.*Their numbers are 0 to 2"),
        ([-1], "class -1"),
        (["cat", 0], r"data\.classes=\[cat,0\] names a class twice"),
    ],
)
def test_a_class_that_is_not_there_is_refused(images, classes, message):
    with pytest.raises(ConfigError, match=message):
        select(images, classes=classes, limit=None, size=(8, 8))


def test_classes_need_labels(images):
    with pytest.raises(ConfigError, match="no labels"):
        select(Images(images.pixels), classes=["cat"], limit=None, size=(8, 8))


def test_resizing_keeps_constant_images_constant():
    pixels = torch.tensor([0, 7, 255], dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 3, 28, 28)
    for size in (8, 32, 64):
        larger = resized(pixels, (size, size))
        assert larger.shape == (3, 3, size, size)
        assert larger.dtype == torch.uint8
        assert larger.flatten(1).float().std(dim=1).max() == 0
        assert larger[:, 0, 0, 0].tolist() == [0, 7, 255]


def test_height_and_width_may_differ(images):
    wide = select(images, classes=None, limit=None, size=(8, 24))
    assert wide.pixels.shape == (10, 1, 8, 24)
    assert (wide.pixels == images.pixels[:, :, :1, :1]).all()


def test_halving_averages_and_so_does_not_alias():
    # A checkerboard at the pixel scale: without antialias it stays black and white.
    board = (torch.arange(16).view(-1, 1) + torch.arange(16)) % 2 * 255
    half = resized(board.byte().view(1, 1, 16, 16), (8, 8))
    assert (half[0, 0, 1:-1, 1:-1].int() - 127).abs().max() <= 1


def test_resizing_agrees_with_pillow():
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (4, 1, 28, 28), dtype=torch.uint8, generator=generator)
    for size in (20, 48):
        ours = resized(pixels, (size, size))[:, 0].int()
        for image, mine in zip(pixels[:, 0].numpy(), ours, strict=True):
            pillow = Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR)
            difference = mine - torch.from_numpy(np.array(pillow)).int()
            assert difference.abs().max() <= 1
            # Cutting off instead of rounding would make the images darker by half a step.
            assert difference.float().mean().abs() < 0.1


def test_blocks_join_without_a_seam(monkeypatch):
    pixels = torch.randint(0, 256, (10, 1, 8, 8), dtype=torch.uint8)
    whole = resized(pixels, (16, 16))
    monkeypatch.setattr("gan_lab.data.select.BLOCK", 3)
    assert torch.equal(resized(pixels, (16, 16)), whole)
