"""The Dockerfile's steps, in a Python of their own: docker need not be there."""

import json
import os
import shutil
import site
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LINES = [
    line.split(maxsplit=1)
    for line in (PROJECT / "Dockerfile").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
STEPS = {word: [rest for each, rest in LINES if each == word] for word, _ in LINES}


def test_the_steps_are_those_that_the_test_follows():
    assert {word for word, _ in LINES} == {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "ENTRYPOINT"}
    assert STEPS["FROM"] == ["python:3.12-slim"]


def test_what_is_copied_is_not_left_out_of_the_context():
    rules = (PROJECT / ".dockerignore").read_text("utf-8").split()
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]

    assert rules[0] == "*"
    for step in STEPS["COPY"]:
        *sources, _ = step.split()
        for source in sources:
            assert (PROJECT / source).exists()
            assert any(fnmatch(source, rule) for rule in let_in)


@pytest.mark.slow
def test_the_steps_lead_to_a_command_that_trains(tmp_path):
    root = tmp_path / "root"
    python = environment_at(tmp_path / "python")
    environment = os.environ | {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    here = root

    for word, rest in LINES:
        if word == "WORKDIR":
            here = root / rest.lstrip("/")
            here.mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                copy(PROJECT / source, here / target)
        elif word == "RUN":
            done = subprocess.run(
                ["bash", "-c", rest], cwd=here, env=environment, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        elif word == "ENV":
            name, _, value = rest.partition("=")
            environment[name] = str(root / value.lstrip("/"))
    (entry,) = json.loads(STEPS["ENTRYPOINT"][0])

    words = ["data=digits", "debug=fast", "trainer=cpu", "model.width=4"]
    done = subprocess.run(
        [str(python.parent / entry), *words],
        cwd=here, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    (run,) = (here / "outputs").glob("*/*")
    assert (run / "summary.json").exists()
    where = subprocess.run(
        [str(python), "-c", "import gan_lab; print(gan_lab.__file__)"], cwd=here,
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(tmp_path / "python")


def environment_at(folder):
    """Return the Python of a new environment, which also sees this one's packages, save gan_lab."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A plain path in a .pth file: the .pth files over there, such as that of gan_lab, are not read.
    (packages / "others.pth").write_text("\n".join(site.getsitepackages()))
    return folder / "bin" / "python"


def copy(source, target):
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
