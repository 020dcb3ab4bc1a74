"""Distances of many views: a chart for each extractor, in colours that differ."""

import json

from gan_lab.pages.compared import COLOURS
from gan_lab.pages.distance_charts import distance_charts
from gan_lab.pages.run_charts import charts_of
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run


def run_with(root, metrics):
    """Return a run that has logged these numbers as well, which stay the same."""
    make_run(root)
    head, *rows = (root / "metrics.csv").read_text().splitlines()
    lines = [",".join([head, *metrics]), *(",".join([row, *metrics.values()]) for row in rows)]
    (root / "metrics.csv").write_text("\n".join(lines) + "\n")
    summary = json.loads((root / "summary.json").read_text())
    summary["metrics"] |= {
        name: {"last": float(value), "best": float(value), "best_iteration": 500}
        for name, value in metrics.items()
    }
    (root / "summary.json").write_text(json.dumps(summary))
    return read_run(root)


def test_a_few_views_share_a_chart(tmp_path):
    run = run_with(tmp_path / "run", {"a_to_b/fd_x": "2", "b_to_a/fd_x": "3"})

    assert [chart["title"] for chart in distance_charts(run)] == [
        "Fréchet distance", "Kernel distance (KID)",
    ]  # fmt: skip


def test_many_views_have_a_chart_for_each_extractor_with_copies_beside_them(tmp_path):
    metrics = {
        f"to_{view}/fd_{features}{copied}": "2"
        for view in range(COLOURS // 2)
        for features in ("x", "y")
        for copied in ("", "_copy")
    }
    own, x, y, kernel = distance_charts(run_with(tmp_path / "run", metrics))

    assert [own["title"], x["title"], y["title"], kernel["title"]] == [
        "Fréchet distance, fd_mnist_cnn", "Fréchet distance, fd_x", "Fréchet distance, fd_y",
        "Kernel distance (KID)",
    ]  # fmt: skip
    for view in range(COLOURS // 2):
        assert f">to_{view}<" in x["svg"]
        assert f">to_{view}_copy<" in x["svg"]


def test_agreement_is_shown_by_class_where_there_are_several(tmp_path):
    root = make_run(tmp_path / "run")
    path = root / "evaluation" / "00000500.json"
    record = json.loads(path.read_text())

    titles = []
    for agreements in ([0.5] * 10, [0.5] + [None] * 9):
        path.write_text(json.dumps(record | {"by_class": {"agreement": agreements}}))
        titles.append([chart["title"] for chart in charts_of(read_run(root)).get("Labels", [])])

    assert titles == [["Agreement by class"], []]
