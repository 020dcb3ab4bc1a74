"""The page of several runs: which column is what, and how seeds are put together."""

import html
import json
import re
import shlex

import pytest
import yaml

from gan_lab.pages.compared import COLOURS, compared
from gan_lab.pages.comparison import TableChoice, comparison_page, write_comparison
from gan_lab.pages.page import NONE
from gan_lab.pages.result_table import result_table, shown_metrics
from gan_lab.pages.table_formats import FORMATS, WrittenTable
from gan_lab.runs.finding import find_runs
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run, make_sweep


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    return make_sweep(tmp_path_factory.mktemp("sweeps") / "losses")


@pytest.fixture(scope="module")
def page(sweep):
    write_comparison(find_runs(str(sweep)), sweep / "report.html")
    return (sweep / "report.html").read_text()


def rows_of(page, table):
    body = re.search(rf'<table id="{table}">.*?</tbody>', page, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]*>", "", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_page_says_where_choices_share_a_colour(page, tmp_path):
    for n in range(COLOURS + 1):
        make_run(tmp_path / str(n), overrides=[f"loss=l{n}"], evaluations=1, samples=1)

    write_comparison(find_runs(str(tmp_path)), tmp_path / "report.html")
    many = (tmp_path / "report.html").read_text()

    assert "Runs of one colour differ only in their seed." in page
    assert "There are 9 choices and 8 colours, so some share one." in many


def test_what_differs_is_a_column_and_what_does_not_stands_above(page):
    head, first, *_, last = rows_of(page, "jobs")

    assert head[:5] == ["loss", "seed", "status", "best fd_mnist_cnn", "fd_mnist_cnn"]
    assert first[:4] == ["minimax", "0", "finished", "10"]
    assert last[:4] == ["non_saturating", "1", "finished", "5"]
    assert (head[-2:], first[-2:]) == (["time", "directory"], ["1 min 15 s", "0"])
    assert "python -m gan_lab iterations=500</code>" in page


def test_of_other_networks_it_is_told_how_long_samples_take(tmp_path):
    for n, model in enumerate(("dcgan", "mlp")):
        make_run(tmp_path / str(n), overrides=[f"model={model}"])

    page = comparison_page([read_run(tmp_path / n) for n in "01"], tmp_path, tmp_path)

    head, first, _ = rows_of(page, "jobs")
    assert head[-3:] == ["s per 1,000 samples", "time", "directory"]
    assert first[-3:] == ["0.25", "1 min 15 s", "0"]


def test_seeds_are_put_together_with_their_mean_and_sample_deviation(page):
    head, *groups = rows_of(page, "results-last")

    assert head[:4] == ["loss", "seeds", "↓ fd_mnist_cnn", "↑ modes/covered"]
    # The last ones are 10, 9; 8, 7; 6, 5.
    assert [group[:3] for group in groups] == [
        ["minimax", "2", "9.50 ± 0.71"],
        ["lsgan", "2", "7.50 ± 0.71"],
        ["non_saturating", "2", "5.50 ± 0.71"],
    ]
    assert re.findall(r'class="number best"[^>]*>([^<]*)<', page) == ["5.50 ± 0.71"] * 2
    assert "Mean ± standard deviation over n seeds" in page


def test_what_a_page_saves_is_the_table_that_a_command_writes(sweep, page):
    found = re.findall(r'data-written="(.*?)"', page)
    written = [json.loads(html.unescape(text)) for text in found]

    _, jobs = compared([read_run(root) for root in find_runs(str(sweep))], sweep)
    metrics = shown_metrics([job.run for job in jobs])
    for checkpoint, found in zip(("last", "best"), written, strict=True):
        table = result_table(jobs, metrics, checkpoint, "deviation")
        for name, write in FORMATS.items():
            assert WrittenTable(**found[name]).text(metrics) == write(table).text(metrics)


def test_a_default_and_the_same_value_typed_are_one_choice_and_no_seed_counts_twice(tmp_path):
    words = (["seed=0"], ["seed=1"], ["optimizer.lr=2e-4"])
    runs = [
        read_run(make_run(tmp_path / str(job), overrides=["loss=lsgan", *more], best=4.0 + job))
        for job, more in enumerate(words)
    ]

    page = comparison_page(runs, tmp_path, tmp_path)

    assert [row[0] for row in rows_of(page, "jobs")] == ["seed", "0", "1", "0"]
    # The first and the last are one experiment: 5 and 6 are left.
    assert [row[:3] for row in rows_of(page, "results-last")[1:]] == [["all", "2", "5.50 ± 0.71"]]


