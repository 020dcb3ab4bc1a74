"""Optional packages, and the command that installs one of them."""

import shlex
import shutil
import sys
from pathlib import Path

# The words of pyproject.toml's extras, each with the packages that it is about; what these need in
# which version stands in constraints.txt.
EXTRAS = {
    "onnx": "onnxscript onnxruntime",
    "hub": "huggingface_hub",
    "tensorboard": "tensorboard",
    "mlflow": "mlflow-skinny",
    "optuna": "hydra-optuna-sweeper",
    "joblib": "hydra-joblib-launcher",
    "submitit": "hydra-submitit-launcher",
    "midi": "mido",
    "music21": "music21",
}


def how_to_install(extra: str) -> str:
    """Return the command that adds a package to the Python that is running.

    It names the package itself and not an extra of gan_lab, so it is the same for a clone and for a
    wheel, and pip need not look for gan_lab anywhere.
    """
    python = sys.executable if shutil.which("python") != sys.executable else "python"
    words = [python, "-m", "pip", "install", "--constraint", str(find_constraints())]
    words += EXTRAS[extra].split()
    return shlex.join(words)


def find_constraints() -> Path:
    """Return the file of tested versions: inside an installed package, beside it in a clone."""
    package = Path(__file__).parent
    installed = package / "constraints.txt"
    return installed if installed.exists() else package.parent / "constraints.txt"
