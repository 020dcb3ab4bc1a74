"""task=report, task=list and task=serve, and the page that a sweep leaves."""

import json
import re
import signal
import time
import urllib.request

import pytest

from tests.end_to_end.test_sweeps import sweep
from tests.pages.browser import Watched, chromium
from tests.pages.made import make_run, make_sweep
from tests.processes import finish, start


@pytest.mark.slow
def test_a_runs_report_shows_what_the_run_left_and_works_in_a_browser(evaluated):
    report = evaluated / "report.html"

    with chromium() as browser:
        watched = Watched(browser, report.as_uri())

        assert watched.page.title().endswith("/run: finished")
        headings = watched.page.locator("h2").all_inner_texts()
        assert {"Samples", "Modes", "Nearest neighbours", "Configuration"} <= set(headings)
        assert watched.page.locator(".slides img").count() == 2
        assert watched.complaints == watched.fetched() == []


def test_a_report_is_made_again_from_the_directory(run, evaluated):
    report = evaluated / "report.html"
    before = report.read_text().split("</header>")
    report.unlink()

    outcome = run("task=report", f"runs={evaluated}")

    assert outcome.out == f"Wrote a page of 1 run: {report.as_uri()}\n"
    # The head tells the directory, and this one is a copy.
    assert report.read_text().split("</header>")[1] == before[1]


def test_several_runs_are_compared_by_folder_or_pattern(run, tmp_path):
    root = make_sweep(tmp_path / "sweep")

    folder = run("task=report", f"runs={root}")
    pattern = run("task=report", f"runs='{root}/[0-2]'", f"out={tmp_path}/three.html")

    assert folder.out == f"Wrote a page of 6 runs: {(root / 'report.html').as_uri()}\n"
    assert "page of 3 runs" in pattern.out
    assert (tmp_path / "three.html").read_text().count('alt="samples of') == 3


def test_the_table_of_a_paper_is_printed_or_written(run, tmp_path):
    root = make_sweep(tmp_path / "sweep")
    words = (f"runs={root}", "columns=[recall,fd_mnist_cnn]", "checkpoint=best", "spread=error")

    printed = run("task=report", *words, "format=markdown")
    first = run("task=report", *words, "format=csv", f"out={tmp_path}/a.csv")
    again = run("task=report", *words, "format=csv", f"out={tmp_path}/a.csv")

    assert (printed.status, printed.err) == (0, "")
    assert "| loss | n | ↑ recall | ↓ fd_mnist_cnn |" in printed.out
    assert "| **5.50 ± 0.50** |" in printed.out
    assert first.out == again.out == f"Wrote a table of 6 runs: {tmp_path}/a.csv\n"
    assert (tmp_path / "a.csv").read_text().count("\n") == 4


