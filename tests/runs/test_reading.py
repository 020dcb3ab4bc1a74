"""A run as its directory tells it, also one that never came to its end."""

import os
import tempfile
from pathlib import Path

import pytest

from gan_lab.pages.comparison import comparison_page
from gan_lab.pages.run_page import run_page
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run


def test_everything_is_read(tmp_path):
    run = read_run(make_run(tmp_path / "run", overrides=["loss=lsgan"], status="failed"))

    assert (run.status, run.iterations, run.seconds) == ("failed", 500, 75.0)
    assert (run.overrides, run.config["seed"]) == (["loss=lsgan"], 0)
    assert [row["iteration"] for row in run.rows] == [100, 200, 300, 400, 500]
    assert [record["iteration"] for record in run.evaluations] == [100, 200, 300, 400, 500]
    assert list(run.samples) == [100, 200, 300, 400, 500]
    assert list(run.pictures) == [500]
    assert run.metrics["fd_mnist_cnn"]["best"] == 3.0
    assert run.monitor == "fd_mnist_cnn"


def test_without_a_summary_it_goes_on_or_was_killed_and_the_best_is_found_in_the_rows(tmp_path):
    root = make_run(tmp_path / "run", status=None, best=2.5)
    directory = RunDirectory(root)

    assert read_run(root).status == "killed"
    directory.open(new=False)
    run = read_run(root)
    directory.close()

    assert (run.status, run.iterations, run.seconds) == ("running", 500, 50.0)
    assert run.metrics["fd_mnist_cnn"] == {"last": 2.5, "best": 2.5, "best_iteration": 500}
    assert run.metrics["d_real"]["best"] is None


def test_the_metrics_of_a_run_that_goes_on_are_found_once_however_often_a_page_asks(tmp_path):
    run = read_run(make_run(tmp_path / "run", status=None))

    assert run.metrics is run.metrics


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", "\x00", '{"a": ' * 100_000])
def test_damaged_files_tell_nothing(tmp_path, damage):
    root = make_run(tmp_path / "run")
    for name in ("summary.json", "start.json", ".hydra/config.yaml", ".hydra/overrides.yaml",
                 "evaluation/00000100.json", "metrics.csv"):  # fmt: skip
        (root / name).write_text(damage)

    run = read_run(root)

    assert (run.status, dict(run.about), dict(run.config)) == ("damaged", {}, {})
    assert len(run.problems) >= 4
    assert [record["iteration"] for record in run.evaluations] == [200, 300, 400, 500]


def test_values_of_another_kind_are_left_out(tmp_path):
    root = make_run(tmp_path / "run")
    (root / "summary.json").write_text('{"metrics": 5, "seconds": "x", "hardware": [], "seed": 1}')

    run = read_run(root)

    assert run.metrics["fd_mnist_cnn"]["best"] == 3.0  # found in the rows
    assert (run.seconds, run.about["seed"]) == (50.0, 1)
    (root / "summary.json").write_text('{"metrics": {"a": 3}}')
    assert read_run(root).damage == "summary.json has a metrics that is a number, not a table"


def test_what_is_wrong_is_said_and_what_is_whole_is_kept(tmp_path):
    root = make_run(tmp_path / "run", overrides=["loss=lsgan"])
    (root / "samples" / "00000100.png").unlink()
    os.mkfifo(root / "samples" / "00000100.png")
    (root / "samples" / "99999999999999999999999.png").touch()
    (root / "samples" / "²0000001.png").touch()
    (root / ".hydra" / "config.yaml").write_text("a: &a [*a]")
    (root / "evaluation" / "00000200.json").write_text('{"iteration": 300}')
    lines = (root / "metrics.csv").read_text().splitlines()
    (root / "metrics.csv").write_text("\n".join([*lines[:3], "300,x", *lines[4:], ""]))

    run = read_run(root)

    assert run.problems == [
        f"metrics.csv is damaged: line 4 has 2 cells for {lines[0].count(',') + 1} columns",
        ".hydra/config.yaml holds a YAML alias",
        "evaluation/00000200.json is of iteration 300",
        "samples/00000100.png is a named pipe, not a file",
    ]
    assert run.damage.endswith("of iteration 300; 1 more")
    assert (run.status, run.overrides) == ("finished", ["loss=lsgan"])
    assert [row["iteration"] for row in run.rows] == [100, 200]
    assert list(run.samples) == [200, 300, 400, 500]


def test_a_part_that_is_a_link_is_not_read(tmp_path):
    theirs = make_run(tmp_path / "theirs", overrides=["secret"])
    root = make_run(tmp_path / "run")
    for part in (".hydra", "samples", "evaluation"):
        (root / part).rename(root / f"{part} before")
        (root / part).symlink_to(theirs / part)

    run = read_run(root)

    assert not (run.overrides or run.config or run.samples or run.evaluations or run.pictures)
    assert run.problems[0] == ".hydra is a link, not a folder"


def test_model_loss_and_seed_are_told_by_options_or_by_classes(tmp_path):
    root = make_run(tmp_path / "run", overrides=["seed=3"])

    assert (read_run(root).choice("model"), read_run(root).choice("loss")) == ("", "Minimax")
    choices = "hydra: {runtime: {choices: {model: dcgan, loss: lsgan, logger: null}}}"
    (root / ".hydra" / "hydra.yaml").write_text(choices)
    (root / ".hydra" / "config.yaml").write_text("{seed: [], iterations: {a: 1}, model: 5}")
    run = read_run(root)

    assert (run.choice("model"), run.choice("loss")) == ("dcgan", "lsgan")
    assert (run.seed, run.planned) == (0, None)


@pytest.fixture
def closed():
    """Return a function that closes a folder of a run, also to root, who becomes nobody."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for one user
        Path(folder).chmod(0o755)
        root = make_run(Path(folder) / "run")

        def close(name, mode):
            (root / name).chmod(mode)
            if user == 0:
                os.seteuid(65534)
            return root

        yield close
        os.seteuid(user)
        for path in (root, *root.iterdir()):
            path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "mode", "problem"),
    [
        (".", 0o444, "checkpoints cannot be read (Permission denied)"),
        (".hydra", 0o000, ".hydra/overrides.yaml cannot be read (Permission denied)"),
        ("samples", 0o000, "samples cannot be read (Permission denied)"),
        ("evaluation", 0o444, "evaluation/00000500.png cannot be read (Permission denied)"),
    ],
)
def test_what_may_not_be_read_is_a_mark_on_that_run(closed, name, mode, problem):
    root = closed(name, mode)

    run = read_run(root)

    assert problem in run.problems
    assert run.status == ("damaged" if name == "." else "finished")
    assert run_page(run)
    assert comparison_page([run], root.parent, root.parent)
