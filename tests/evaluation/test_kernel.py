"""The kernel distance: the definition, pair by pair, and the spread of subsets."""

import math

import pytest
import torch

from gan_lab.evaluation.kernel import KernelDistance, spread
from tests.evaluation.draws import gaussian, samples, score
from tests.evaluation.test_frechet import fixed_data


def by_definition(x, y):
    """Every pair by itself, (x y / D + 1)^3, those of an image with itself left out."""

    def mean(kernel):
        n = len(kernel)
        return (kernel.sum() - kernel.trace()) / (n * (n - 1))

    d = x.shape[1]
    kernels = [((a @ b.T) / d + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))]
    return (mean(kernels[0]) + mean(kernels[1]) - 2 * kernels[2].mean()).item()


@pytest.mark.parametrize("subset_size", [1000, 7])
def test_it_is_the_definition_whatever_the_blocks(subset_size):
    x, y = gaussian(150, 16), gaussian(90, 16, seed=1) * 1.5 + 0.3

    found = score(KernelDistance("c", subset_size=subset_size), x, y)

    assert found["kid_c"] == pytest.approx(by_definition(x, y), rel=1e-12)


def test_it_agrees_with_an_independent_program():
    # Computed once with scikit-learn 1.9.1's polynomial_kernel.
    assert score(KernelDistance("c"), *fixed_data())["kid_c"] == pytest.approx(
        0.19906684046455503, rel=1e-12
    )


def test_single_precision_gives_the_same_to_six_digits():
    x, y = (z.float() for z in fixed_data())

    assert score(KernelDistance("c"), x, y)["kid_c"] == pytest.approx(0.19906684, rel=1e-5)


def test_it_is_0_on_average_for_a_perfect_generator():
    found = torch.tensor(
        [
            score(KernelDistance("c"), gaussian(200, 8, seed), gaussian(100, 8, seed + 1000))[
                "kid_c"
            ]
            for seed in range(100)
        ]
    )

    assert abs(found.mean()) < 4 * found.std() / math.sqrt(len(found))


def test_the_spread_is_that_of_subsets_drawn_independently():
    def images(n, seed):
        return gaussian(n, 4, seed), gaussian(n, 4, seed + 5000) * 1.1

    independent = torch.tensor([by_definition(*images(50, seed)) for seed in range(1000)])
    metric = KernelDistance("c", subset_size=50)
    variances = torch.tensor(
        [score(metric, *images(200, 1000 + seed))["kid_c_std"] ** 2 for seed in range(200)]
    )

    error = variances.std() / math.sqrt(len(variances)) + independent.var() * math.sqrt(2 / 1000)
    assert abs(variances.mean() - independent.var()) < 3 * error
    assert variances.mean() == pytest.approx(independent.var().item(), rel=0.3)


def test_the_spread_compares_pairs_of_subsets_that_share_none():
    table = gaussian(3, 4) + 10
    cells = [(row, column) for row in range(3) for column in range(4)]

    squares = [
        (table[a] - table[b]) ** 2 for a in cells for b in cells if a[0] != b[0] and a[1] != b[1]
    ]

    assert spread(table) == pytest.approx(math.sqrt(sum(squares) / len(squares) / 2), rel=1e-10)


def test_too_few_images_for_two_subsets_have_no_spread():
    x = gaussian(250, 4)

    assert score(KernelDistance("c", subset_size=100), x, x[:199]).keys() == {"kid_c"}
    assert score(KernelDistance("c", subset_size=100), x, x[:200]).keys() == {"kid_c", "kid_c_std"}


def test_no_more_than_the_limit_are_compared_and_they_are_chosen_at_random():
    by_class = torch.cat([gaussian(100, 4), gaussian(100, 4, seed=1) + 50])
    metric = KernelDistance("c", limit=40)

    found = score(metric, by_class, by_class)["kid_c"]

    assert metric.real.shape == (40, 4)
    assert 5 < (metric.real.mean(1) > 25).sum() < 35
    # Far below the distance of one class from the other.
    assert abs(found) < 0.1 * by_definition(by_class[:100], by_class[100:])


def test_the_random_numbers_of_training_are_left_alone():
    torch.manual_seed(3)
    before = torch.get_rng_state()

    score(KernelDistance("c", subset_size=10), gaussian(50, 4), gaussian(50, 4, seed=1))

    assert torch.equal(torch.get_rng_state(), before)


def test_the_name_is_that_of_the_feature_space_and_near_is_better():
    metric = KernelDistance("inception", primary=False)
    metric.fit(samples(gaussian(50, 4)))

    assert metric.better == {"kid_inception": "lower"}
