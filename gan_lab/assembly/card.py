"""The card of a model that leaves, for programs: what it is, of what, how good, how it was made."""

import hashlib
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gan_lab.assembly.leaving import Leaving
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.config.plain import resolved
from gan_lab.latents.captions import Captions
from gan_lab.latents.conditions import Labels
from gan_lab.runs import exported_weights, records
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.parsing import DamageError, parse_json, read_text
from gan_lab.runs.provenance import versions
from gan_lab.runs.reading import read_run
from gan_lab.training.abilities import Translates

PREPROCESSING = "uint8 / 255 * ({high:g} - {low:g}) + {low:g}"
POSTPROCESSING = "round((images - {low:g}) / ({high:g} - {low:g}) * 255), clipped to 0 ... 255"


def card_of(
    trained: TrainedModel,
    path: Path,
    format: str,
    *,
    license: str | None,
    ckpt: str,
    parity: Mapping[str, Any],
    part: Leaving | None = None,
) -> dict[str, Any]:
    """Return the card of a file that was written, as plain data.

    Args:
        trained: the model.
        path: of the file.
        format: that it is in.
        license: what others may do with it, if that is said.
        ckpt: the checkpoint.
        parity: `largest_difference` to the checkpoint, and `of` what.
        part: the network; None: the file is of the whole model.
    """
    reopened, dataset = trained.reopened, trained.dataset
    clipped = dataset.clipped_range
    low, high = clipped or (None, None)
    return {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "format": format,
        "license": license,
        "algorithm": type(trained.module).__name__,
        "translates": isinstance(trained.module, Translates),
        "iteration": trained.iteration,
        "seed": trained.seed,
        "weights": trained.weights,
        "command": shlex.join(["python", "-m", "gan_lab", *reopened.checkpoint["overrides"]]),
        "data": {
            "name": type(dataset).__name__,
            "options": resolved(reopened.config.data),
            "sha256": reopened.checkpoint.get("data_sha256"),
        },
        "classes": list(trained.labels.class_names) if isinstance(trained.labels, Labels) else [],
        "words": list(trained.labels.words) if isinstance(trained.labels, Captions) else [],
        "image_shape": list(dataset.image_shape),
        "value_range": list(clipped) if clipped else None,
        "preprocessing": PREPROCESSING.format(low=low, high=high) if clipped else None,
        "postprocessing": POSTPROCESSING.format(low=low, high=high) if clipped else None,
        "inputs": _inputs(part) if part else [],
        "evaluation": _evaluation(Path(ckpt), trained.iteration),
        "parity": dict(parity),
        "versions": versions(),
    }


def _inputs(part: Leaving) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "shape": ["n", *value.shape[1:]],
            "type": str(value.dtype).removeprefix("torch."),
            "meaning": part.meanings[name],
        }
        for name, value in part.inputs.items()
    ]


def _evaluation(ckpt: Path, iteration: int) -> dict[str, Any] | None:
    """Return the scores that are known of this iteration, with their protocol.

    They stand in the checkpoint's run, or in the card of what was exported earlier.
    """
    if ckpt.suffix == exported_weights.ENDING:
        return _of_card(ckpt)
    directory = RunDirectory(ckpt.absolute().parents[1])
    if not (directory.holds(str(ckpt)) and directory.start.exists()):
        return None
    found = [
        each for each in read_run(directory.root).evaluations if each["iteration"] == iteration
    ]
    return {key: found[-1].get(key) for key in ("metrics", "protocol")} if found else None


def _of_card(path: Path) -> dict[str, Any] | None:
    """Return the scores in the card beside a file, which may be a stranger's, if it is of it."""
    try:
        card = records.table(parse_json(read_text(path.with_name("card.json")) or "{}"))
        found = records.evaluation({"iteration": 0, **records.table(card.get("evaluation"))})
    except DamageError:
        return None
    if card.get("sha256") != hashlib.sha256(path.read_bytes()).hexdigest():
        return None
    return {key: found.get(key) for key in ("metrics", "protocol")}