def test_an_option_is_the_same_typed_or_by_default(tmp_path):
    for job, words in enumerate([["loss=minimax"], [], ["loss=lsgan"]]):
        root = make_run(tmp_path / str(job), overrides=words)
        choices = {"loss": "minimax", "debug": None}
        (root / ".hydra" / "hydra.yaml").write_text(
            yaml.safe_dump({"hydra": {"runtime": {"choices": choices}}})
        )

    page = comparison_page(
        [read_run(root) for root in find_runs(str(tmp_path))], tmp_path, tmp_path
    )

    assert [row[0] for row in rows_of(page, "jobs")] == ["loss", "minimax", "minimax", "lsgan"]


def test_the_common_words_are_those_typed_whatever_the_configuration_made_of_them(tmp_path):
    """`debug=fast` makes a key `debug: true`; a number is typed as 2e-4 and kept as 0.0002."""
    words = ["debug=fast", "optimizer.lr=2e-4", "+evaluation/metrics=parzen", "data.dir='/my pics'"]
    for job in range(2):
        root = make_run(tmp_path / str(job), overrides=[*words, f"seed={job}"])
        config = yaml.safe_load((root / ".hydra" / "config.yaml").read_text()) | {
            "debug": True, "data": {"dir": "/my pics"},
        }  # fmt: skip
        (root / ".hydra" / "config.yaml").write_text(yaml.safe_dump(config))
        choices = {"debug": "fast", "loss": "minimax"}
        (root / ".hydra" / "hydra.yaml").write_text(
            yaml.safe_dump({"hydra": {"runtime": {"choices": choices}}})
        )

    page = comparison_page([read_run(tmp_path / n) for n in "01"], tmp_path, tmp_path)

    command = re.search(r"<code[^>]*>(.*?)</code>", page)[1]
    assert shlex.split(html.unescape(command)) == ["python", "-m", "gan_lab", *words]
    assert [row[0] for row in rows_of(page, "jobs")] == ["seed", "0", "1"]


def test_perfect_samples_stand_below_the_runs(page):
    foot = re.search(r"<tfoot>.*?</tfoot>", page.split('<table id="jobs">')[1], re.DOTALL)[0]
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", foot)]

    metrics = rows_of(page, "jobs")[0][3:-2]
    assert dict(zip(metrics, cells, strict=False)) == {
        "best fd_mnist_cnn": "0.1", "fd_mnist_cnn": "0.1", "modes/covered": "10",
        "modes/kl_uniform": "0.0005", "precision": "", "recall": "", "coverage": "0.96", "ndb": "5",
    }  # fmt: skip


def test_runs_that_were_not_scored_alike_are_not_compared_without_a_word(page, tmp_path):
    for job, changes in enumerate([{}, {"n_fake": 5000, "seed": 3}]):
        start = make_run(tmp_path / str(job), status=None) / "start.json"
        about = json.loads(start.read_text())
        about["evaluation"] |= changes
        start.write_text(json.dumps(about))

    mixed = comparison_page([read_run(tmp_path / n) for n in "01"], tmp_path, tmp_path)

    assert "Not scored alike" not in page
    assert "evaluation protocols of these runs differ in n_fake." in " ".join(mixed.split())


def test_repeated_evaluations_stand_beside_each_other_with_their_spread(page, tmp_path):
    for job in range(3):
        make_run(tmp_path / str(job), overrides=[f"seed={job}"])
    for job in range(2):
        record = {
            "iteration": 1500, "metrics": {"fd_mnist_cnn": 3.0 + job, "recall": None},
            "std": {"fd_mnist_cnn": 0.25, "recall": None}, "repeats": [{}] * 5,
            "perfect": {}, "protocol": {"n_real": 100 * job, "repeats": 5},
        }  # fmt: skip
        (tmp_path / str(job) / "repeats.json").write_text(json.dumps(record))

    found = comparison_page([read_run(tmp_path / n) for n in "012"], tmp_path, tmp_path)

    assert "Repeated evaluations" not in page
    assert rows_of(found, "repeats") == [
        ["seed", "iteration", "draws", "fd_mnist_cnn", "recall"],
        ["0", "1,500", "5", "3.00 ± 0.25", NONE],
        ["1", "1,500", "5", "4.00 ± 0.25", NONE],
    ]
    assert "these evaluations differ in n_real of their protocol" in " ".join(found.split())


def test_of_many_choices_the_numbers_stand_in_front(tmp_path):
    for job in range(2):
        words = [f"{key}={value}{job}" for key, value in zip("abcde", "vwxyz", strict=True)]
        make_run(tmp_path / str(job), overrides=words)

    page = comparison_page([read_run(tmp_path / n) for n in "01"], tmp_path, tmp_path)

    head, first, _ = rows_of(page, "jobs")
    assert head[:3] == ["run", "status", "best fd_mnist_cnn"]
    assert head[-6:] == ["a", "b", "c", "d", "e", "time"]
    assert first[-6:-1] == ["v0", "w0", "x0", "y0", "z0"]
    assert len(first) == len(head)
    assert '"parallel-title"' not in page
    legend = re.search(r'<p class="key">(.*?)</p>', page)[1]
    assert re.findall(r"</span>([^<]+)<", legend) == ["0", "1"]  # the runs themselves


