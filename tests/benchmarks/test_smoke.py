"""Every benchmark runs to its end, with sensible figures."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import harness, train
from tests.end_to_end.conftest import prepare_or_skip
from tests.processes import finish, start

ROOT = Path(__file__).parents[2]


run_python = harness.run_python


def run_forked(*words):
    """Do what the harness does, where everything is imported already."""
    if "performance.compile=true" in words:  # whose own processes want to begin in a new one
        return run_python(*words)
    option, module, *rest = words
    assert option == "-m"
    status, out, err = finish(start(*rest, module=module, cwd=ROOT))
    assert status == 0, err
    return out


@pytest.mark.slow
@pytest.mark.parametrize("section", benchmarks.SECTIONS)
def test_a_section_prints_its_tables_and_writes_them(section, tmp_path, monkeypatch, capsys):
    if section == "data":
        prepare_or_skip("mnist")
    if section != "startup":  # in which it is the imports that are measured
        monkeypatch.setattr(harness, "run_python", run_forked)
        monkeypatch.setattr(train, "run_python", run_forked)
    words = ["--smoke", section, f"--json={tmp_path / 'figures.json'}"]
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])

    benchmarks.main()

    out = capsys.readouterr().out
    found = json.loads((tmp_path / "figures.json").read_text())
    assert found["tables"]
    for table in found["tables"]:
        assert f"## {table['title']}" in out
        for row in table["rows"]:
            numbers = [value for value in row.values() if isinstance(value, int | float)]
            assert numbers
            assert all(number > 0 for number in numbers) or section == "scaling"
