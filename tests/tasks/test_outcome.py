"""What a run says last."""

import shlex
from pathlib import Path

from gan_lab.runs.directory import RunDirectory
from gan_lab.tasks.outcome import print_outcome, typed
from tests.pages.made import make_run


def test_numbers_the_report_and_what_can_be_typed_next_are_printed(tmp_path, capsys):
    directory = RunDirectory(make_run(tmp_path / "run", best=3.0))
    directory.report.touch()

    print_outcome(directory)

    out = capsys.readouterr().out
    assert "fd_mnist_cnn" in out
    assert directory.report.as_uri() in out
    assert f"task=evaluate ckpt={directory.last_checkpoint}" in out
    assert f"ckpt={directory.last_checkpoint} iterations=1000" in out


def test_an_evaluation_is_not_offered_where_there_is_no_metric(tmp_path, capsys):
    root = make_run(tmp_path / "run")
    (root / ".hydra" / "config.yaml").write_text("data: {_target_: gan_lab.data.density.Density}")

    print_outcome(RunDirectory(root))

    out = capsys.readouterr().out
    assert "task=evaluate" not in out
    assert "Train on" in out


def test_a_checkpoint_is_one_word_for_the_shell():
    assert shlex.split(typed(Path("/a b/lr=1.ckpt"))) == ["ckpt='/a b/lr=1.ckpt'"]
