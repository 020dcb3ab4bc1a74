"""How well likelihoods tell other images from test images, and what is shown of them."""

from itertools import groupby

import numpy as np
import pytest
import torch

from gan_lab.tasks.anomalies import auroc, extremes, histogram


def test_auroc_is_the_share_of_pairs_in_the_right_order_and_half_of_the_ties():
    random = torch.Generator().manual_seed(0)
    own = torch.randint(-500, 20, (40,), generator=random).double()
    other = torch.randint(-480, 40, (30,), generator=random).double()

    pairs = (other[:, None] > own).double() + (other[:, None] == own).double() / 2

    assert auroc(own, other) == pytest.approx(pairs.mean().item(), abs=1e-6)


def test_the_ends_of_auroc():
    low, high = torch.tensor([-1e4, 3.0]), torch.tensor([3.0 + 1e-6, 1e9]).double()

    assert auroc(low.double(), high) == 1
    assert auroc(high, low.double()) == 0


def test_bars_are_shares_of_each_kind_over_the_same_bins():
    panel = histogram({"test": torch.arange(10.0), "noise": torch.full((3,), 40.0)})

    assert [curve.label for curve in panel.curves] == ["test", "noise"]
    assert all(np.sum(curve.y) == pytest.approx(100) for curve in panel.curves)
    assert np.array_equal(panel.curves[0].x, panel.curves[1].x)
    assert panel.curves[1].y[-1] == 100


def test_the_likeliest_stand_first_and_few_images_are_enough():
    images = {"test": torch.arange(3, dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 1, 8, 8) * 100}

    picture = np.asarray(extremes(images, {"test": torch.tensor([2.0, 3.0, 1.0])}))

    row = picture[40]  # through the images, from left to right
    shades = [int(pixel[0]) for pixel in row if len(set(pixel.tolist())) == 1]
    order = [shade for shade, _ in groupby(shades) if shade in (0, 100, 200)]
    assert order == [200, 0, 100, 200, 0, 100]
