"""The Fréchet distance: closed forms, independent references, and what has gone wrong elsewhere."""

import math

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch import nn

from gan_lab.errors import ConfigError
from gan_lab.evaluation.frechet import (
    FrechetDistance,
    Moments,
    expected_bias,
    frechet_distance,
    moments,
)
from tests.evaluation.draws import blocks, gaussian, samples, score


def distance(x, y):
    return frechet_distance(moments(x), moments(y))


def of_moments(mean_a, covariance_a, mean_b, covariance_b):
    def record(mean, covariance):
        mean, covariance = (torch.as_tensor(x, dtype=torch.float64) for x in (mean, covariance))
        return Moments(1000, mean, covariance)

    return frechet_distance(record(mean_a, covariance_a), record(mean_b, covariance_b))


def nuclear(x, y):
    """The distance without any covariance: the trace's root is a nuclear norm."""
    a, b = x.double() - x.double().mean(0), y.double() - y.double().mean(0)
    n, m = len(a) - 1, len(b) - 1
    overlap = torch.linalg.matrix_norm(a @ b.T, ord="nuc") / math.sqrt(n * m)
    offset = (x.double().mean(0) - y.double().mean(0)).square().sum()
    return (offset + a.square().sum() / n + b.square().sum() / m - 2 * overlap).item()


def fixed_data():
    """3,000 and 2,500 images with 64 features, the same ones in any program that has NumPy."""
    generator = np.random.RandomState(0)
    x = generator.standard_normal((3000, 64))
    return torch.tensor(x), torch.tensor(1.1 * generator.standard_normal((2500, 64)) + 0.25)


def test_with_equal_covariances_only_the_means_count():
    x = gaussian(500, 8)

    assert distance(x, x + torch.arange(8.0)) == pytest.approx(140, rel=1e-12)


def test_commuting_covariances_compare_by_their_standard_deviations():
    found = of_moments([0, 0, 0], np.diag([1, 4, 9]), [0, 0, 0], np.diag([4, 4, 25]))

    assert found == pytest.approx(1 + 0 + 4, rel=1e-12)


def test_covariances_that_do_not_commute_give_the_value_worked_out_by_hand():
    # A = diag(4, 1), B = A turned by 45 degrees = [[2.5, 1.5], [1.5, 2.5]]. For 2 x 2 matrices
    # Tr (A B)^1/2 = sqrt(Tr(A B) + 2 sqrt(det(A B))) = sqrt(12.5 + 2 sqrt(16)) = sqrt(20.5).
    found = of_moments([0, 0], np.diag([4, 1]), [0, 0], [[2.5, 1.5], [1.5, 2.5]])

    assert found == pytest.approx(10 - 2 * math.sqrt(20.5), rel=1e-12)


def test_singular_covariances_give_the_closed_form():
    # Both of rank one, v v^T and w w^T: Tr (S_a S_b)^1/2 = |v w|. Published: 89.091.
    x, y = torch.tensor([[1.0, 2], [3, 4]]), torch.tensor([[5.0, 6], [7, 8], [10, 12]])
    v, w = (x[1] - x[0]) / math.sqrt(2), y - y.mean(0)
    expected = (x.mean(0) - y.mean(0)).square().sum() + v @ v + w.square().sum() / 2
    expected -= 2 * torch.linalg.vector_norm(v @ w.T) / math.sqrt(2)

    assert distance(x, y) == pytest.approx(expected.item(), rel=1e-6)


@pytest.mark.parametrize(("n", "d", "within"), [(3000, 64, 1e-8), (64, 512, 1e-9)])
def test_a_set_is_at_distance_0_from_itself(n, d, within):
    x = gaussian(n, d)

    assert abs(distance(x, x)) < within


def test_the_distance_is_symmetric():
    x, y = gaussian(300, 16), gaussian(200, 16, seed=1) * 1.5 + 1

    assert distance(x, y) == pytest.approx(distance(y, x), rel=1e-12)
    assert distance(x[:10], y) == pytest.approx(distance(y, x[:10]), rel=1e-12)


def test_it_agrees_with_the_matrix_root_of_scipy():
    x, y = fixed_data()
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    offset = x.numpy().mean(0) - y.numpy().mean(0)

    expected = offset @ offset + np.trace(a + b - 2 * sqrtm(a @ b).real)

    assert distance(x, y) == pytest.approx(expected, rel=1e-10)
    # The same by pytorch-fid 0.3.0 with SciPy 1.17.1.
    assert distance(x, y) == pytest.approx(5.40927530020079, rel=1e-9)


@pytest.mark.parametrize(("n_real", "n_fake"), [(64, 64), (64, 1000), (1000, 64), (40, 90)])
def test_few_images_give_the_exact_distance(n_real, n_fake):
    x, y = gaussian(n_real, 256), gaussian(n_fake, 256, seed=1) + 0.5

    found = score(FrechetDistance("c"), x, y)["fd_c"]

    assert found == pytest.approx(nuclear(x, y), rel=1e-9)