def test_a_key_that_refers_to_another_shows_what_that_says(tmp_path):
    for job, words in enumerate([["optimizer.generator.lr=0.1"], []]):
        root = make_run(tmp_path / str(job), overrides=words)
        config = yaml.safe_load((root / ".hydra" / "config.yaml").read_text())
        config["optimizer"]["generator"] = {"lr": 0.1 if words else "${optimizer.lr}"}
        (root / ".hydra" / "config.yaml").write_text(yaml.safe_dump(config))

    page = comparison_page([read_run(tmp_path / n) for n in "01"], tmp_path, tmp_path)

    assert [row[0] for row in rows_of(page, "jobs")] == ["optimizer.generator.lr", "0.1", "0.0002"]


def test_one_run_is_no_plural(tmp_path):
    page = comparison_page([read_run(make_run(tmp_path / "0"))], tmp_path, tmp_path)

    assert "1 runs" not in page
    assert ": 1 run</title>" in page


def test_every_run_has_its_line_and_its_samples(page):
    assert page.count('alt="samples of') == 6
    chart = re.search(r'<svg[^>]*"curve-0-title".*?</svg>', page, re.DOTALL)[0]
    assert re.findall(r'data-group="(\d)"', chart) == list("012345")
    assert re.search(r'"band-0-title"', page)
    assert re.search(r'"parallel-title"', page)


def test_curves_stand_beside_what_perfect_samples_get_and_training_beside_its_optimum(page):
    charts = re.findall(r'<svg[^>]*"((?:curve|band)-\d)-title".*?</svg>', page, re.DOTALL)
    texts = [re.search(rf'"{name}-title".*?</svg>', page, re.DOTALL)[0] for name in charts]

    named = [re.findall(r">((?:perfect model|optimum) [^<]*)<", text) for text in texts]
    levels = ["perfect model 0.1", "perfect model 10", "perfect model 0.96",
              "optimum 0.693", "optimum 1.386", "optimum 0.5", "optimum 0.5"]  # fmt: skip
    assert named == [[level] for level in levels for _ in ("each run", "mean")]


def test_a_job_that_did_not_finish_is_named_with_its_cause(page):
    assert "Job 6 failed:" in page
    assert "There is no loss=no." in page


def test_runs_without_anything_in_common_are_compared_too(tmp_path):
    one = make_run(tmp_path / "a" / "one", overrides=["data=ring"])
    other = make_run(tmp_path / "b" / "other", overrides=["loss=lsgan"], status="interrupted")
    (other / "metrics.csv").write_text("iteration,d_real\n1,0.5\n")
    (other / "summary.json").unlink()

    page = comparison_page([read_run(one), read_run(other)], tmp_path, tmp_path)

    head, first, second = rows_of(page, "jobs")
    assert head[:3] == ["data", "loss", "status"]
    assert [first[-1], second[-1]] == ["a/one", "b/other"]
    assert (second[2], second[3]) == ("killed", "\N{EN DASH}")
    assert len(rows_of(page, "results-last")) == 2  # the one that finished
    assert "Left out: 1 run that did not finish." in page


def test_one_run_alone_makes_a_page(tmp_path):
    root = make_run(tmp_path / "0", overrides=["seed=3"])

    write_comparison([root], tmp_path / "report.html")

    assert rows_of((tmp_path / "report.html").read_text(), "jobs")[1][0] == "0"


def test_a_page_begins_with_the_table_that_is_asked_for(sweep):
    runs = [read_run(root) for root in find_runs(str(sweep))]

    page = comparison_page(runs, sweep, sweep, TableChoice(["recall"], "best", "error"))

    assert re.findall(r'name="metric" value="([^"]*)" checked', page) == ["recall"]
    assert re.findall(r'name="checkpoint" value="([^"]*)" checked', page) == ["best"]
    assert re.search(r'data-checkpoint="last"[^>]* hidden', page)
    assert "standard error of the mean" in page


def test_runs_none_of_which_finished_have_no_results(tmp_path):
    for job in range(2):
        make_run(tmp_path / str(job), overrides=[f"seed={job}"], status=None)

    page = comparison_page([read_run(tmp_path / n) for n in "01"], tmp_path, tmp_path)

    assert "data-results" not in page.split("<script>")[0]
    assert len(rows_of(page, "jobs")) == 3
