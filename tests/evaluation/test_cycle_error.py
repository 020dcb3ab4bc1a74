"""What is lost on the way to the other set and back."""

import pytest

from gan_lab.evaluation.cycle_error import CycleError
from tests.evaluation.test_true_pairs import attached


def test_what_is_lost_on_the_way_is_a_share_of_the_value_range():
    steps = {"a_to_b": 0.1, "b_to_a": 0.3}

    found = attached(CycleError())(lambda given, view: given + steps[view])

    assert found == {"a_to_b/cycle_error": pytest.approx(0.2)}


def test_without_a_way_back_nothing_comes_back():
    metric = attached(CycleError(), back=())

    assert metric(lambda given, view: given) == {}
    assert metric.better == {}
