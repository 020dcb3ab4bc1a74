"""Every benchmark runs to its end, with sensible figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import SECTIONS
from tests.end_to_end.conftest import prepare_or_skip

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_prints_its_tables_and_writes_them(section, tmp_path):
    if section == "data":
        prepare_or_skip("mnist")
    command = [sys.executable, "-m", "benchmarks", "--smoke", section]

    done = subprocess.run(
        [*command, f"--json={tmp_path / 'figures.json'}"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "figures.json").read_text())
    assert found["tables"]
    for table in found["tables"]:
        assert f"## {table['title']}" in done.stdout
        for row in table["rows"]:
            numbers = [value for value in row.values() if isinstance(value, int | float)]
            assert numbers
            assert all(number > 0 for number in numbers) or section == "scaling"
