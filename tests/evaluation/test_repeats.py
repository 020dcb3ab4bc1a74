"""Several draws as one record."""

import statistics

from gan_lab.evaluation.repeats import summarised


def record(draw, **metrics):
    return {
        "metrics": metrics,
        "histogram": [draw, 1],
        "protocol": {"n_fake": 9, "real_images_sha256": f"hash {draw}"},
    }


def test_one_record_stays_as_it_is():
    only = record(0, fid=3.0)

    assert summarised([only]) == only


def test_several_have_means_and_deviations_beside_the_numbers_of_each():
    found = summarised(
        [record(0, fid=3.0, ndb=4), record(1, fid=5.0, ndb=4), record(2, fid=7.0, ndb=4)]
    )

    assert found["metrics"] == {"fid": 5.0, "ndb": 4.0}
    assert found["std"] == {"fid": statistics.stdev([3, 5, 7]), "ndb": 0.0}
    assert [each["metrics"]["fid"] for each in found["repeats"]] == [3.0, 5.0, 7.0]
    assert [each["real_images_sha256"] for each in found["repeats"]] == [
        "hash 0",
        "hash 1",
        "hash 2",
    ]
    assert found["protocol"] == {"n_fake": 9, "real_images_sha256": "hash 0", "repeats": 3}
    assert found["histogram"] == [0, 1]


def test_what_is_infinite_once_has_neither_mean_nor_deviation():
    found = summarised([record(0, kl=None, fid=1.0), record(1, kl=2.0, fid=1.0)])

    assert found["metrics"] == {"kl": None, "fid": 1.0}
    assert found["std"] == {"kl": None, "fid": 0.0}
