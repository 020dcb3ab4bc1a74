"""The example package, importable as if it were installed."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.fixture(autouse=True)
def importable(example_lab):
    """Let every test here use it."""
