"""What a type checker tells of a program that uses gan_lab as docs/python.md does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
# Other packages' own types would take minutes to read.
CONFIG = """
[mypy]
strict = true
warn_return_any = false
follow_imports = silent

[mypy-torch.*,lightning.*,hydra.*,omegaconf.*,scipy.*,sklearn.*,matplotlib.*,rich.*,pandas.*]
follow_imports = skip
ignore_missing_imports = true

[mypy-torchmetrics.*,wandb.*,safetensors.*,huggingface_hub.*,onnx.*,onnxruntime.*,onnxscript.*]
follow_imports = skip
ignore_missing_imports = true
"""
RIGHT = """
from pathlib import Path

import numpy as np

import gan_lab

try:
    run = gan_lab.train("data=digits", "iterations=100", directory=Path("run"))
    model: gan_lab.TrainedModel = run.load(device="cpu")
except gan_lab.errors.TrainingError as error:
    print(str(error))
images: np.ndarray = gan_lab.load("RUN").sample(500, seed=0, condition=[3, "8"])
scores: gan_lab.Scores = gan_lab.evaluate(images, data="mnist", metrics=["prdc"], n=10)
precision: float = scores["precision"]
fid: float = gan_lab.fid(images, Path("real"))
folder: Path = gan_lab.save_pretrained(model, "my_model", format="onnx", license="mit")
again: gan_lab.TrainedModel = gan_lab.from_pretrained(folder, revision="v1")
address: str = gan_lab.push_to_hub(model, "user/name", private=True)
"""
WRONG = {
    "gan_lab.load(3)": 'Argument 1 to "load" has incompatible type "int"',
    "gan_lab.load('RUN').sample('64')": 'Argument 1 to "sample" of "TrainedModel"',
    "gan_lab.load('RUN').translate([], to=3)": 'Argument "to" to "translate"',
    "gan_lab.train(iterations=5)": 'Unexpected keyword argument "iterations" for "train"',
    "gan_lab.evaluate([], metrics=3)": 'Argument "metrics" to "evaluate"',
    "n: int = gan_lab.fid([], [])": "Incompatible types in assignment",
    "gan_lab.save_pretrained(gan_lab.load('RUN'), 'a', format='tf')": 'Argument "format"',
    "gan_lab.laod('RUN')": 'Module has no attribute "laod"',
}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """Return the lines that mypy, in strict mode, prints of the library and of two programs."""
    pytest.importorskip("mypy", reason="mypy is not installed")
    folder = tmp_path_factory.mktemp("types")
    (folder / "mypy.ini").write_text(CONFIG)
    (folder / "right.py").write_text(RIGHT)
    (folder / "wrong.py").write_text("import gan_lab\n" + "\n".join(WRONG) + "\n")
    library = [str(PROJECT / "gan_lab" / "__init__.py"), str(PROJECT / "gan_lab" / "library")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "right.py", "wrong.py", *library],
        cwd=folder, env=os.environ | {"MYPYPATH": str(PROJECT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if " error: " in line]


@pytest.mark.slow
def test_right_uses_and_the_library_itself_pass(complaints):
    assert [line for line in complaints if not line.startswith("wrong.py:")] == []


@pytest.mark.slow
def test_each_wrong_use_is_caught_at_its_line(complaints):
    found = dict(re.match(r"wrong\.py:(\d+): error: (.*)", line).groups() for line in complaints)

    assert list(found) == [str(number + 2) for number in range(len(WRONG))]
    for said, expected in zip(found.values(), WRONG.values(), strict=True):
        assert expected in said
