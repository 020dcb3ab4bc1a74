"""What of music comes back: cells of sound and of silence."""

import pytest

from gan_lab.evaluation.cycle_exact import CycleExact
from tests.evaluation.rolls import PITCHES, STEPS, attached, roll, to_network


def test_cells_that_are_the_same_and_notes_that_overlap_are_counted():
    a, b = roll((0, 16, 40)), roll((0, 16, 50))
    # Of a, 12 cells come back, and 2 that were not there.
    changed = to_network(roll((4, 18, 40)))

    found = attached(CycleExact(), a, b)(
        lambda images, view: changed if images[0, 0, 0, 40] > 0 else images
    )

    assert found["a_to_b/cycle_exact"] == pytest.approx(1 - 6 / (STEPS * PITCHES))
    assert found["a_to_b/cycle_overlap"] == pytest.approx(12 / 18)
    assert found["b_to_a/cycle_exact"] == found["b_to_a/cycle_overlap"] == 1


def test_silence_that_stays_silent_is_no_division_by_zero():
    found = attached(CycleExact(), roll(), roll())(lambda images, view: images)

    assert set(found.values()) == {1.0}
