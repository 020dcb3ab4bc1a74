"""gan_lab.evaluate and gan_lab.fid: measure any images from somebody's own program."""

import math
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import torch

from gan_lab.assembly.trainers import choose_accelerator
from gan_lab.callbacks.progress import EvaluationProgress
from gan_lab.config.options import options_of
from gan_lab.config.plain import override
from gan_lab.errors import ConfigError
from gan_lab.library.given_images import as_array, made_by, place_of
from gan_lab.library.places import checkpoint_of, leads_to_a_model
from gan_lab.library.session import session
from gan_lab.library.trained_model import TrainedModel
from gan_lab.tasks.evaluate import measured, refuse_both_or_neither
from gan_lab.terminal import console


@final
@dataclass(frozen=True)
class Scores(Mapping[str, float]):
    """The numbers of an evaluation by their names, as in `scores["precision"]`.

    Attributes:
        record: all that `task=evaluate` writes: `metrics`, `protocol`, `left_out`, `doubts`.
    """

    record: Mapping[str, Any]

    def __getitem__(self, name: str) -> float:
        value = self.record["metrics"][name]
        return math.inf if value is None else value  # JSON knows no infinity

    def __iter__(self) -> Iterator[str]:
        return iter(self.record["metrics"])

    def __len__(self) -> int:
        return len(self.record["metrics"])

    def __repr__(self) -> str:
        return f"Scores({', '.join(f'{name}={value:.4g}' for name, value in self.items())})"

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What the numbers depend on: images, data, split, extractors, seeds."""
        return self.record["protocol"]

    @property
    def left_out(self) -> Mapping[str, str]:
        """The metrics that there were too few images for, and how many they need."""
        return self.record["left_out"]


def evaluate(
    images: Any,
    *words: str,
    data: Any = None,
    metrics: str | Sequence[str] | None = None,
    extractors: str | Sequence[str] | None = None,
    size: int | tuple[int, int] | None = None,
    n: int | None = None,
    device: str = "auto",
    quiet: bool = True,
) -> Scores:
    """Measure images against real ones: the numbers of `task=evaluate`, to the last digit.

    Args:
        images: what is measured, one of
            - an array or tensor of uint8, `(N, H, W)`, `(N, H, W, C)` or `(N, C, H, W)`, or a list
              of arrays or of Pillow's pictures, of one size;
            - a path of a folder, .zip, .npz or picture;
            - a function that gets a number and returns so many images or fewer, with `n`;
            - a `TrainedModel`, or whatever `load` takes, as `task=evaluate ckpt=`.
        words: further words of the command, such as `evaluation.n_real=10000` or `data.size=28`.
        data: the real images: the name of a data set, or arrays or a path like `images`; None:
            the data of the checkpoint, else mnist.
        metrics: options of `evaluation/metrics`; None: all that make sense.
        extractors: see `evaluation.extractors`; None: auto.
        size: height and width at which images are compared; None: those of the data set or array.
        n: images to make, or to choose of those there are; None: all.
        device: auto, cpu, gpu, cuda or mps.
        quiet: whether to print nothing; else what the command prints.

    Raises:
        GanLabError: images or data cannot be read, or are too few for every metric.
    """
    chosen = [
        f"trainer.accelerator={device}",
        *([f"evaluation/metrics={_listed(metrics)}"] if metrics is not None else []),
        *([f"evaluation.extractors={_listed(extractors)}"] if extractors is not None else []),
        *([f"evaluation.n_fake={n}"] if n is not None else []),
        *words,
    ]
    if checkpoint := _checkpoint_in(images):
        of_data = [override("data", data)] if data is not None else []
        return _scores([*checkpoint, *of_data, *chosen], quiet)
    named = None if isinstance(images, str | os.PathLike) else "an array"
    if callable(images):
        images, named = made_by(images, n), "a function"
    with place_of(images) as place, _words_of_data(data, images, size) as of_data:
        return _scores([*of_data, override("images", place), *chosen], quiet, named)


def fid(
    images: Any,
    real: Any,
    *words: str,
    size: int | tuple[int, int] | None = None,
    n: int | None = None,
    device: str = "auto",
) -> float:
    """Return the Fréchet Inception Distance, by the 2015 Inception network, as `task=evaluate` has.

    Args:
        images: see `evaluate`, like the others.
        real: what `evaluate` calls `data`.
        words: further words of the command.
        size: of files.
        n: images to make, or to choose.
        device: auto, cpu, gpu, cuda or mps.

    Raises:
        GanLabError: images cannot be read, or the network is not there: `task=fetch` gets it.
    """
    scores = evaluate(
        images, *words, data=real, metrics="frechet", extractors="inception", size=size, n=n,
        device=device,
    )  # fmt: skip
    return scores["fid"]


@contextmanager
def _words_of_data(data: Any, images: Any, size: Any) -> Iterator[list[str]]:
    """Yield the words that choose the real images, written into a file where they are arrays."""
    is_place = isinstance(data, os.PathLike) or (isinstance(data, str) and Path(data).exists())
    if data is None or (isinstance(data, str) and (data in options_of("data") or not is_place)):
        yield [override("data", "mnist" if data is None else data), *_sized(size)]
        return
    channels = []
    if shape := _shape_of(data) or _shape_of(images):
        channels = [f"data.channels={shape[0]}"]
        size = shape[1:] if size is None else size
    elif size is None:
        raise ConfigError("size is missing: say at which size to compare files, as in size=64.")
    with place_of(data) as place:
        yield [
            "data=folder", override("data.dir", place), "data.split=all", "data.labels=none",
            *_sized(size), *channels,
        ]  # fmt: skip


def _scores(words: Sequence[str], quiet: bool, named: str | None = None) -> Scores:
    with session("task=evaluate", *words) as (config, _):
        refuse_both_or_neither(config)
        on = torch.device(choose_accelerator(config.trainer.accelerator))
        record = measured(config, on, EvaluationProgress(console(quiet)))
    if named:
        record["images"] = record["protocol"]["images"] = named
    for doubt in record["doubts"]:
        warnings.warn(doubt, stacklevel=3)
    return Scores(record)


def _checkpoint_in(images: Any) -> list[str]:
    """Return the words that name a model's checkpoint; none of what are images."""
    if isinstance(images, TrainedModel):
        return images.words_for("evaluate")
    if isinstance(images, str | os.PathLike) and leads_to_a_model(images):
        return [override("ckpt", checkpoint_of(images))]
    return []


def _shape_of(images: Any) -> tuple[int, int, int] | None:
    """Return `(C, H, W)` of arrays; None of what lies in files."""
    if isinstance(images, str | os.PathLike):
        return None
    shape = as_array(images).shape[1:]
    if len(shape) == 2:
        return (1, *shape)
    return (shape[2], *shape[:2]) if shape[2] in (1, 3, 4) else shape


def _sized(size: Any) -> list[str]:
    if size is None:
        return []
    return [f"data.size={size if isinstance(size, int) else _listed(size)}"]


def _listed(values: str | Sequence[Any]) -> str:
    """Return one value or several as a command has a list."""
    several = [values] if isinstance(values, str) else values
    return f"[{','.join(map(str, several))}]"
