"""The wheel carries conf/ and templates, so that the installed command works from anywhere."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import gan_lab

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and unpack it beside nothing else of this project."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(PROJECT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(folder / "site"), str(wheel)], check=True)
    assert wheel.stat().st_size < 5_000_000
    return folder / "site"


def test_the_installed_command_trains_from_any_directory(installed, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(installed)}
    options = ["data=digits", "debug=fast", "trainer=cpu", "model.width=4", "hydra.run.dir=run"]

    where = subprocess.run(
        [sys.executable, "-c", "import gan_lab; print(gan_lab.__file__)"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    subprocess.run(
        [str(installed / "bin" / "gan-lab"), *options],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )

    assert Path(where.stdout.strip()).is_relative_to(installed)
    assert (tmp_path / "run" / "summary.json").exists()
    assert (tmp_path / "run" / "report.html").exists()


def test_the_command_for_an_extra_names_the_constraints_in_the_wheel(installed, tmp_path):
    ask = "from gan_lab.extras import how_to_install; print(how_to_install('optuna'))"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    where = {"cwd": tmp_path, "env": environment, "check": True, "capture_output": True}

    hint = subprocess.run([sys.executable, "-c", ask], text=True, **where).stdout
    _, *words = shlex.split(hint)

    assert str(installed / "gan_lab" / "constraints.txt") in words
    subprocess.run([sys.executable, *words, "--dry-run", "--no-index"], **where)


def test_the_package_is_named_so_that_no_index_mistakes_it_for_another(installed):
    assert [path.name for path in installed.glob("*.dist-info")] == [
        f"gan_laboratory-{gan_lab.__version__}.dist-info"
    ]
