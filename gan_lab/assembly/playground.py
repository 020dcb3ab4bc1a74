"""A generator inside a page of HTML, for everybody with a browser."""

import base64
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_lab import seeding
from gan_lab.assembly import export_formats
from gan_lab.assembly.export_formats import Run
from gan_lab.assembly.forms import require_images
from gan_lab.assembly.leaving import ADDRESS, Leaving
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.durable import replacing
from gan_lab.errors import ConfigError
from gan_lab.latents.captions import Captions
from gan_lab.latents.paths import path_for
from gan_lab.latents.priors import Gaussian, Prior, Spherical, Uniform
from gan_lab.latents.structured import Structured
from gan_lab.output_files import writing
from gan_lab.pages import onnxruntime_web, playground

MOST_BYTES = 20_000_000  # of a page
CHECKED = 4  # inputs that the browser compares images of
DRAWN = 512  # latents that come along of a prior that the page cannot draw from
CAPTIONS = 40  # that a person can choose of
# Samples that a page shows: fewer of large images, which take longer.
SAMPLES, OF_LARGE, LARGE = 64, 24, 64 * 64


def check(trained: TrainedModel, part: Leaving) -> None:
    """Refuse a network that a page cannot draw from.

    Raises:
        ConfigError: it has no latents, or makes no images.
    """
    if "latents" not in part.inputs:
        raise ConfigError(
            f"format=page draws from latents, and {type(trained.module).__name__} translates "
            f"images: choose format=onnx."
        )
    require_images(trained.dataset, "format=page", "choose format=onnx.")


def write(trained: TrainedModel, part: Leaving, path: Path, *, license: str | None) -> Run:
    """Write the page, and return what runs the network in it.

    Args:
        trained: the model.
        part: its generator.
        path: of the page.
        license: what others may do with it, if that is said.

    Raises:
        ConfigError: a layer cannot be written as ONNX, or the page would be too large.
        DataError: the program for browsers cannot be fetched.
    """
    runtime = onnxruntime_web.prepare()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        run = export_formats.write("onnx", part, file)
        network = file.read_bytes()
    title = f"{type(trained.module).__name__} of {type(trained.dataset).__name__}"
    about = _about(trained, part)
    page = playground.page_of(title, _facts(trained, license), about, network, runtime).encode()
    if len(page) > MOST_BYTES:
        raise ConfigError(
            f"format=page would be {len(page) / 1e6:.0f} MB, more than {MOST_BYTES // 10**6}, of "
            f"which the network is {len(network) / 1e6:.0f}: choose format=onnx."
        )
    with writing(path), replacing(path) as target:
        target.write(page)
    return run


def _facts(trained: TrainedModel, license: str | None) -> dict[str, str]:
    channels, height, width = trained.dataset.image_shape
    return {
        "Algorithm": type(trained.module).__name__,
        "Data": type(trained.dataset).__name__,
        "Images": f"{height} x {width} pixels, {channels} channel{'s' * (channels > 1)}",
        "Training": f"{trained.iteration:,} iterations, seed {trained.seed}",
        "Weights": "moving average" if trained.weights == "ema" else "as trained",
        "Licence": license or "not said",
        "Made with": "gan_lab",
    }


def _about(trained: TrainedModel, part: Leaving) -> dict[str, Any]:
    """Return what the page's script has to know."""
    _, height, width = trained.dataset.image_shape
    few = [value[:CHECKED] for value in part.inputs.values()]
    return {
        "shape": list(trained.dataset.image_shape),
        "range": list(trained.dataset.value_range),
        "samples": SAMPLES if height * width <= LARGE else OF_LARGE,
        "latents": _latents(trained.module.prior),
        "condition": _condition(trained, part),
        "check": {
            "n": CHECKED,
            "latents": _packed(few[0]),
            "conditions": few[1].tolist() if len(few) > 1 else [],
            "images": _packed(part.images()[:CHECKED]),
        },
    }


def _latents(prior: Prior) -> dict[str, Any]:
    """Return how the page draws them: part by part, or out of some that were drawn here."""
    parts = _parts(prior)
    drawn = None
    if not parts:
        random = seeding.generator("cpu", 0, ADDRESS, "page")
        drawn = _packed(prior.sample(DRAWN, random))
    return {
        "dim": prior.dim,
        "path": path_for(prior),
        "parts": parts,
        "on_sphere": isinstance(prior, Spherical),
        "truncates": isinstance(prior, Gaussian),
        "drawn": drawn,
        "n_drawn": DRAWN if drawn else 0,
    }


def _parts(prior: Prior) -> Sequence[dict[str, Any]]:
    """Return the parts of latents that are independent; none of a prior that has no such."""
    if isinstance(prior, Gaussian | Spherical):
        return [{"kind": "gaussian", "size": prior.dim}]
    if isinstance(prior, Uniform):
        return [{"kind": "uniform", "size": prior.dim, "low": prior.low, "high": prior.high}]
    if isinstance(prior, Structured):
        kinds = {name: said["kind"] for name, said in prior.factors.items() if said is not None}
        return [
            {"kind": kinds[name], "size": factor.size, "low": -1, "high": 1}
            for name, factor in prior.parts.items()
        ]
    return []


def _condition(trained: TrainedModel, part: Leaving) -> dict[str, Any] | None:
    """Return what images can be asked for, with the share of each in the data."""
    labels = trained.labels
    if len(part.inputs) < 2:
        return None
    if isinstance(labels, Captions):
        captions = labels.asked[:CAPTIONS]
        choices = [(labels.text_of(caption), caption, 1) for caption in captions]
    else:
        choices = [
            (name, [number], count)
            for number, (name, count) in enumerate(
                zip(labels.class_names, labels.counts, strict=True)
            )
        ]
    total = sum(count for _, _, count in choices) or 1
    name, given = list(part.inputs.items())[1]
    return {
        "name": name,
        "heading": "Sentence" if isinstance(labels, Captions) else "Class",
        "shape": list(given.shape[1:]),
        "choices": [
            {"name": shown, "value": value, "share": count / total}
            for shown, value, count in choices
        ],
    }


def _packed(numbers: Tensor) -> str:
    return base64.b64encode(numbers.to(torch.float32).numpy().tobytes()).decode()
