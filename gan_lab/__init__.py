"""gan_lab: adversarial training, and measuring it, with PyTorch Lightning and Hydra.

From Python, see docs/python.md:

    model = gan_lab.load("RUN/checkpoints/best.ckpt")   # a TrainedModel
    images = model.sample(64, seed=0)                   # uint8 (64, H, W, C)
    scores = gan_lab.evaluate(images, data="mnist")     # as task=evaluate images=
    run = gan_lab.train("data=digits", "loss=lsgan")    # a TrainedRun

The names are loaded when they are first used, so that importing gan_lab stays quick.
"""

import importlib
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gan_lab import errors as errors
    from gan_lab.library.measuring import Scores as Scores
    from gan_lab.library.measuring import evaluate as evaluate
    from gan_lab.library.measuring import fid as fid
    from gan_lab.library.pretrained import from_pretrained as from_pretrained
    from gan_lab.library.pretrained import push_to_hub as push_to_hub
    from gan_lab.library.pretrained import save_pretrained as save_pretrained
    from gan_lab.library.trained_model import TrainedModel as TrainedModel
    from gan_lab.library.trained_model import load as load
    from gan_lab.library.training import TrainedRun as TrainedRun
    from gan_lab.library.training import train as train

__version__ = "0.1.0"

_HOMES = {
    "Scores": "measuring",
    "TrainedModel": "trained_model",
    "TrainedRun": "training",
    "evaluate": "measuring",
    "fid": "measuring",
    "from_pretrained": "pretrained",
    "load": "trained_model",
    "push_to_hub": "pretrained",
    "save_pretrained": "pretrained",
    "train": "training",
}
__all__ = [
    "Scores", "TrainedModel", "TrainedRun", "evaluate", "fid", "from_pretrained", "load",
    "push_to_hub", "save_pretrained", "train",
]  # fmt: skip


if not TYPE_CHECKING:  # to whom every name would be one

    def __getattr__(name: str) -> Any:
        if name == "errors":  # `except gan_lab.errors.ConfigError:` needs no import of its own
            return importlib.import_module("gan_lab.errors")
        if name not in _HOMES:
            raise AttributeError(f"module 'gan_lab' has no attribute '{name}'")
        with warnings.catch_warnings():
            # tqdm's, of notebooks without ipywidgets, which nothing here needs.
            warnings.filterwarnings("ignore", "IProgress not found")
            return getattr(importlib.import_module(f"gan_lab.library.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "errors"})
