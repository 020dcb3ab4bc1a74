"""What is counted in music, against rolls that can be counted by hand."""

import pytest
import torch

from gan_lab.evaluation.music import sounding
from gan_lab.evaluation.music_numbers import MusicNumbers, numbers
from tests.evaluation.rolls import attached, roll, to_network


def test_notes_voices_silence_range_and_key_are_those_of_their_definitions():
    # C, E and C#, four steps each; the C is struck again after a rest of four.
    rolls = roll((0, 4, 24), (8, 12, 24), (0, 4, 28), (12, 16, 25))

    found = numbers(sounding(rolls))

    assert found["notes_per_bar"] == 4 / 4  # in four bars
    assert found["voices"] == pytest.approx(16 / 12)
    assert found["silence"] == 52 / 64
    assert found["pitch_range"] == 4
    assert found["in_key"] == 12 / 16  # C and E without C#, as in C major


@pytest.mark.parametrize("tonic", range(12))
def test_a_scale_keeps_to_its_key_whichever_it_is(tonic):
    scale = [(2 * k, 2 * k + 2, 24 + tonic + step) for k, step in enumerate((0, 2, 4, 5, 7, 9, 11))]

    assert numbers(sounding(roll(*scale)))["in_key"] == 1


def test_all_twelve_tones_are_of_no_key():
    found = numbers(sounding(roll(*((0, 64, pitch) for pitch in range(84)))))

    assert found["in_key"] == pytest.approx(7 / 12)
    assert found["pitch_range"] == 83


def test_a_roll_without_notes_counts_for_no_range():
    rolls = torch.cat([roll(), roll((0, 4, 20), (0, 4, 32))])

    assert numbers(sounding(rolls))["pitch_range"] == 12
    assert set(numbers(sounding(roll())).values()) == {0.0, 1.0}  # silence


def test_originals_stand_beside_translations():
    metric = attached(MusicNumbers(), roll((0, 64, 24), (0, 64, 36)), roll((0, 64, 30)))

    found = metric(lambda images, view: to_network(roll((0, 64, 30), n=len(images))))

    assert found["a_to_b/pitch_range_before"] == 12
    assert found["a_to_b/pitch_range"] == 0
    assert found["b_to_a/voices"] == found["b_to_a/voices_before"] == 1
    assert metric.better == {}
