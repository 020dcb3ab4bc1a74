"""The error of reconstructions, and that of principal components by an independent reference."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from gan_lab.data.base import Images
from gan_lab.data.pixels import to_range
from gan_lab.evaluation.held_out import HeldOut
from gan_lab.evaluation.reconstruction import ReconstructionError

RANDOM = torch.Generator().manual_seed(0)
TRAINING, TEST = (
    Images(torch.randint(256, (n, 1, 3, 4), generator=RANDOM, dtype=torch.uint8))
    for n in (5000, 700)
)


def metric(test=TEST):
    found = ReconstructionError()
    found.attach(HeldOut("test", test, lambda pixels: to_range(pixels, (-1.0, 1.0))))
    return found


def test_it_is_the_mean_squared_error_of_pixels_from_0_to_1():
    found = metric()(lambda images: images + 0.5)  # a quarter of the value range

    assert found == {"reconstruction_mse": pytest.approx(0.25**2)}
    assert metric()(lambda images: images)["reconstruction_mse"] == 0


def test_principal_components_lose_what_scikit_learns_do():
    pca = PCA(5).fit(TRAINING.pixels.flatten(1).double().numpy() / 255)
    tests = TEST.pixels.flatten(1).double().numpy() / 255
    lost = tests - pca.inverse_transform(pca.transform(tests))
    known = metric()

    known.attach_training(TRAINING, 5)

    found = known(lambda images: images)["reconstruction_mse_pca"]
    assert found == pytest.approx(np.square(lost).mean(), rel=1e-6)


def test_as_many_components_as_numbers_lose_nothing():
    known = metric()

    known.attach_training(TRAINING, 12)

    assert known(lambda images: images)["reconstruction_mse_pca"] == pytest.approx(0, abs=1e-12)


def test_components_of_large_images_are_not_looked_for():
    large = Images(torch.zeros(2, 3, 40, 40, dtype=torch.uint8))
    known = metric(large)

    known.attach_training(large, 5)

    assert "reconstruction_mse_pca" not in known(lambda images: images)
