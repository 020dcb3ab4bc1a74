"""`import gan_lab` costs nothing, and offers what it says."""

import subprocess
import sys
from pathlib import Path

import pytest

import gan_lab

HEAVY = {"torch", "lightning", "hydra", "omegaconf", "numpy", "matplotlib"}


def test_importing_loads_nothing_heavy():
    code = f"import sys, gan_lab; print({HEAVY} & {{*sys.modules}})"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", gan_lab.__all__)
def test_each_name_is_there_and_listed(name):
    assert getattr(gan_lab, name).__name__ == name
    assert name in dir(gan_lab)
    assert getattr(gan_lab, name).__doc__


def test_errors_are_there_before_anything_else_was_used():
    code = "import gan_lab; print(gan_lab.errors.ConfigError.__mro__[1].__name__)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "GanLabError\n"


def test_another_name_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'laod'"):
        gan_lab.laod  # noqa: B018


def test_type_checkers_see_the_annotations_and_every_name():
    package = Path(gan_lab.__file__).parent
    source = (package / "__init__.py").read_text("utf-8")

    assert (package / "py.typed").exists()
    for name in gan_lab.__all__:
        assert f"import {name} as {name}\n" in source
