"""When a run will end, as said after its first hundred iterations."""

import pytest

from gan_lab.callbacks import expected_end
from gan_lab.callbacks.expected_end import ExpectedEnd


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the time."""
    now = [0.0]
    monkeypatch.setattr(expected_end.time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, seconds)


def said(clock, *, seconds=0.5, **options):
    """Return what is said, by iteration, if each takes so long, and the first ten 3 s more."""
    expected = ExpectedEnd(**{"iterations": 1000, "completed": 0, **options})
    found = {}
    for iteration in range(expected.completed + 1, expected.iterations + 1):
        done = iteration - expected.completed
        clock(seconds * done + 3 * min(done, 10))
        if line := expected.after(iteration):
            found[iteration] = line
    return found


def test_the_end_is_told_once_by_the_iterations_after_the_slow_first_ones(clock):
    found = said(clock)

    assert list(found) == [100]
    assert found[100].startswith("900 more iterations, 500 ms each, take about 0:07:30, until ")
    assert found[100].endswith("; evaluations and pictures come on top")


def test_a_run_that_goes_on_counts_from_where_it_does(clock):
    assert list(said(clock, completed=700)) == [800]


def test_a_run_that_is_nearly_over_by_then_says_nothing(clock):
    assert said(clock, iterations=199) == {}


@pytest.mark.parametrize(
    ("stages", "differ"), [((0, 50), False), ((0, 500), True), ((0, 1000), False)]
)
def test_stages_to_come_are_said_to_take_longer(clock, stages, differ):
    assert ("later stages take longer" in said(clock, stages=stages)[100]) == differ
