"""summary.json: how a run ended, in numbers."""

import json

import pytest

from gan_lab.runs.summary import outcome, write_summary

ROWS = [
    {"iteration": 10, "images_seen": 100, "seconds": 1.0, "value": -0.2, "images_per_second": 90.0},
    {
        "iteration": 20,
        "images_seen": 200,
        "seconds": 2.0,
        "value": -1.5,
        "images_per_second": 110.0,
    },
    {"iteration": 30, "images_seen": 300, "seconds": 3.0, "value": -1.9, "images_per_second": 80.0},
]
EQUILIBRIUM = {"value": -1.386}


def write(path, **changes):
    arguments = {
        "status": "finished",
        "iterations": 30,
        "images_seen": 300,
        "seconds": 3.00049,
        "rows": ROWS,
        "better": {"recall": "higher", "fid": "lower"},
        "about": {"seed": 7, "versions": {"torch": "2.13"}},
    }
    write_summary(path, **arguments | changes)
    return json.loads(path.read_text("utf-8"))


def test_the_file_holds_what_the_design_promises(tmp_path):
    summary = write(tmp_path / "summary.json")

    assert summary == {
        "status": "finished",
        "iterations": 30,
        "images_seen": 300,
        "seconds": 3.0,
        "images_per_second": 100.0,
        "metrics": {
            "value": {"last": -1.9, "best": None, "best_iteration": None},
            "images_per_second": {"last": 80.0, "best": 110.0, "best_iteration": 20},
        },
        "seed": 7,
        "versions": {"torch": "2.13"},
    }


def test_the_file_ends_with_its_line_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "summary.json"

    write(path)

    assert path.read_text().endswith("}\n")
    assert list(tmp_path.iterdir()) == [path]


def test_an_earlier_summary_is_replaced(tmp_path):
    write(tmp_path / "summary.json", status="interrupted")

    assert write(tmp_path / "summary.json")["status"] == "finished"


@pytest.mark.parametrize("status", ["finished", "interrupted", "failed"])
def test_a_run_that_ended_before_its_first_row_has_a_summary_too(tmp_path, status):
    summary = write(
        tmp_path / "summary.json", status=status, iterations=0, images_seen=0, seconds=0.0, rows=[]
    )

    assert summary["status"] == status
    assert summary["metrics"] == {}
    assert summary["images_per_second"] == 0.0


def test_what_belongs_to_the_game_has_no_best():
    """The largest loss of D is nearest to the equilibrium, and tells nothing of the samples."""
    rows = [
        {"iteration": 10, "loss/discriminator": 0.4, "loss/generator": 3.0, "d_real": 0.9},
        {"iteration": 20, "loss/discriminator": 1.386, "loss/generator": 0.693, "d_real": 0.5},
        {"iteration": 30, "loss/discriminator": 0.9, "loss/generator": 1.0, "d_real": 0.7},
    ]

    found = outcome(rows, {"fid": "lower"})

    assert found["loss/discriminator"] == {"last": 0.9, "best": None, "best_iteration": None}
    assert {values["best"] for values in found.values()} == {None}


def test_the_best_speed_is_the_largest():
    found = outcome(ROWS, {})["images_per_second"]

    assert found == {"last": 80.0, "best": 110.0, "best_iteration": 20}


def test_what_has_no_good_end_has_no_best():
    rows = [{"iteration": 10, "lr/generator": 2e-4}, {"iteration": 20, "lr/generator": 1e-4}]

    assert outcome(rows, {}) == {
        "lr/generator": {"last": 1e-4, "best": None, "best_iteration": None}
    }


def test_clocks_are_no_metrics():
    assert not {"iteration", "images_seen", "seconds"} & outcome(ROWS, {}).keys()


def test_a_metric_that_is_logged_now_and_then_has_its_own_last_row():
    rows = [{"iteration": 10, "value": -1.0}, {"iteration": 20, "value": -3.0}, {"iteration": 30}]

    assert outcome(rows, {}) == {"value": {"last": -3.0, "best": None, "best_iteration": None}}


def test_the_best_of_a_metric_of_samples_is_the_lowest_or_the_highest_as_it_says():
    rows = [
        {"iteration": 10, "fid": 30.0, "recall": 0.1},
        {"iteration": 20, "value": -1.0},
        {"iteration": 30, "fid": 20.0, "recall": 0.4},
        {"iteration": 40, "fid": 25.0, "recall": 0.3},
    ]

    found = outcome(rows, {"fid": "lower", "recall": "higher"})

    assert found["fid"] == {"last": 25.0, "best": 20.0, "best_iteration": 30}
    assert found["recall"] == {"last": 0.3, "best": 0.4, "best_iteration": 30}
    assert found["value"]["best"] is None


def test_the_best_of_a_metric_of_samples_leaves_out_what_was_measured_otherwise():
    rows = [{"iteration": 10, "fid": 1.0}, {"iteration": 20, "fid": 25.0}]
    rows += [{"iteration": 30, "fid": 30.0}]

    found = outcome(rows, {"fid": "lower"}, since=10)["fid"]
    unmeasured = outcome(rows, {"fid": "lower"}, since=30)["fid"]

    assert found == {"last": 30.0, "best": 25.0, "best_iteration": 20}
    assert unmeasured == {"last": 30.0, "best": None, "best_iteration": None}


def test_networks_that_a_rollback_gave_up_are_not_the_best():
    rows = [
        {"iteration": 1, "fd": 5.0, "collapses": 0, "rollbacks": 0},
        {"iteration": 2, "fd": 1.0, "collapses": 1, "rollbacks": 1},
        {"iteration": 3, "fd": 4.0, "collapses": 1, "rollbacks": 1},
    ]

    assert outcome(rows, {"fd": "lower"})["fd"] == {"last": 4.0, "best": 4.0, "best_iteration": 3}


def test_rollbacks_of_before_in_another_directory_give_up_nothing_here():
    rows = [
        {"iteration": 1, "fd": 1.0, "collapses": 2, "rollbacks": 2},
        {"iteration": 2, "fd": 4.0, "collapses": 2, "rollbacks": 2},
    ]

    assert outcome(rows, {"fd": "lower"})["fd"] == {"last": 4.0, "best": 1.0, "best_iteration": 1}


def test_a_first_rollback_gives_up_networks_although_none_was_asked_for_before():
    rows = [
        {"iteration": 1, "fd": 5.0, "collapses": 0},
        {"iteration": 2, "fd": 1.0, "collapses": 1, "rollbacks": 1},
    ]

    assert outcome(rows, {"fd": "lower"})["fd"] == {"last": 1.0, "best": 5.0, "best_iteration": 1}
