"""How strongly the genre changes: the paper's formula, and those who cannot translate."""

import pytest

from gan_lab.evaluation.genre_strength import GenreStrength
from gan_lab.evaluation.music import octaves, one_voice
from tests.evaluation.rolls import attached, roll, to_network, to_pixels

FOUR = roll((0, 64, 20), (0, 64, 30), (0, 64, 40), (0, 64, 50), n=3)
ONE = roll((0, 64, 50), n=2)


def metric():
    return attached(GenreStrength(), FOUR, ONE)


def test_the_strength_is_that_of_the_paper():
    """The classifier gives a tenth to a for each voice."""

    def translate(images, view):
        rolls = to_pixels(images)
        return to_network(one_voice(rolls) if view == "a_to_b" else octaves(rolls))

    found = metric()(translate)

    # Of four voices one is left, and two come back.
    assert found["a_to_b/p_source"] == pytest.approx(0.4)
    assert found["a_to_b/p_source_translated"] == pytest.approx(0.1)
    assert found["a_to_b/p_source_back"] == pytest.approx(0.2)
    assert found["a_to_b/strength"] == pytest.approx(((0.4 - 0.1) + (0.2 - 0.1)) / 2)
    # Of one voice two are made, and the one comes back.
    assert found["b_to_a/strength"] == pytest.approx(((0.9 - 0.8) + (0.9 - 0.8)) / 2)
    assert found["strength"] == pytest.approx((0.2 + 0.1) / 2)
    # Who cannot translate: the same as here, and the other way round.
    assert found["a_to_b/strength_one_voice"] == pytest.approx(0.2)
    assert found["b_to_a/strength_octaves"] == pytest.approx(0.1)
    assert found["a_to_b/strength_octaves"] == pytest.approx(((0.4 - 0.8) + (0.1 - 0.8)) / 2)


def test_copies_have_no_strength_and_the_classifier_is_judged_on_originals():
    found = metric()(lambda images, view: images)

    assert found["strength"] == 0
    assert found["genre_accuracy"] == 2 / 5  # it takes four voices for one of b, too


def test_only_what_sounds_is_translated_back():
    """A translator may not hide what it needs for the way back where nobody hears it."""
    seen = []

    def translate(images, view):
        seen.append(images)
        return images * 0.1

    metric()(translate)

    assert all(set(images.unique().tolist()) <= {-1.0, 1.0} for images in seen)


def test_without_a_way_back_there_is_no_strength():
    found = attached(GenreStrength(), FOUR, ONE, back=False)

    assert found.better == {"strength": "higher"}
