"""The table of results: what its rows are, what ± is, and which number is the best."""

import math
from pathlib import Path

import pytest

from gan_lab.pages.compared import Job
from gan_lab.pages.result_table import result_table, shown_metrics
from gan_lab.runs.reading import Run

BETTER = {"fid": "lower", "recall": "higher"}


def job(status="finished", protocol=(), rows=(), choices=(), **metrics):
    about = {
        "monitor": "fid", "better": BETTER, "perfect": {"fid": 0.0}, "evaluation": dict(protocol),
        "metrics": {name: dict(zip(("last", "best", "best_iteration"), values, strict=False))
                    for name, values in metrics.items()},
    }  # fmt: skip
    run = Run(
        root=Path("run"), status=status, overrides=[], config={}, options={}, about=about,
        rows=rows, evaluations=[], samples={}, pictures={}, repeats={},
    )  # fmt: skip
    return Job(run, "run", dict(choices), 0)


def seeds(loss, *values, **changes):
    return [
        job(choices={"loss": loss, "seed": str(seed)}, fid=(value, value), **changes)
        for seed, value in enumerate(values)
    ]


def numbers(table):
    return [[(cell.mean, cell.spread, cell.n) for cell in row.cells] for row in table.rows]


def test_a_row_is_what_differs_and_its_seeds_are_repeats():
    table = result_table([*seeds("a", 1.0, 3.0), *seeds("b", 5.0)], ["fid"], "last", "deviation")

    assert table.choices == ("loss",)
    assert [(row.choices, row.n) for row in table.rows] == [(("a",), 2), (("b",), 1)]
    assert numbers(table) == [[(2.0, pytest.approx(math.sqrt(2)), 2)], [(5.0, None, 1)]]


def test_the_standard_error_is_the_deviation_over_the_root_of_n():
    deviation = result_table(seeds("a", 1.0, 3.0, 5.0, 9.0), ["fid"], "last", "deviation")
    error = result_table(seeds("a", 1.0, 3.0, 5.0, 9.0), ["fid"], "last", "error")

    (((_, s, n),),), (((_, e, _),),) = numbers(deviation), numbers(error)
    assert e == pytest.approx(s / math.sqrt(n))
    assert "standard error of the mean" in error.notes[0]
    assert "standard deviation" in deviation.notes[0]


def test_all_numbers_of_the_best_checkpoint_are_of_one_evaluation():
    """Not each metric at the iteration where that one was good by itself."""
    rows = [{"iteration": 1, "fid": 2.0, "recall": 0.1}, {"iteration": 2, "fid": 3.0, "recall": 9}]
    one = job(rows=rows, fid=(3.0, 2.0, 1), recall=(9, 9, 2))

    best = result_table([one], ["fid", "recall"], "best", "deviation")
    last = result_table([one], ["fid", "recall"], "last", "deviation")

    assert numbers(best) == [[(2.0, None, 1), (0.1, None, 1)]]
    assert numbers(last) == [[(3.0, None, 1), (9, None, 1)]]
    assert "chosen by fid" in " ".join(best.notes)


def test_the_best_mean_is_marked_whichever_way_is_better_and_ties_share_it():
    jobs = [
        job(choices={"loss": loss}, fid=(fid, fid), recall=(recall, recall), other=(1.0, None))
        for loss, fid, recall in (("a", 1.0, 0.5), ("b", 1.0, 0.75), ("c", 2.0, 0.25))
    ]

    table = result_table(jobs, ["fid", "recall", "other"], "last", "deviation")

    best = [[cell.best for cell in row.cells] for row in table.rows]
    assert best == [[True, False, False], [True, True, False], [False, False, False]]
    assert "need not be better by more than chance" in " ".join(table.notes)


@pytest.mark.parametrize("jobs", [seeds("a", 1.0), [*seeds("a", 1.0), *seeds("b", 1.0)]])
def test_nothing_is_best_alone_or_among_equals(jobs):
    table = result_table(jobs, ["fid"], "last", "deviation")

    assert not any(cell.best for row in table.rows for cell in row.cells)


def test_numbers_that_were_not_scored_alike_have_no_best_and_a_warning():
    jobs = [*seeds("a", 1.0, protocol={"n_fake": 10}), *seeds("b", 2.0, protocol={"n_fake": 20})]

    table = result_table(jobs, ["fid"], "last", "deviation")

    assert not any(cell.best for row in table.rows for cell in row.cells)
    assert "Not scored alike (n_fake): do not compare the rows." in table.notes


def test_what_did_not_finish_or_was_repeated_is_left_out_and_counted():
    jobs = [*seeds("a", 1.0), *seeds("a", 2.0), *seeds("a", 9.0, status="killed")]

    table = result_table(jobs, ["fid"], "last", "deviation")

    assert numbers(table) == [[(2.0, None, 1)]]  # the last of those that differ in nothing
    assert "Left out: 1 run that did not finish." in table.notes
    assert "Left out: 1 run of a seed that was run again." in table.notes


def test_a_metric_that_some_seeds_lack_says_of_how_many_it_is():
    jobs = seeds("a", 1.0, 2.0)
    jobs[0].run.about["metrics"]["recall"] = {"last": 0.5, "best": 0.5}

    table = result_table(jobs, ["fid", "recall", "none"], "last", "deviation")

    assert [cell.n for cell in table.rows[0].cells] == [2, 1, 0]
    assert table.rows[0].cells[2].mean is None
    assert "In brackets: of so many runs alone." in table.notes


def test_runs_are_judged_by_their_monitor_first():
    runs = [each.run for each in [job(recall=(1, 1), fid=(1, 1), lr=(1, None))]]

    assert shown_metrics(runs) == ["fid", "recall"]


def test_runs_that_are_judged_by_different_metrics_show_all_of_them():
    gan, vae = job(fid=(1, 1), nll=(1, 1)).run, job(fid=(1, 1), nll=(1, 1)).run
    vae.about["monitor"] = "nll"

    assert shown_metrics([gan, gan, vae])[:2] == ["fid", "nll"]
    assert shown_metrics([gan, vae, vae])[:2] == ["nll", "fid"]
