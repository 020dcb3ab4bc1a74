"""What gan_lab does without can be installed by the command that it names."""

import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

from gan_lab.extras import EXTRAS, find_constraints, how_to_install

PROJECT = Path(__file__).parents[1]
ABOUT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]


def test_every_extra_is_one_of_the_project_with_its_package_pinned():
    declared = {
        extra: [re.split("[=<>]", one)[0] for one in requirements]
        for extra, requirements in ABOUT["optional-dependencies"].items()
        if extra not in ("test", "docs")  # no command of gan_lab needs these
    }
    pinned = {line.split("==")[0].lower() for line in find_constraints().read_text().splitlines()}

    assert EXTRAS.keys() == declared.keys()
    for extra, packages in EXTRAS.items():
        assert set(packages.split()) <= set(declared[extra])
        assert set(declared[extra]) <= pinned


def test_in_a_clone_the_constraints_lie_beside_the_package():
    assert find_constraints() == PROJECT / "constraints.txt"


def test_the_command_is_of_the_python_that_runs(monkeypatch, tmp_path):
    other = tmp_path / "python"
    other.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shlex.split(how_to_install("optuna"))[0] == sys.executable

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert shlex.split(how_to_install("optuna"))[0] == "python"


def test_a_path_with_spaces_is_one_word(monkeypatch, tmp_path):
    monkeypatch.setattr("gan_lab.extras.find_constraints", lambda: tmp_path / "my files" / "c.txt")

    assert shlex.split(how_to_install("joblib"))[5] == str(tmp_path / "my files" / "c.txt")


@pytest.mark.parametrize("extra", EXTRAS)
def test_pip_takes_the_command(extra):
    if not all(list(distributions(name=package)) for package in EXTRAS[extra].split()):
        pytest.skip(f"{EXTRAS[extra]} is not installed")
    _, *words = shlex.split(how_to_install(extra))
    # It is installed here, so that pip has nothing to fetch.
    pip = [sys.executable, *words, "--dry-run", "--no-index", "--quiet"]

    assert subprocess.run(pip, capture_output=True, text=True).returncode == 0


def test_no_hint_names_the_package_of_somebody_else():
    """`gan-lab` of the package index is not this project; ours is called gan-laboratory there."""
    files = [PROJECT / "README.md", PROJECT / "Makefile", PROJECT / "pyproject.toml"]
    files += [*PROJECT.glob("docs/**/*.md"), *PROJECT.glob("conf/**/*.yaml")]
    files += PROJECT.glob("gan_lab/**/*.py")
    install = re.compile(r"gan-lab\[|pip install.* ['\"]?gan-lab\b")

    assert ABOUT["name"] == "gan-laboratory"
    assert [file for file in files if install.search(file.read_text("utf-8"))] == []


def test_the_readme_installs_as_make_does():
    line = "pip install --constraint constraints.txt --editable ."
    readme, makefile = ((PROJECT / name).read_text("utf-8") for name in ("README.md", "Makefile"))

    assert f"python -m {line}\n" in readme
    assert line in makefile.replace("--quiet ", "")
    for extra in EXTRAS:
        assert extra in re.search(r'--editable "\.\[(.*?)\]"', readme)[1].split(",")
