"""From notes to the grid and back: what sounds when, and what is left out of it."""

import numpy as np
import pytest

from gan_lab.data.piano_roll import (
    LONGEST_BARS,
    LOWEST,
    PITCHES,
    STEPS,
    Metre,
    Note,
    Piece,
    UnusablePieceError,
    notes_of,
    rolls_of,
)

FOUR_FOUR = Metre(0, 4, 4)


def piece(*notes, metres=(FOUR_FOUR,), end=STEPS, drums=0):
    return Piece([Note(*note) for note in notes], metres, end, drums)


def sounding(rolls):
    """Return `{(phrase, pitch): steps}` of all that sounds."""
    phrases, steps, pitches = np.nonzero(rolls[:, 0])
    found = {}
    for phrase, step, pitch in zip(phrases, steps, pitches, strict=True):
        found.setdefault((int(phrase), int(pitch) + LOWEST), []).append(int(step))
    return found


def test_a_note_sounds_from_its_start_to_its_end():
    rolls, lacks = rolls_of(piece((0, 4, 60), (4, 5, 64), (2, 6, 60)))

    assert rolls.shape == (1, 1, 64, 84)
    assert rolls.dtype == np.uint8
    assert set(np.unique(rolls)) == {0, 255}
    assert sounding(rolls) == {(0, 60): [0, 1, 2, 3, 4, 5], (0, 64): [4]}
    assert not lacks


def test_times_between_two_steps_belong_to_the_nearer_one_and_no_note_is_lost():
    rolls, _ = rolls_of(piece((0.4, 1.6, 60), (2.5, 4.5, 61), (7.9, 8.1, 62), (63.9, 64, 63)))

    # The last one is nearest to the step after the end.
    assert sounding(rolls) == {(0, 60): [0, 1], (0, 61): [3, 4], (0, 62): [8]}


def test_the_84_pitches_are_from_c1_to_b7_and_others_are_counted():
    rolls, lacks = rolls_of(piece((0, 1, 24), (0, 1, 107), (0, 1, 23), (0, 1, 108), drums=7))

    assert sounding(rolls) == {(0, 24): [0], (0, 107): [0]}
    assert rolls[0, 0, 0, 0] == rolls[0, 0, 0, 83] == 255
    assert lacks == {"outside C1 to B7": 2, "of drums": 7}


def test_phrases_are_whole_and_what_is_left_of_a_piece_is_counted():
    notes = [(16 * bar, 16 * bar + 1, 60 + bar) for bar in range(10)]

    rolls, lacks = rolls_of(piece(*notes, end=160))

    assert list(sounding(rolls)) == [(bar // 4, 60 + bar) for bar in range(8)]
    assert lacks == {"after the last four bars": 2}


def test_a_last_bar_that_ends_early_is_a_bar():
    rolls, _ = rolls_of(piece((0, 1, 60), end=49))
    assert len(rolls) == 1
    with pytest.raises(UnusablePieceError, match=r"^shorter than four bars$"):
        rolls_of(piece((0, 1, 60), end=48))


def test_only_stretches_of_4_4_are_used_each_from_its_own_beginning():
    metres = [Metre(0, 3, 4), Metre(24, 4, 4), Metre(24 + 70, 6, 8), Metre(112, 4, 4)]
    notes = [(0, 4, 50), (20, 28, 51), (24 + 66, 94, 52), (94, 100, 53), (112, 113, 54)]

    rolls, lacks = rolls_of(piece(*notes, metres=metres, end=176))

    # The second note is held into the stretch.
    assert sounding(rolls) == {(0, 51): [0, 1, 2, 3], (1, 54): [0]}
    assert lacks == {"in another metre": 3, "after the last four bars": 1}


def test_the_same_metre_given_again_changes_nothing():
    metres = [Metre(0, 4, 4), Metre(16, 4, 4), Metre(30, 4, 4)]
    assert len(rolls_of(piece((0, 1, 60), metres=metres))[0]) == 1


def test_an_upbeat_is_left_out():
    rolls, lacks = rolls_of(piece((0, 4, 60), (4, 8, 62), metres=[Metre(4, 4, 4)], end=68))

    assert sounding(rolls) == {(0, 62): [0, 1, 2, 3]}
    assert lacks == {"in an upbeat": 1}


@pytest.mark.parametrize(
    ("unusable", "reason"),
    [
        (piece(), "without notes"),
        (piece((0, 1, 60), metres=[Metre(0, 3, 4)]), "not in 4/4"),
        (piece((0, 1, 60), metres=[Metre(0, 2, 2)]), "not in 4/4"),
        (piece((0, 1, 60), end=LONGEST_BARS * 16 + 1), "longer than 4,096 bars"),
    ],
)
def test_a_piece_without_phrases_has_a_reason(unusable, reason):
    with pytest.raises(UnusablePieceError, match=rf"^{reason}$"):
        rolls_of(unusable)


def test_any_rolls_become_notes_and_the_same_rolls_again():
    random = np.random.default_rng(0)
    rolls = (random.random((3, 1, STEPS, PITCHES)) < 0.3).astype(np.uint8) * 255
    rolls[1] = 0  # a silent phrase in between

    notes = notes_of(rolls)

    again, lacks = rolls_of(Piece(notes, [FOUR_FOUR], 3 * STEPS))
    assert np.array_equal(again, rolls)
    assert not lacks


def test_neighbouring_steps_are_one_note_also_from_phrase_to_phrase():
    rolls = np.zeros((2, 1, STEPS, PITCHES), np.uint8)
    rolls[0, 0, 60:, 0] = rolls[1, 0, :3, 0] = 255
    rolls[1, 0, 4, 0] = 128
    rolls[1, 0, 6, 0] = 127  # does not sound

    assert notes_of(rolls) == [Note(60, 67, 24), Note(68, 69, 24)]