def test_features_that_never_respond_change_nothing():
    x, y = gaussian(500, 32), gaussian(400, 32, seed=1) + 0.5
    padded = [torch.cat([z, torch.zeros(len(z), 32)], dim=1) for z in (x, y)]

    assert distance(*padded) == pytest.approx(distance(x, y), rel=1e-10)


def fitted(real, extractor="c"):
    metric = FrechetDistance(extractor)
    metric.fit(samples(real))
    return metric


def test_blocks_and_order_do_not_matter():
    x, y = fixed_data()
    metric = fitted(x)
    found = []
    for fake, sizes in ((y, [2500]), (y, [1, 999, 1000, 500]), (y.flip(0), [30, 70, 2400])):
        for block in blocks(samples(fake), sizes):
            metric.update(block)
        found.append(metric.compute()["fd_c"])
        metric.reset()

    assert found[1:] == pytest.approx([found[0]] * 2, rel=1e-12)
    assert found[0] == pytest.approx(5.40927530020079, rel=1e-9)


def test_few_images_in_blocks_that_cross_the_dimension_are_all_counted():
    x, y = gaussian(500, 64), gaussian(70, 64, seed=1)
    metric = fitted(x)

    for block in blocks(samples(y), [30, 30, 10]):
        metric.update(block)

    assert metric.compute()["fd_c"] == pytest.approx(nuclear(x, y), rel=1e-9)


@pytest.mark.parametrize("offset", [1e3, 1e6])
def test_a_large_mean_loses_nothing(offset):
    x, y = fixed_data()

    found = score(FrechetDistance("c"), x + offset, y + offset)["fd_c"]

    assert found == pytest.approx(distance(x, y), abs=1e-8)


def test_no_change_of_precision_reaches_the_sums_or_the_real_side():
    x, y = fixed_data()
    metric = fitted(x * 0.01 + 1e4)
    parent = nn.Module()
    parent.metric = metric

    parent.half()
    metric.set_dtype(torch.float32)
    metric.half()
    metric.update(samples(y * 0.01 + 1e4))
    parent.half()

    assert metric.compute()["fd_c"] == pytest.approx(distance(x, y) * 1e-4, rel=1e-6)


@pytest.mark.parametrize("spectrum", ["even", "falling"])
def test_the_bias_is_the_mean_distance_of_samples_of_the_same_gaussian(spectrum):
    d, n_a, n_b, draws = 16, 1500, 500, 60
    ones = torch.ones(d, dtype=torch.float64)
    eigenvalues = ones if spectrum == "even" else 1 / torch.arange(1, d + 1, dtype=torch.float64)
    found = torch.tensor(
        [
            distance(
                gaussian(n_a, d, seed=2 * draw) * eigenvalues.sqrt(),
                gaussian(n_b, d, seed=2 * draw + 1) * eigenvalues.sqrt(),
            )
            for draw in range(draws)
        ]
    )

    expected = expected_bias(eigenvalues, n_a, n_b)

    assert abs(found.mean() - expected) < 4 * found.std() / math.sqrt(draws)


def test_the_bias_of_an_even_spectrum_has_a_closed_form_and_ignores_eigenvalues_of_0():
    eigenvalues = torch.cat([torch.ones(32), torch.tensor([0.0, -1e-17])]).double()

    expected = (1 / 4000 + 1 / 1000) * (32 + 32 * 33 / 4)

    assert expected_bias(eigenvalues, 4000, 1000) == pytest.approx(expected, rel=1e-12)


def test_the_bias_stands_beside_the_distance_and_tells_a_perfect_generator():
    found = score(FrechetDistance("c"), gaussian(4000, 32), gaussian(1000, 32, seed=1))

    assert found["fd_c_bias"] == pytest.approx((1 / 4000 + 1 / 1000) * (32 + 8 * 33), rel=0.01)
    assert found["fd_c"] == pytest.approx(found["fd_c_bias"], rel=0.1)


def test_only_inception_makes_it_fid():
    x, y = gaussian(50, 4), gaussian(50, 4, seed=1)

    assert score(FrechetDistance("inception"), x, y).keys() == {"fid", "fid_bias"}
    assert score(FrechetDistance("c", primary=False), x, y).keys() == {"fd_c", "fd_c_bias"}
    assert FrechetDistance("inception").better == {"fid": "lower"}


def test_it_says_something_from_more_images_than_features_on():
    assert fitted(gaussian(100, 16)).sensible_from == 17
    assert FrechetDistance("c").sensible_from == 2  # not known yet


def test_a_single_image_has_no_covariance():
    metric = fitted(gaussian(100, 16))
    metric.update(samples(gaussian(1, 16)))

    with pytest.raises(ConfigError, match=r"FrechetDistance needs 2 images.*not 1"):
        metric.compute()


def test_few_images_span_one_dimension_less_than_they_are():
    known = moments(gaussian(10, 16) + 1)

    assert known.root.shape == (9, 16)
    torch.testing.assert_close(known.root.T @ known.root, known.covariance, rtol=0, atol=1e-12)


def test_rows_are_images_and_columns_features():
    x = gaussian(300, 5) @ gaussian(5, 5, seed=1)

    np.testing.assert_allclose(moments(x).covariance, np.cov(x, rowvar=False), rtol=1e-12)
