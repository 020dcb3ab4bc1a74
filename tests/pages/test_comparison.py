"""The page of several runs: which column is what, and how seeds are put together."""

import html
import json
import re
import shlex

import pytest
import yaml

from gan_lab.pages.comparison import comparison_page, write_comparison
from gan_lab.pages.page import NONE
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


def test_what_differs_is_a_column_and_what_does_not_stands_above(page):
    head, first, *_, last = rows_of(page, "jobs")

    assert head[:6] == ["run", "status", "loss", "seed", "best fd_mnist_cnn", "fd_mnist_cnn"]
    assert first[:5] == ["0", "finished", "minimax", "0", "10"]
    assert last[:5] == ["5", "finished", "non_saturating", "1", "5"]
    assert (head[-1], first[-1]) == ("time", "1 min 15 s")
    assert "python -m gan_lab iterations=500</code>" in page


def test_seeds_are_put_together_with_their_mean_and_sample_deviation(page):
    head, *groups = rows_of(page, "groups")

    assert head[:3] == ["loss", "seeds", "best fd_mnist_cnn"]
    # The bests are 10, 9; 8, 7; 6, 5.
    assert [group[:3] for group in groups] == [
        ["minimax", "2", "9.50 ± 0.71"],
        ["lsgan", "2", "7.50 ± 0.71"],
        ["non_saturating", "2", "5.50 ± 0.71"],
    ]


def test_a_default_and_the_same_value_typed_are_one_choice_and_no_seed_counts_twice(tmp_path):
    words = (["seed=0"], ["seed=1"], ["optimizer.lr=2e-4"])
    runs = [
        read_run(make_run(tmp_path / str(job), overrides=["loss=lsgan", *more], best=4.0 + job))
        for job, more in enumerate(words)
    ]

    page = comparison_page(runs, tmp_path, tmp_path)

    assert [row[2] for row in rows_of(page, "jobs")] == ["seed", "0", "1", "0"]
    # The first and the last are one experiment: 5 and 6 are left.
    assert [row[:3] for row in rows_of(page, "groups")[1:]] == [["all", "2", "5.50 ± 0.71"]]


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

    assert [row[2] for row in rows_of(page, "jobs")] == ["loss", "minimax", "minimax", "lsgan"]


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
    assert [row[2] for row in rows_of(page, "jobs")] == ["seed", "0", "1"]


def test_perfect_samples_stand_below_the_runs(page):
    foot = re.search(r"<tfoot>.*?</tfoot>", page, re.DOTALL)[0]
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", foot)]

    metrics = rows_of(page, "jobs")[0][4:-1]
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
        ["run", "seed", "iteration", "draws", "fd_mnist_cnn", "recall"],
        ["0", "0", "1,500", "5", "3.00 ± 0.25", NONE],
        ["1", "1", "1,500", "5", "4.00 ± 0.25", NONE],
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

    assert [row[2] for row in rows_of(page, "jobs")] == ["optimizer.generator.lr", "0.1", "0.0002"]


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

    named = [re.findall(r">((?:perfect samples|optimum) [^<]*)<", text) for text in texts]
    levels = ["perfect samples 0.1", "perfect samples 10", "perfect samples 0.96",
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
    assert head[:4] == ["run", "status", "data", "loss"]
    assert [first[0], second[0]] == ["a/one", "b/other"]
    assert (second[1], second[4]) == ("killed", "\N{EN DASH}")
    assert '<table id="groups"' not in page


def test_one_run_alone_makes_a_page(tmp_path):
    root = make_run(tmp_path / "0", overrides=["seed=3"])

    write_comparison([root], tmp_path / "report.html")

    assert rows_of((tmp_path / "report.html").read_text(), "jobs")[1][0] == "0"
