"""gan_lab.save_pretrained, push_to_hub and from_pretrained: a model that is given away."""

import os
from pathlib import Path
from typing import Literal

from gan_lab.assembly import hub
from gan_lab.config.plain import override, quoted
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.library.session import session
from gan_lab.library.trained_model import TrainedModel, load
from gan_lab.runs import exported_weights


def save_pretrained(
    model: TrainedModel,
    folder: str | os.PathLike[str],
    *,
    format: Literal["safetensors", "onnx", "torch", "page"] = "safetensors",
    to: str | None = None,
    license: str | None = None,
) -> Path:
    """Write a model into a folder with its card, as `task=export` does, and return the folder.

    Args:
        model: that `gan_lab.load` returned.
        folder: new, or empty.
        format: safetensors, which `from_pretrained` reads; onnx for any program; torch; page, to
            play with in a browser.
        to: of a model that translates with a network for each set, the set.
        license: what others may do with it, for the card.

    Raises:
        GanLabError: its networks cannot be written so, or the folder holds something.
    """
    if not isinstance(model, TrainedModel):
        raise ConfigError(f"model={model!r} is no loaded model: give gan_lab.load({model!r}).")
    place = Path(folder).expanduser().absolute()
    words = [
        *model.words_for("export"), override("out", place), f"format={format}",
        *([override("to", to)] if to is not None else []), *_licensed(license),
    ]  # fmt: skip
    with session(*words) as (config, task):
        task(config)
    return place


def from_pretrained(
    place: str | os.PathLike[str],
    *words: str,
    revision: str | None = None,
    device: str = "auto",
) -> TrainedModel:
    """Return the model that `save_pretrained` or `push_to_hub` wrote, or their commands.

    It holds data alone, and no code of whoever wrote it runs: of a repository on the Hub, only
    safetensors and JSON are downloaded and read, whatever else it holds.

    Args:
        place: a folder with `model.safetensors`, which no network is asked for; or, where there is
            no such folder, `user/name` on the Hugging Face Hub.
        words: such as `plugins=[my_lab]`.
        revision: on the Hub, a branch, tag or commit; None: the newest.
        device: auto, cpu, gpu, cuda or mps.

    Raises:
        GanLabError: there is no such file, it is damaged, or the Hub is not there or refuses.
    """
    folder = Path(place).expanduser()
    if not folder.exists() and hub.is_name(str(place)):
        folder = hub.fetch(str(place), revision)
    elif revision is not None:
        raise ConfigError(f"revision={revision} is of the Hub, and {place} is not: leave it out.")
    path = folder / exported_weights.NAME
    if not path.is_file():
        raise CheckpointError(
            f"{place} has no {exported_weights.NAME}: name a folder that task=export or "
            f"save_pretrained wrote, or user/name on the Hub. gan_lab.load opens checkpoints."
        )
    return load(path, *words, device=device)


def push_to_hub(
    model: TrainedModel | str | os.PathLike[str],
    repo: str,
    *,
    license: str | None = None,
    private: bool = False,
) -> str:
    """Put a model onto the Hugging Face Hub, as `task=push` does, and return its address.

    Who you are, huggingface_hub knows: `hf auth login`, or the environment's HF_TOKEN.

    Args:
        model: that `gan_lab.load` returned, or a folder that `save_pretrained` wrote.
        repo: `user/name`, made if it is not there.
        license: what others may do with it, for the card; of a folder, its own card says so.
        private: whether only you may see a repository that is made now.

    Raises:
        GanLabError: the Hub is not there or refuses, or the folder holds no safetensors.
    """
    if isinstance(model, TrainedModel):
        with session(*model.words_for("push"), override("repo", repo), f"private={private}",
                     *_licensed(license)) as (config, task):  # fmt: skip
            task(config)
        return hub.address(repo)
    if license is not None:
        raise ConfigError(f"license={license} is for a model; the folder {model} has its card.")
    folder = Path(model).expanduser()
    if not (folder / exported_weights.NAME).is_file():
        raise CheckpointError(
            f"{model} has no {exported_weights.NAME}: name a folder that save_pretrained wrote."
        )
    return hub.push(folder, hub.check_name(repo), private=private)


def _licensed(license: str | None) -> list[str]:
    return [] if license is None else [f"license={quoted(license)}"]
