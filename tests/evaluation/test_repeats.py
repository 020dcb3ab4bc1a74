"""Several draws as one record."""

import statistics

import pytest

from gan_lab.evaluation.repeats import limits_of_spread, summarised


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


@pytest.mark.parametrize(
    ("real", "fake", "said"),
    [
        ((10_000, 60_000), None, []),
        ((10_000, 60_000), (1_000, 50_000), []),
        ((500, 500), None, ["All 500 real images are compared each time"]),
        ((500, 5_000), (90, 90), ["All 90 images are scored each time"]),
        (
            (500, 500),
            (90, 90),
            ["Each draw has all 90 images and all 500 real ones, so the spread"],
        ),
        ((500, 1_000), None, ["Each draw takes 500 of the 1,000 real images, so draws have many"]),
        ((500, 500), (50, 90), ["All 500 real", "Each draw takes 50 of the 90 scored images"]),
    ],
)
def test_what_the_spread_leaves_out_is_said(real, fake, said):
    found = limits_of_spread(real=real, fake=fake)

    assert len(found) == len(said)
    assert all(one.startswith(begin) for one, begin in zip(found, said, strict=True))
