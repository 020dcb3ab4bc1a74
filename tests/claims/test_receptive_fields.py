"""What a pixel sees is what is claimed, and another claim fails."""

import numpy as np
import pytest

from gan_lab.claims import receptive_fields
from gan_lab.claims.receptive_fields import FIELDS, check, diagonal, row, seen_in_theory


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["pixels before one in the last row"] == 12 * 13 + 6
    assert outcome.numbers["Diagonal BiLSTM, seen of these"] == 12 * 13 + 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Row LSTM", diagonal),
        ("PixelCNN", row),
        ("Diagonal BiLSTM", lambda *places: places[2:] < places[:2]),
    ],
)
def test_it_fails_if_another_field_is_claimed(name, field, monkeypatch):
    once = receptive_fields.networks()[name]
    monkeypatch.setattr(receptive_fields, "networks", lambda: {name: once})

    assert check({name: FIELDS[name]}).holds
    assert not check({name: field}).holds


def test_theory_is_of_pixels_before_alone():
    for field in FIELDS.values():
        assert not np.triu(seen_in_theory(field)).any()
