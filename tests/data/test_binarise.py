"""Black and white images made of gray ones: their shares, and always the same ones."""

from dataclasses import replace

import torch

from gan_lab.data.base import Images
from gan_lab.data.binarise import binarised, made_binary
from gan_lab.data.digits import Digits
from gan_lab.data.loader import Minibatches
from gan_lab.data.select import select

GRAY = torch.tensor([0, 64, 128, 255], dtype=torch.uint8).view(1, 1, 2, 2)
MANY = GRAY.expand(9000, 1, 2, 2).contiguous()


def test_a_pixel_is_white_as_often_as_it_is_bright():
    found = binarised(MANY)

    assert set(found.unique().tolist()) == {0, 255}
    shares = found.double().mean(dim=0).flatten() / 255
    torch.testing.assert_close(shares, GRAY.flatten() / 255.0, rtol=0, atol=0.02, check_dtype=False)


def test_black_stays_black_and_white_white_whatever_the_chance():
    chances = torch.tensor([0.0, 0.9999999]).view(2, 1, 1, 1)

    assert (
        made_binary(torch.zeros(2, 1, 1, 1, dtype=torch.uint8), chances).tolist() == [[[[0]]]] * 2
    )
    white = torch.full((2, 1, 1, 1), 255, dtype=torch.uint8)
    assert made_binary(white, chances).tolist() == [[[[255]]]] * 2


def test_an_image_becomes_the_same_one_whatever_is_left_out_beside_it():
    images = Images(MANY, torch.arange(9000) % 3, ("a", "b", "c"))
    whole = select(images, classes=None, limit=None, size=(2, 2), binarise=True)

    part = select(images, classes=["c", "a"], limit=700, size=(2, 2), binarise=True)

    kept = select(
        replace(images, pixels=torch.arange(9000).view(-1, 1, 1, 1).expand(-1, 1, 2, 2)),
        classes=["c", "a"], limit=700, size=(2, 2),
    ).pixels[:, 0, 0, 0]  # fmt: skip
    assert torch.equal(part.pixels, whole.pixels[kept])
    assert not torch.equal(part.pixels, whole.pixels[:700])


def test_fixed_is_the_same_each_time_and_what_is_compared_with():
    dataset = Digits(size=8, binarise="fixed")

    images = dataset.load()

    assert set(images.pixels.unique().tolist()) == {0, 255}
    assert torch.equal(images.pixels, dataset.load().pixels)
    assert dataset.like_generated(images) is images


def test_dynamic_keeps_the_images_gray_and_is_compared_with_binary_ones():
    dataset = Digits(size=8, binarise="dynamic")

    images = dataset.load()

    assert len(images.pixels.unique()) > 10
    real = dataset.like_generated(images)
    assert set(real.pixels.unique().tolist()) == {0, 255}
    assert torch.equal(real.pixels, Digits(size=8, binarise="fixed").load().pixels)


def minibatch(number, rank=0, world_size=1):
    return Minibatches(
        Images(MANY), to_network=lambda pixels: pixels.float(), flip=False, binarise=True,
        batch_size=8, address=(0,), device=torch.device("cpu"), rank=rank, world_size=world_size,
    ).minibatch(number).images  # fmt: skip


def test_minibatches_are_binarised_anew_each_time_and_by_address():
    assert set(minibatch(0).unique().tolist()) == {0, 255}
    assert torch.equal(minibatch(3), minibatch(3))
    assert not torch.equal(minibatch(3), minibatch(4))
    parts = [minibatch(3, rank, 2) for rank in (0, 1)]
    assert torch.equal(torch.cat(parts), minibatch(3))
