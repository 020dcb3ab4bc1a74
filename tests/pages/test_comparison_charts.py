"""Which charts and pictures compare runs, and what is drawn in them."""

import math
from pathlib import Path

import pytest
from PIL import Image

from gan_lab.pages import comparison_charts
from gan_lab.pages.compared import MANY_CHOICES, Job
from gan_lab.pages.comparison_charts import (
    ENOUGH_FOR_PARALLEL,
    MOST_AXES,
    MOST_PICTURES,
    charts_of,
    gallery_of,
    parallel_of,
)
from gan_lab.runs.reading import Run


@pytest.fixture
def drawn(monkeypatch):
    """Return a list of the charts that are drawn from now on."""
    charts = []
    monkeypatch.setattr(comparison_charts, "line_chart", lambda chart: charts.append(chart) or "")
    return charts


@pytest.fixture
def picture(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "00000100.png")
    return tmp_path / "00000100.png"


def job(name="0", colour=0, *, rows=(), about=(), samples=(), **choices):
    run = Run(
        root=Path(name), status="finished", overrides=[], config={}, options={}, about=dict(about),
        rows=rows, evaluations=[], samples=dict(samples), pictures={}, repeats={},
    )  # fmt: skip
    return Job(run, name, choices, colour)


def rows(metric, *values, first=1):
    return [{"iteration": first + n, metric: value} for n, value in enumerate(values)]


def having(metric, last, **reference):
    """Return what is known of a run, with a metric, or several by a common value."""
    names = [metric] if isinstance(metric, str) else metric
    return {"metrics": {name: {"last": last, "best": last} for name in names},
            "perfect": {"kid_x": 0.0, "fd_x": "fd_x_bias"},
            "reference": reference}  # fmt: skip


def test_each_metric_has_a_chart_of_all_runs_and_one_over_the_seeds_where_there_are_several(drawn):
    both = [{"iteration": 1, "a": 1.0, "b": 2.0}]
    jobs = [job(rows=both, seed="0"), job(rows=rows("b", 3.0), seed="1")]

    charts = charts_of(jobs, ["a", "b"])

    assert [chart.name for chart in drawn] == ["curve-0", "curve-1", "band-1"]
    assert [chart["title"] for chart in charts] == [
        "a, each run", "b, each run", "b, mean and spread over seeds",
    ]  # fmt: skip
    assert charts_of(jobs, []) == []


def test_a_run_without_a_metric_has_no_line_and_the_others_keep_their_numbers(drawn):
    jobs = [job(rows=rows("a", 1.0)), job(), job(rows=rows("a", 2.0), colour=5),
            job(rows=rows("a", math.nan))]  # fmt: skip

    charts_of(jobs, ["a"])

    lines = [(line.group, line.colour, line.y) for line in drawn[0].lines]
    assert lines == [("0", 0, [1.0]), ("2", 5, [2.0])]


def test_over_seeds_there_are_the_mean_and_the_sample_deviation_of_each_iteration(drawn):
    jobs = [job(rows=rows("a", *values), colour=3, loss="x", seed=str(seed))
            for seed, values in enumerate([(1.0, 4.0), (3.0, 4.0), (5.0, 10.0)])]  # fmt: skip

    charts_of(jobs, ["a"])

    (band,) = drawn[1].lines
    assert (band.x, band.y, band.colour) == ([1, 2], [3.0, 6.0], 3)
    assert band.spread == pytest.approx([2.0, math.sqrt(12)])


def test_seeds_that_were_logged_at_other_iterations_have_no_mean(drawn):
    jobs = [job(rows=rows("a", 1.0, 2.0), seed="0"),
            job(rows=rows("a", 1.0, 2.0, first=2), seed="1")]  # fmt: skip

    charts_of(jobs, ["a"])

    assert [chart.name for chart in drawn] == ["curve-0"]


@pytest.mark.parametrize(
    ("metric", "logarithmic"),
    [("fid", True), ("fd_mnist_cnn", True), ("fidelity", False), ("kid_x", False)],
)
def test_distances_have_a_logarithmic_scale(drawn, metric, logarithmic):
    charts_of([job(rows=rows(metric, 1.0))], [metric])

    assert drawn[0].logarithmic is logarithmic


@pytest.mark.parametrize(
    ("metric", "abouts", "levels"),
    [
        ("kid_x", [having("kid_x", 1.0)], {"perfect model 0": (0.0, None)}),
        ("fd_x", [having(["fd_x", "fd_x_bias"], 2.0)] * 2, {"perfect model 2": (2.0, None)}),
        ("fd_x", [having(["fd_x", "fd_x_bias"], last) for last in (2.0, 3.0)], {}),
        ("fd_x", [having(["fd_x", "fd_x_bias"], 2.0), having("fd_x", 2.0)], {}),
        ("d", [having("d", 1.0, d=0.5), having("e", 1.0)], {"optimum 0.5": (0.5, None)}),
        ("d", [having("d", 1.0, d=0.5), having("d", 1.0)], {}),
        ("d", [having("d", 1.0, d=0.5), having("d", 1.0, d=0.6)], {}),
        ("kid_x", [having("kid_x", 1.0, kid_x=9.0)], {"perfect model 0": (0.0, None)}),
    ],
)
def test_a_level_is_drawn_where_it_is_that_of_all_runs_with_the_metric(
    drawn, metric, abouts, levels
):
    charts_of([job(about=about) for about in abouts], [metric])

    assert drawn[0].levels == levels


