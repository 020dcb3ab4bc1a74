"""What a run says last."""

from pathlib import Path

from gan_lab.assembly.final_table import print_outcome, table, typed
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run


def test_numbers_the_report_and_what_can_be_typed_next_are_printed(tmp_path, capsys):
    directory = RunDirectory(make_run(tmp_path / "run", best=3.0))
    directory.report.touch()

    print_outcome(directory, is_measurable=True)

    out = capsys.readouterr().out
    assert "fd_mnist_cnn" in out
    assert directory.report.as_uri() in out
    assert f"task=evaluate ckpt={directory.last_checkpoint}" in out
    assert f"ckpt={directory.last_checkpoint} iterations=1000" in out


def test_a_number_stands_beside_what_perfect_samples_get_and_what_is_watched_beside_its_optimum(
    tmp_path,
):
    found = table(read_run(make_run(tmp_path / "run")))

    columns = {
        column.header.plain: [cell.plain for cell in column.cells] for column in found.columns
    }
    perfect = dict(zip(columns["metric"], columns["perfect"], strict=True))
    assert perfect == {
        "fd_mnist_cnn": "0.1", "modes/covered": "10", "modes/kl_uniform": "0.0005",
        "precision": "", "recall": "", "density": "1", "coverage": "0.96", "ndb": "5",
        "d_real": "0.5", "d_fake": "0.5", "images_per_second": "",
    }  # fmt: skip


def test_an_evaluation_is_not_offered_where_there_is_no_metric(tmp_path, capsys):
    print_outcome(RunDirectory(make_run(tmp_path / "run")), is_measurable=False)

    out = capsys.readouterr().out
    assert "task=evaluate" not in out
    assert "Train on" in out


def test_a_checkpoint_is_one_word_for_hydra():
    assert typed(Path("/a b/lr=1.ckpt")) == "ckpt='/a b/lr=1.ckpt'"
