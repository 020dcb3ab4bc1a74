"""Which charts a run gets, and what is in them."""

import json

import pytest

from gan_lab.pages.run_charts import MOST_MAPPED, charts_of
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run


@pytest.fixture
def root(tmp_path):
    return make_run(tmp_path / "run")


def titles(charts, section):
    return [chart["title"] for chart in charts[section]]


def test_charts_come_in_sections(root):
    charts = charts_of(read_run(root))

    assert list(charts) == ["Training", "Distances", "Modes", "Fidelity and variety"]
    assert titles(charts, "Distances") == ["Fréchet distance", "Kernel distance (KID)"]
    assert titles(charts, "Modes")[-1] == "Share of the samples in each class"
    assert titles(charts, "Fidelity and variety")[-1] == "Bins of features at iteration 500"
    wide = [chart["title"] for group in charts.values() for chart in group if chart["wide"]]
    assert wide == [titles(charts, "Modes")[-1], titles(charts, "Fidelity and variety")[-1]]


def test_a_run_that_has_logged_nothing_has_no_section(tmp_path):
    assert charts_of(read_run(tmp_path)) == {}


def test_the_perfect_distance_is_marked_and_the_optimum_only_of_what_is_drawn(root):
    charts = charts_of(read_run(root))

    (frechet, kernel) = charts["Distances"]
    losses = charts["Training"][0]
    assert "perfect samples 0.1<" in frechet["svg"]
    assert "perfect samples 0<" in kernel["svg"]
    assert "optimum" not in frechet["svg"] + kernel["svg"]
    assert losses["svg"].count("optimum 1.39") == 1


def test_classes_that_the_last_evaluation_does_not_have_are_not_mapped(root):
    first = root / "evaluation" / "00000100.json"
    first.write_text(json.dumps(json.loads(first.read_text()) | {"histogram": [500, 500]}))

    svg = charts_of(read_run(root))["Modes"][-1]["svg"]

    assert ">200<" in svg
    assert ">100<" not in svg


def test_of_many_evaluations_some_are_mapped_and_the_last_one_is(tmp_path):
    root = make_run(tmp_path / "run", evaluations=2 * MOST_MAPPED)

    svg = charts_of(read_run(root))["Modes"][-1]["svg"]

    assert f">{200 * MOST_MAPPED:,}<" in svg or f">{200 * MOST_MAPPED - 200:,}<" in svg
    assert ">100<" not in svg


def test_numbers_stand_beside_what_perfect_samples_get(root):
    groups = charts_of(read_run(root)).values()
    charts = {chart["title"]: chart for group in groups for chart in group}

    assert "perfect samples 5<" in charts["Bins with a wrong share (NDB)"]["svg"]
    assert "of perfect samples 5 would" in charts["Bins of features at iteration 500"]["says"]
    density = charts["Density and coverage"]["svg"]
    assert "perfect samples 1<" in density
    assert "perfect samples 0.96<" in density
    assert "perfect samples 0.01<" in charts["Duplicates"]["svg"]
    assert "by chance 0.0005<" in charts["Unevenness of the classes"]["svg"]


def test_what_is_not_drawn_is_not_explained(root):
    says = charts_of(read_run(root))["Modes"][0]["says"]

    assert says.startswith("Covered: seen at all; covered, robust: surely, and with a fifth")
    assert "effective" not in says


def test_no_chart_calls_lower_better_than_perfect(root):
    """Below what perfect samples get is no better: it says where that line is."""
    for group in charts_of(read_run(root)).values():
        for chart in group:
            if "Lower is better" in chart["says"]:
                assert "erfect samples get" in chart["says"]
            assert "lower is better." not in chart["says"]
