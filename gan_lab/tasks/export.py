"""task=export: what makes a checkpoint's images, as a file for other programs, with a card."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from torch import Tensor

from gan_lab.assembly import export_formats, playground
from gan_lab.assembly.card import card_of
from gan_lab.assembly.card_page import readme_of
from gan_lab.assembly.forms import picture_of_samples
from gan_lab.assembly.leaving import ADDRESS, CHECKED, Leaving, leaving
from gan_lab.assembly.trained_model import TrainedModel, open_model
from gan_lab.durable import replacing
from gan_lab.errors import ConfigError
from gan_lab.output_files import empty_folder, write_npz, write_picture, write_record, writing
from gan_lab.runs import exported_weights
from gan_lab.runs.checkpoints import MANIFEST
from gan_lab.runs.provenance import versions
from gan_lab.terminal import say
from gan_lab.training.abilities import HasLatents

DEFAULT_OUT = "export"
DISCRIMINATOR = "discriminator"  # a part of models
EXAMPLES = 16  # inputs that go along


def run(config: DictConfig) -> None:
    """Write the file, check what it makes of the same inputs, and write its card.

    Raises:
        GanLabError: the checkpoint cannot be read, its networks cannot be written in this format,
            or `out` cannot be written.
    """
    trained = open_model(config)
    if config.format == "safetensors":
        if config.to is not None:
            raise ConfigError(f"to={config.to} is for one network, and format=safetensors has all.")
        out = empty_folder(config.out, DEFAULT_OUT)
        card = write_safetensors(trained, config, out)
    else:
        part = leaving(trained, config)
        if config.format == "page":
            playground.check(trained, part)
        out = empty_folder(config.out, DEFAULT_OUT)
        card = _write_network(trained, part, config, out)
    say_difference(card, config.ckpt)
    say(f"Wrote {card['file']}, card.json and README.md: {out.absolute()}")


def write_safetensors(
    trained: TrainedModel, config: DictConfig, out: Path, repo: str | None = None
) -> dict[str, Any]:
    """Write a whole model with its card into a folder, and return the card.

    Args:
        trained: the model.
        config: of the command.
        out: the folder, empty.
        repo: where the model goes on the Hub; None: nowhere.
    """
    path = out / exported_weights.NAME
    parity = write_weights(trained, config, path)
    card = card_of(
        trained, path, "safetensors", license=config.license, ckpt=config.ckpt, parity=parity
    )
    _write_card(card, trained, out, repo)
    return card


def _write_network(
    trained: TrainedModel, part: Leaving, config: DictConfig, out: Path
) -> dict[str, Any]:
    """Write one network with its card into a folder, and return the card."""
    format, path = config.format, out / export_formats.FILES[config.format]
    if format == "page":
        file = playground.write(trained, part, path, license=config.license)
    else:
        file = export_formats.write(format, part, path)
        first = {name: value[:EXAMPLES].numpy() for name, value in part.inputs.items()}
        write_npz(out / "inputs.npz", first)
    difference = export_formats.largest_difference(part, file)
    parity = {"of": f"{CHECKED} images", "largest_difference": difference}
    card = card_of(
        trained, path, format, license=config.license, ckpt=config.ckpt, parity=parity, part=part
    )
    _write_card(card, trained, out)
    return card


def say_difference(card: Mapping[str, Any], ckpt: str) -> None:
    """Say how far what was written is from the checkpoint."""
    of, most = card["parity"]["of"], card["parity"]["largest_difference"]
    say(f"Largest difference to {ckpt}, of {of}: {most:.3g}")


def write_weights(trained: TrainedModel, config: DictConfig, path: Path) -> dict[str, Any]:
    """Write what a model needs to make images, and return how far off is what is read from it.

    Args:
        trained: the model.
        config: of the command.
        path: of the file.
    """
    module = trained.module.cpu()
    needed = [name for name, kind in module.parts.items() if kind != DISCRIMINATOR]
    labels = getattr(module, "labels", None)
    if labels and not labels.exclusive:  # its discriminator tells what else an image has
        needed = list(module.parts)
    weights = {
        f"{name}.{key}": value
        for name in needed
        for key, value in module.evaluated(name).state_dict().items()
    }
    checkpoint = {
        **trained.reopened.checkpoint,
        "config": _without_averages(trained.reopened.trained),
        "averaged": trained.weights == "ema",
    }
    with writing(path):
        exported_weights.write(path, weights, checkpoint, needed)
        entry = {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "iteration": trained.iteration,
            "versions": versions(),
        }
        with replacing(path.with_name(MANIFEST)) as file:
            file.write(json.dumps({path.name: entry}, indent=2).encode())
    again = open_model(OmegaConf.merge(config, {"ckpt": str(path)})).module.cpu()
    of = f"{CHECKED} images" if isinstance(module, HasLatents) else "all weights"
    pairs = zip(_outcome(module, needed), _outcome(again, needed), strict=True)
    return {"of": of, "largest_difference": max(float((a - b).abs().max()) for a, b in pairs)}


def _without_averages(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration of networks that are averages already."""
    plain = OmegaConf.to_container(OmegaConf.create(dict(config)))
    for average in plain["ema"].values():
        average.update(decay=None, half_life_images=None)
    return plain


def _write_card(
    card: dict[str, Any], trained: TrainedModel, out: Path, repo: str | None = None
) -> None:
    """Write the card for programs and for people, with a picture where that needs no data."""
    write_record(out / "card.json", card)
    has_picture = isinstance(trained.module, HasLatents)
    if has_picture:
        shown = picture_of_samples(trained.dataset, trained.labels)
        samples = shown.samples(trained.module, 0, ADDRESS)
        write_picture(out / "samples.png", shown.drawn(trained.module, samples))
    with writing(out), replacing(out / "README.md") as file:
        file.write(readme_of(card, has_picture=has_picture, repo=repo).encode())


def _outcome(module: Any, networks: Sequence[str]) -> list[Tensor]:
    """Return what a model makes of the same latents; of one without any, its weights."""
    if isinstance(module, HasLatents):
        return [module.sample(CHECKED, 0, ADDRESS).images]
    states = [module.evaluated(name).state_dict().values() for name in networks]
    return [value.double() for values in states for value in values]
