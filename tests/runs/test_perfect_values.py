"""What perfect samples get, as the metrics say it."""

from gan_lab.runs.perfect_values import perfect

KNOWN = {"kid_x": 0.0, "fid": "fid_bias", "ndb": "ndb_null"}
VALUES = {"kid_x": 3.0, "fid": 9.0, "fid_bias": 2.0, "precision": 0.5}


def test_it_is_a_number_or_what_another_metric_tells():
    assert perfect("kid_x", KNOWN, VALUES) == 0.0
    assert perfect("fid", KNOWN, VALUES) == 2.0


def test_nobody_knows_where_the_metric_is_silent_or_the_other_one_is_missing():
    assert perfect("precision", KNOWN, VALUES) is None
    assert perfect("ndb", KNOWN, VALUES) is None
