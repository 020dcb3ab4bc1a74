"""Discriminators that see little of an image, and more."""

from gan_lab.claims.limited_discriminator import VIEWS, check


def test_the_claim_holds():
    assert check().holds


def test_it_fails_where_every_d_sees_all_pixels_or_ink_alone():
    every, ink = VIEWS["every pixel"], VIEWS["ink in all"]
    assert not check(views=dict.fromkeys(VIEWS, every)).holds
    assert not check(views=dict.fromkeys(VIEWS, ink)).holds
