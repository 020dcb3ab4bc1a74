"""Collapse: when a fall is one, where it is named, and that it can end a run."""

import pytest

from gan_lab.callbacks.collapse import Collapse, find_collapses


def history(*values, metric="modes/covered"):
    return [
        {"iteration": 100 * index, metric: value} for index, value in enumerate(values, start=1)
    ]


def test_the_iteration_and_the_best_before_it_are_named():
    (collapse,) = find_collapses(history(8, 10, 9, 6), fall=0.3)

    assert collapse == Collapse(
        iteration=400, metric="modes/covered", value=6, best=10, best_iteration=200
    )
    assert str(collapse) == (
        "collapse at iteration 400: modes/covered fell to 6 from 10 at iteration 200"
    )


@pytest.mark.parametrize(
    ("values", "iterations"),
    [
        ((10, 8, 8, 8), []),
        ((10, 7), [200]),
        ((10, 7, 3, 1), [200]),
        ((10, 7, 10, 7), [200, 400]),
        ((1, 2, 3), []),
        ((0, 0, 0), []),
        ((5,), []),
        ((), []),
    ],
)
def test_what_counts_as_a_fall(values, iterations):
    found = find_collapses(history(*values), fall=0.3)

    assert [collapse.iteration for collapse in found] == iterations


def test_coverage_is_watched_too_and_other_metrics_are_not():
    assert find_collapses(history(0.9, 0.2, metric="coverage"), fall=0.5)[0].metric == "coverage"
    assert find_collapses(history(0.9, 0.2, metric="precision"), fall=0.5) == []