def test_a_metric_that_is_called_like_markup_stays_text():
    (chart,) = charts_of([job(rows=rows("<script>", 1.0))], ["<script>"])

    assert "<script>" not in chart["svg"]
    assert "&lt;script&gt;" in chart["svg"]


def test_the_gallery_shows_the_last_picture_of_each_run_that_has_one(picture, tmp_path):
    samples = {100: tmp_path / "missing.png", 300: picture, 200: tmp_path / "missing.png"}
    jobs = [job("0"), job("1", 4, samples=samples, loss="x", debug="", seed="2")]

    (found,) = gallery_of(jobs)

    assert found.pop("uri").startswith("data:image/png;base64,")
    assert found == {"row": 1, "name": "1", "colour": 4, "iteration": 300,
                     "label": "loss=x seed=2"}  # fmt: skip


def test_a_picture_that_cannot_be_read_is_left_out_of_the_gallery(picture, tmp_path):
    (tmp_path / "damaged.png").write_bytes(b"\x89PNG no")
    samples = [{1: tmp_path / "damaged.png"}, {1: tmp_path / "missing.png"}, {1: picture}]

    found = gallery_of([job(samples=each) for each in samples])

    assert [each["row"] for each in found] == [2]


def test_the_gallery_has_an_end_and_no_words_of_many_choices(picture):
    choices = dict.fromkeys("abcdefgh"[:MANY_CHOICES], "1")
    jobs = [job(samples={1: picture}, **choices)] * (MOST_PICTURES + 1)

    found = gallery_of(jobs)

    assert len(found) == MOST_PICTURES
    assert {each["label"] for each in found} == {"0"}


def test_of_more_runs_than_there_is_room_for_every_group_is_shown(picture):
    groups = {"a": MOST_PICTURES, "b": 1, "c": 1}
    jobs = [
        job(samples={1: picture}, loss=loss, seed=str(seed))
        for loss, seeds in groups.items()
        for seed in range(seeds)
    ]

    shown = [each["label"] for each in gallery_of(jobs)]

    assert shown[0] == "loss=a seed=0"
    assert shown[-2:] == ["loss=b seed=0", "loss=c seed=0"]
    assert len(shown) == MOST_PICTURES


def test_choices_lead_to_the_best_value_as_numbers_words_or_nothing(monkeypatch):
    given = []
    monkeypatch.setattr(
        comparison_charts, "parallel_coordinates", lambda *all_of: given.append(all_of) or "<svg>"
    )
    choices = [{"lr": "2e-4", "loss": "x"}, {"lr": "", "loss": "8bit"}]
    jobs = [job(colour=n, about=having("fid", float(n)), **choices[n % 2])
            for n in range(ENOUGH_FOR_PARALLEL - 1)]  # fmt: skip

    found = parallel_of([*jobs, job(colour=7, **choices[0])], "fid")

    ((name, title, names, values, colours),) = given
    assert (name, names, colours) == ("parallel", ["lr", "loss", "best fid"], [0, 1, 2, 3, 4, 7])
    assert values[:2] == [[2e-4, "x", 0.0], [None, "8bit", 1.0]]
    assert values[-1] == [2e-4, "x", None]
    assert found["title"] == title == "From the choices to the best fid"
    assert found["svg"] == "<svg>"


@pytest.mark.parametrize(
    ("runs", "choices", "monitor", "is_drawn"),
    [
        (ENOUGH_FOR_PARALLEL, 2, "fid", True),
        (ENOUGH_FOR_PARALLEL, MOST_AXES - 1, "fid", True),
        (ENOUGH_FOR_PARALLEL - 1, 2, "fid", False),
        (ENOUGH_FOR_PARALLEL, 1, "fid", False),
        (ENOUGH_FOR_PARALLEL, MOST_AXES, "fid", False),
        (ENOUGH_FOR_PARALLEL, 2, None, False),
    ],
)
def test_a_few_runs_one_choice_or_very_many_are_not_drawn_in_parallel(
    runs, choices, monitor, is_drawn
):
    words = [dict.fromkeys("abcdefgh"[:choices], str(n)) for n in range(runs)]
    jobs = [job(about=having("fid", 1.0), **each) for each in words]

    assert (parallel_of(jobs, monitor) is not None) is is_drawn
