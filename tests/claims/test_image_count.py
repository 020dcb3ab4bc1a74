"""256^40000 has 96,330 digits and begins with 397; 255^40000 does not."""

import pytest

from gan_lab.claims.image_count import check, count, mantissa


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert outcome.numbers["colours of one pixel, 256^3"] == 16_777_216


def test_it_fails_with_255_levels():
    assert not check(levels=255).holds


def test_images_are_counted_exactly():
    assert count(2, 1, 1, 3) == 9
    assert count(2, 2, 3, 2) == 4096
    assert mantissa(123 * 10**20, 22) == pytest.approx(1.23)
