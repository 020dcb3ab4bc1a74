"""Every block of docs/python.md runs, one after the other, as in a notebook."""

import re
import warnings
from pathlib import Path

import pytest

from tests.end_to_end.conftest import EVALUATED

GUIDE = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
SHORT = ('"evaluation=none"', '"evaluation=none", "data.limit=32", "batch_size=8", "model.width=4"')


@pytest.mark.slow
def test_the_blocks_run_in_order(trained, tmp_path, monkeypatch, capsys, hub):
    monkeypatch.chdir(tmp_path)
    directory = trained(*EVALUATED)
    names = {}

    for block in BLOCKS:
        code = block.replace("RUN/", f"{directory}/").replace('"mnist"', '"digits"')
        code = code.replace(*SHORT).replace("iterations=100", "iterations=2")
        code = code.replace("iterations=150", "iterations=4").replace(
            "iterations=20", "iterations=2"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # its samples look like nothing
            exec(code, names)

    assert len(BLOCKS) == 9
    assert (names["theirs"].sample(9) == names["model"].sample(9)).all()
    assert (names["same"].sample(9) == names["model"].sample(9)).all()
    assert "finished" in capsys.readouterr().out
    assert (tmp_path / "for_others" / "model.safetensors").exists()
    assert (names["again"] == names["model"].sample(16, seed=0)).all()
    assert names["longer"].iterations == 4
    assert len({run.directory for run in names["runs"]}) == 2
    assert names["gan"].iteration == 2  # of 20
    assert names["batch"].images.shape == (16, 1, 16, 16)
