"""The example package, importable as if it were installed."""

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("PYTHONPATH", str(FOLDER))  # for processes that a command starts
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "example_lab"]:
        del sys.modules[name]
