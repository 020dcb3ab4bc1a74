"""The translators of music that anyone can write."""

import torch

from gan_lab.evaluation.music import octaves, one_voice, sounding
from tests.evaluation.rolls import roll


def test_the_highest_voice_alone_is_left_at_each_step():
    chord = roll((0, 8, 20), (4, 12, 30), (0, 16, 10))

    expected = roll((0, 4, 20), (4, 12, 30), (12, 16, 10))

    assert torch.equal(one_voice(chord), expected)


def test_an_octave_below_is_added_as_far_as_there_is_one():
    assert torch.equal(
        octaves(roll((0, 4, 30), (0, 4, 11))), roll((0, 4, 30), (0, 4, 18), (0, 4, 11))
    )


def test_sound_begins_at_the_middle():
    rolls = torch.tensor([0, 127, 128, 255], dtype=torch.uint8).view(1, 1, 2, 2)

    assert sounding(rolls).flatten().tolist() == [False, False, True, True]
