"""Steps of D alone, and of G alone."""

from gan_lab.claims.one_player_at_a_time import check


def test_the_claim_holds():
    assert check().holds


def test_it_fails_where_d_moves_in_the_steps_of_g():
    outcome = check(d_rests=False)

    assert not outcome.holds
    assert outcome.numbers["largest change of a weight of D in G's steps"] > 0
