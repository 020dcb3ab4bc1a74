"""What a checkpoint needs to make images, as safetensors: data without any code, for other people.

It holds the weights that are evaluated, under the names of the networks, and none of what only
training needs: no discriminators, no optimizers, no averages beside their networks. `read` returns
it in the form of a checkpoint, so that whatever takes `ckpt=` takes it too.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from gan_lab.durable import replacing
from gan_lab.errors import CheckpointError

ENDING = ".safetensors"
NAME = f"model{ENDING}"
KEPT = ("config", "overrides", "clock", "format", "data_sha256", "labels", "averaged")
HEAD = "gan_lab"  # the key of the file's metadata


def write(
    path: Path, weights: Mapping[str, Tensor], checkpoint: Mapping[str, Any], holds: Sequence[str]
) -> None:
    """Write weights with what a checkpoint says of them.

    Args:
        path: of the file.
        weights: by their names in the whole model.
        checkpoint: that they are of.
        holds: the networks that all weights are there of.
    """
    about = {key: checkpoint[key] for key in KEPT if key in checkpoint} | {"holds": list(holds)}
    plain = {name: weight.detach().cpu().contiguous() for name, weight in weights.items()}
    with replacing(path) as file:
        file.write(save(plain, {HEAD: json.dumps(about, default=Tensor.tolist)}))


def read(path: Path) -> dict[str, Any]:
    """Return the weights and what is said of them in the form of a checkpoint, not yet checked.

    Raises:
        CheckpointError: it is not such a file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get(HEAD, "null"))
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"ckpt={path} cannot be read as safetensors: it is truncated or altered."
        ) from error
    if not isinstance(about, dict) or "holds" not in about:
        raise CheckpointError(
            f"ckpt={path} was not written by task=export format=safetensors: its metadata does not "
            f"say which model its weights are of."
        )
    found = {key: about[key] for key in (*KEPT, "holds") if key in about}
    labels = found.get("labels")
    if isinstance(labels, dict) and "tokens" in labels:
        with suppress(ValueError, TypeError, RuntimeError, OverflowError):  # checked elsewhere
            labels["tokens"] = torch.tensor(labels["tokens"], dtype=torch.long)
    return {**found, "state_dict": weights}


def fill(module: torch.nn.Module, state: Mapping[str, Tensor], holds: Sequence[str]) -> None:
    """Put the weights of some networks into a model, whose others stay as they are.

    Raises:
        RuntimeError: weights of these networks are missing, or others are there.
    """
    missing, unexpected = module.load_state_dict(dict(state), strict=False)
    networks = tuple(f"{name}." for name in holds)
    lacking = [name for name in missing if name.startswith(networks)]
    if lacking or unexpected:
        raise RuntimeError(f"Error:\nnames do not fit: {', '.join([*lacking, *unexpected])[:150]}")
