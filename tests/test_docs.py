"""What docs/ shows of parts of one's own works: the example package, and in a folder alone."""

import re
from pathlib import Path

import pytest

PAGES = ("extending.md", "own_loss.md", "own_algorithm.md")
DOCS = Path(__file__).parents[1] / "docs"
GUIDE = "\n".join((DOCS / page).read_text() for page in PAGES)
PACKAGE = Path(__file__).parent / "plugin" / "example_lab"
SHOWN = dict(re.findall(r"`my_lab/([\w./]+)`:\n\n```\w+\n(.*?)```", GUIDE, re.DOTALL))
PARTS = (
    "algorithms", "callbacks", "data", "latents", "loggers", "losses", "metrics", "networks",
    "optimizers", "tasks", "terms",
)  # fmt: skip


@pytest.mark.parametrize("file", SHOWN)
def test_the_guide_shows_the_example_package_whose_tests_run_it(file):
    assert SHOWN[file] == (PACKAGE / file).read_text().replace("example_lab", "my_lab")


def test_the_guide_shows_one_of_each_part():
    assert {f"{part}.py" for part in PARTS} <= set(SHOWN)


@pytest.mark.parametrize("inside", [True, False], ids=["package", "module"])
def test_a_loss_in_the_current_folder_is_used_without_installing_anything(inside, run, tmp_path):
    code, options = SHOWN["losses.py"], SHOWN["conf/loss/smoothed.yaml"]
    home = tmp_path / "my_lab" if inside else tmp_path
    (home / "conf" / "loss").mkdir(parents=True)
    (home / "losses.py" if inside else tmp_path / "my_lab.py").write_text(code)
    named = options if inside else options.replace("my_lab.losses.", "my_lab.")
    (home / "conf" / "loss" / "smoothed.yaml").write_text(named)

    outcome = run(
        "plugins=[my_lab]", "loss=smoothed", "data=digits", "data.limit=16", "data.size=8",
        "model.width=2", "batch_size=8", "iterations=2", "evaluation=none", "trainer=cpu",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    assert "Smoothed" in (outcome.directory / "report.html").read_text()


def test_the_best_answer_of_the_shown_loss_is_where_the_guide_says(example_lab, capsys):
    (check,) = re.findall(r"```python\n(import torch\n.*?)```", GUIDE, re.DOTALL)

    exec(check.replace("my_lab", "example_lab"), {})

    found, said = capsys.readouterr().out.split()
    assert found == "0.400"
    assert float(said) == 0.4
