"""What perfect samples get, by the names that the metrics have."""

import pytest

from gan_lab.runs.perfect_values import perfect

LOGGED = {
    "fid_bias": 2.0, "fd_mnist_cnn_bias": 0.3, "coverage_null": 0.97,
    "coverage_null_inception": 0.9, "ndb_null": 2.5, "ndb_js_floor": 0.004,
    "modes/total": 10.0, "modes/kl_floor": 0.0005,
}  # fmt: skip
METRICS = {name: {"last": value, "best": None} for name, value in LOGGED.items()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fid", 2.0),
        ("fd_mnist_cnn", 0.3),
        ("kid_mnist_cnn", 0.0),
        ("density", 1.0),
        ("density_inception", 1.0),
        ("coverage", 0.97),
        ("coverage_inception", 0.9),
        ("ndb", 2.5),
        ("ndb_pixels", 2.5),
        ("ndb_js", 0.004),
        ("ndb_js_pixels", 0.004),
        ("duplicates", 0.01),
        ("modes/covered", 10.0),
        ("modes/covered_robust", 10.0),
        ("modes/kl_uniform", 0.0005),
        ("modes/kl_data", 0.0005),
    ],
)
def test_a_metric_has_the_number_that_it_is_read_beside(name, value):
    assert perfect(name, METRICS) == value


@pytest.mark.parametrize(
    "name",
    ["precision", "modes/effective", "loss/generator", "fd_other", "ndb_c", "kid_a_std", *LOGGED],
)
def test_what_nobody_knows_or_is_such_a_number_itself_has_none(name):
    assert perfect(name, METRICS) is None