@pytest.mark.parametrize("format", ["latex", "markdown", "csv"])
def test_a_table_replaces_what_gan_lab_wrote_and_nothing_else(run, tmp_path, format):
    root = make_sweep(tmp_path / "sweep")
    out = tmp_path / "results"
    words = ("task=report", f"runs={root}", f"format={format}", f"out={out}")

    out.write_text("somebody's")
    assert "was not written by gan_lab" in run(*words).err
    out.unlink()
    assert (run(*words).status, run(*words).status) == (0, 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["format=tex"], "format=tex is not known. Type format=latex."),
        (["format=docx"], "format=docx is not known. Known here: csv, latex, markdown, page."),
        (["format=npy"], "format=npy is not known. Known here: csv, latex, markdown, page."),
        (["spread=sem"], "spread=sem is not known. Type spread=error."),
        (["format=latex", "runs=sweep/0"],
         "format=latex is a table of several runs, and runs=sweep/0 is one."),
        (["format=latex", "runs=killed"],
         "runs=killed has 2 runs and none that finished, and format=latex is a table of those"),
        (["format=csv", "columns=[recal]"],
         "columns=[recal]: none of these runs has that metric. Did you mean 'recall'?"),
        (["columns=[recal]"], "columns=[recal]: none of these runs has that metric."),
        (["format=csv", "runs=bare"], "runs=bare has no metric that runs are judged by. Name"),
        (["format=csv", "runs=bare", "checkpoint=best"], "checkpoint=best: the runs of runs=bare"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_made_is_refused_in_a_sentence(run, tmp_path, words, message):
    make_sweep(tmp_path / "sweep")
    for n in range(2):
        make_run(tmp_path / "killed" / str(n), overrides=[f"seed={n}"], status=None)
        bare = make_run(tmp_path / "bare" / str(n), overrides=[f"seed={n}"])
        loss = {"last": 1, "best": None, "best_iteration": None}
        summary = {"status": "finished", "metrics": {"loss/x": loss}}
        (bare / "summary.json").write_text(json.dumps(summary))
        (bare / "start.json").write_text("{}")
    words = words if any(word.startswith("runs=") for word in words) else [*words, "runs=sweep"]

    outcome = run("task=report", *words)

    assert outcome.status == 1
    assert outcome.err.startswith(f"gan_lab: {message}")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("task", ["report", "list"])
def test_a_folder_without_runs_is_refused(run, tmp_path, task):
    outcome = run(f"task={task}", f"runs={tmp_path}")

    assert outcome.status == 1
    assert outcome.err.startswith(f"gan_lab: runs={tmp_path} has no runs. Name a run directory")
    lost = run(f"task={task}", f"runs={tmp_path}/lost")
    assert lost.err.startswith(f"gan_lab: runs={tmp_path}/lost is no folder. Name a run directory")


def test_the_runs_of_a_folder_are_listed_one_a_line(run, tmp_path):
    make_run(tmp_path / "outputs" / "a", overrides=["x=1"])
    make_run(tmp_path / "outputs" / "b", status=None, best=2.0)

    lines = run("task=list").out.splitlines()

    (a,) = (line for line in lines if "outputs/a" in line)
    (b,) = (line for line in lines if "outputs/b" in line)
    cells = [cell.strip() for cell in a.split("│")]
    assert cells[2:7] == ["finished", "", "Minimax", "", "500"]
    assert "1 min 15 s" in a
    assert "killed" in b
    assert "fd_mnist_cnn 2 " in b
    assert "1 finished, 1 killed" in lines[-1]


def test_a_folder_is_served_until_ctrl_c(tmp_path):
    make_run(tmp_path / "outputs" / "a")
    process = start("task=serve", "port=0", cwd=tmp_path)
    while not (said := process.out.read_text() if process.out.exists() else ""):
        assert process.poll() is None
        time.sleep(0.05)
    address = re.search(r"http://127\.0\.0\.1:\d+", said)[0]

    page = urllib.request.urlopen(address).read().decode()
    process.send_signal(signal.SIGINT)

    status, _, err = finish(process)
    assert "<h1>outputs</h1>" in page
    assert (status, err) == (130, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["runs=nowhere"], "runs=nowhere is not a folder."),
        (["runs=.", "port=70000"], "port=70000 must be a whole number from 0 to 65,535"),
    ],
)
def test_what_cannot_be_served_is_refused(run, words, message):
    assert message in run("task=serve", *words).err


@pytest.mark.slow
def test_a_sweep_compares_its_jobs_by_itself(tmp_path):
    status, out, err = finish(sweep("optimizer.lr=0.05,0.5", "seed=0,1", cwd=tmp_path))

    report = tmp_path / "sweep" / "report.html"
    assert status == 0, err
    assert out.splitlines()[-1] == f"The jobs compared: {report.as_uri()}"
    with chromium() as browser:
        watched = Watched(browser, report.as_uri())
        rows = watched.page.locator("#jobs tbody tr")
        assert rows.count() == 4
        watched.page.get_by_label("Show runs with").fill("0.05")
        assert watched.page.locator("#jobs tbody tr:visible").count() == 2
        with watched.page.expect_navigation():
            watched.page.locator("#jobs a").first.click()
        assert watched.page.title() == "sweep/0: finished"
        assert watched.complaints == []
