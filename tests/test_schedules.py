"""Learning-rate factors, and numbers on their way, at named iterations, by hand."""

import math
from itertools import pairwise

import pytest

from gan_lab.schedules import (
    Constant,
    Cosine,
    Course,
    Exponential,
    Inverse,
    Linear,
    fault_of_course,
    is_course,
)

DESCENTS = [
    Linear(start=0, end=100),
    Linear(start=40, end=100, final_factor=0.1),
    Cosine(end=100),
    Cosine(end=100, final_factor=0.1),
    Exponential(divisor=1.05),
    Exponential(divisor=1.05, floor=0.1),
    Inverse(end=100),
]


@pytest.mark.parametrize("iteration", [0, 1, 10**9])
def test_constant_is_1_throughout(iteration):
    assert Constant()(iteration) == 1.0


@pytest.mark.parametrize(
    ("iteration", "factor"),
    [(0, 1), (100, 1), (101, 0.992), (150, 0.6), (199, 0.208), (200, 0.2), (10**6, 0.2)],
)
def test_linear_rests_then_falls_straight_to_its_end(iteration, factor):
    assert Linear(start=100, end=200, final_factor=0.2)(iteration) == pytest.approx(
        factor, rel=1e-12
    )


def test_linear_reaches_0_unless_told_otherwise():
    assert Linear(start=0, end=4)(1) == 0.75
    assert Linear(start=0, end=4)(4) == 0.0


def test_linear_without_a_way_down_steps():
    assert [Linear(start=5, end=5, final_factor=0.3)(i) for i in (4, 5, 6)] == [
        1.0,
        1.0,
        pytest.approx(0.3),
    ]


@pytest.mark.parametrize(
    ("iteration", "factor"),
    [(0, 1), (30, (1 + math.cos(0.3 * math.pi)) / 2), (50, 0.5), (100, 0), (150, 0)],
)
def test_cosine_is_half_a_wave(iteration, factor):
    assert Cosine(end=100)(iteration) == pytest.approx(factor, abs=1e-12)


@pytest.mark.parametrize(
    ("iteration", "factor"),
    [(0, 1), (25, 0.2 + 0.4 * (1 + 0.5**0.5)), (50, 0.6), (100, 0.2), (101, 0.2)],
)
def test_cosine_ends_at_its_final_factor(iteration, factor):
    assert Cosine(end=100, final_factor=0.2)(iteration) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(("iteration", "factor"), [(0, 1), (1, 1 / 2), (5, 1 / 32), (7, 1 / 100)])
def test_exponential_divides_once_per_iteration_down_to_its_floor(iteration, factor):
    assert Exponential(divisor=2.0, floor=0.01)(iteration) == pytest.approx(factor, rel=1e-12)


def test_exponential_with_the_divisor_of_2014_halves_the_rate_in_173_287_iterations():
    halving = math.log(2) / math.log(1.000004)

    assert Exponential(divisor=1.000004)(round(halving)) == pytest.approx(0.5, rel=1e-5)
    assert round(halving) == 173_287


def test_exponential_by_repeated_division():
    rate = 1.0
    for _ in range(500):
        rate /= 1.000004

    assert Exponential(divisor=1.000004)(500) == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("schedule", DESCENTS, ids=repr)
def test_a_descent_starts_at_1_and_never_rises(schedule):
    factors = [schedule(iteration) for iteration in range(300)]

    assert factors[0] == 1.0
    assert all(later <= earlier for earlier, later in pairwise(factors))
    assert factors[-1] >= 0


@pytest.mark.parametrize("schedule", DESCENTS, ids=repr)
def test_a_factor_depends_on_the_iteration_alone(schedule):
    forwards = [schedule(iteration) for iteration in range(120)]
    backwards = [schedule(iteration) for iteration in reversed(range(120))]

    assert forwards == backwards[::-1]


@pytest.mark.parametrize(("iteration", "factor"), [(0, 1), (500, 6**-0.75), (1000, 11**-0.75)])
def test_inverse_has_the_rates_of_ganin(iteration, factor):
    assert Inverse(end=1000)(iteration) == pytest.approx(factor, rel=1e-12)
    assert Inverse(end=1000)(5000) == pytest.approx(11**-0.75, rel=1e-12)


def test_a_straight_course_as_the_momentum_of_2014_has_it():
    course = Course.read({"linear": [0.5, 0.7], "iterations": 249 * 500})

    momenta = [course.at(epoch * 500, 0) for epoch in (0, 1, 100, 249, 300)]

    # Epochs count from 1 there: 0.5 in the first, 0.7 from the 250th on.
    expected = [0.5, 0.5 + 0.2 / 249, 0.5 + 0.2 * 100 / 249, 0.7, 0.7]
    assert momenta == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("shape", "quarter", "half"),
    [
        ("linear", 6.25, 4.5),
        ("cosine", 1 + 7 * (1 + 0.5**0.5) / 2, 4.5),
        ("exponential", 8**0.75, 8**0.5),
        ("sigmoid", 8 - 7 * math.tanh(1.25), 8 - 7 * math.tanh(2.5)),
    ],
)
def test_each_shape_leads_from_its_start_to_its_end_and_stays_there(shape, quarter, half):
    course = Course.read({shape: [8.0, 1.0], "images": 4000})

    values = [course.at(0, images) for images in (0, 1000, 2000, 4000, 10**9)]

    end = 8 - 7 * math.tanh(5) if shape == "sigmoid" else 1
    assert values == pytest.approx([8, quarter, half, end, end], rel=1e-12)


def test_a_course_counts_by_its_own_clock():
    by_iterations = Course("linear", 0.0, 1.0, 10, "iterations")
    by_images = Course("linear", 0.0, 1.0, 10, "images")

    assert (by_iterations.at(5, 0), by_iterations.at(0, 5)) == (0.5, 0.0)
    assert (by_images.at(5, 0), by_images.at(0, 5)) == (0.0, 0.5)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ({"linear": [0.5, 0.7]}, "it says neither iterations nor images"),
        ({"iterations": 10}, "it names none of linear, cosine, exponential, sigmoid"),
        (
            {"linear": [0.5, 0.7], "cosine": [0.5, 0.7], "images": 10},
            "it names cosine and linear of linear, cosine, exponential, sigmoid",
        ),
        (
            {"linear": [0.5, 0.7], "images": 10, "iterations": 10},
            "it says both iterations and images",
        ),
        ({"linear": [0.5, 0.7], "images": 10, "floor": 0}, "it has floor, too"),
        ({"linear": 0.5, "images": 10}, "linear wants two numbers, [first, last]"),
        ({"linear": [0.5], "images": 10}, "linear wants two numbers, [first, last]"),
        ({"linear": [0.5, "much"], "images": 10}, "linear wants two numbers, [first, last]"),
        ({"linear": [0.5, math.nan], "images": 10}, "linear wants two numbers, [first, last]"),
        ({"linear": [0.5, 0.7], "images": 0}, "images must be a whole number from 1 on"),
        ({"linear": [0.5, 0.7], "images": 1.5}, "images must be a whole number from 1 on"),
        ({"exponential": [0.5, 0.0], "images": 10}, "no factor leads from or to 0"),
    ],
    ids=str,
)
def test_a_course_that_is_written_wrong_is_meant_for_one_and_its_fault_is_said(written, fault):
    assert is_course(written)
    assert fault_of_course(written) == fault


def test_what_is_no_course_at_all():
    assert not any(is_course(value) for value in (0.5, None, [0.5, 0.7], {"decay": 0.9}))
    assert fault_of_course({"cosine": [0.05, 0.005], "images": 20_000_000}) is None
