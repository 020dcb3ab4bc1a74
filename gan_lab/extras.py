"""Optional packages, and the command that installs one of them."""

import shlex
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from gan_lab.errors import ConfigError

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


def require(extra: str, who: str, *modules: str) -> Any:
    """Import what an optional package has, and return the first of these modules.

    Args:
        extra: the package, as in `EXTRAS`.
        who: needs it, for the message.
        modules: by their full names.

    Raises:
        ConfigError: one of them is missing; says how to install it.
    """
    try:
        first, *_ = [import_module(name) for name in modules]
    except ImportError as error:
        raise ConfigError(
            f"{who} needs the package {error.name}: {how_to_install(extra)}"
        ) from error
    return first


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
