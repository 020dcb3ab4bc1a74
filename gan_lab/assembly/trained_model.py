"""A trained model from its checkpoint, to look at what it has learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from omegaconf import DictConfig, OmegaConf
from torch import Tensor

from gan_lab.assembly.data_identity import prepare
from gan_lab.assembly.forms import require_images
from gan_lab.assembly.labels import Classes, Known, chosen_classes, labels_of_checkpoint, told
from gan_lab.assembly.models import build_algorithm, load_weights
from gan_lab.assembly.saved_config import Reopened, reopen
from gan_lab.assembly.trainers import choose_accelerator
from gan_lab.config.build import build
from gan_lab.data.base import ImageDataset
from gan_lab.data.select import some
from gan_lab.errors import ConfigError
from gan_lab.training.abilities import ABILITIES, HasLatents, MakesImages, TruncatesLatents
from gan_lab.training.algorithm import Algorithm


@dataclass(frozen=True)
class TrainedModel:
    """A trained model, ready to draw from.

    Attributes:
        module: with the checkpoint's weights, on its device.
        dataset: that it was trained on.
        reopened: the checkpoint.
        labels: or captions, that the model is told of; None: nothing.
        chosen: the classes, or tokens of texts, that alone are asked for, as they were named.
    """

    module: Algorithm
    dataset: ImageDataset
    reopened: Reopened
    labels: Known | None = None
    chosen: Sequence[Any] = ()

    @property
    def iteration(self) -> int:
        """Completed ones."""
        return self.reopened.iteration

    @property
    def seed(self) -> int:
        """Of its training."""
        return self.reopened.trained["seed"]

    @property
    def config(self) -> DictConfig:
        """Of the checkpoint, with what was typed now."""
        return self.reopened.config

    @property
    def weights(self) -> Literal["ema", "raw"]:
        """Which weights are evaluated, for the record; exported ones say what they were."""
        averaged = self.reopened.checkpoint.get("averaged", False)
        return "ema" if averaged else self.module.evaluated_weights

    def prepare(self) -> None:
        """Prepare its data, or what was accepted in their place.

        Raises:
            GanLabError: they are others than it was trained on, or cannot be prepared.
        """
        prepare(self.dataset, self.reopened)

    def split(self, name: str) -> ImageDataset:
        """Return another part of its data, prepared, without the limit on training images.

        Raises:
            ConfigError: the data have no such part.
        """
        part = build(OmegaConf.merge(self.config.data, {"split": name, "limit": None}), "data")
        part.prepare()
        return part


def open_model(
    config: DictConfig,
    *,
    needs: type | None = None,
    takes_labels: bool = False,
    also_free: Sequence[str] = ("seed", "trainer"),
    only: Classes | None = None,
    truncation: float | None = None,
) -> TrainedModel:
    """Return the model of `config.ckpt`; its data need not be there.

    Args:
        config: as typed now.
        needs: an ability, of `training.abilities`, that the task asks for.
        takes_labels: whether the task knows of models that are told of labels.
        also_free: keys that the task may change, besides those that every task may.
        only: classes, by name or number, or texts, that alone are asked for; None: all, by their
            shares.
        truncation: the largest absolute number of its latents; None: as in training.

    Raises:
        ConfigError: no checkpoint is named, its algorithm lacks the ability or has a condition that
            stands in its way, `only` is no class of it, or its latents cannot be truncated.
        CheckpointError: it cannot be read, or is of other networks.
    """
    if not config.ckpt:
        raise ConfigError(
            f"task={config.task} needs ckpt=, as in ckpt=outputs/DAY/TIME/checkpoints/last.ckpt."
        )
    reopened = reopen(config, also_free)
    dataset = build(reopened.config.data, "data")
    classes = labels_of_checkpoint(reopened)
    labels = told(dataset, classes)
    chosen: Sequence[Any] = ()
    if only is not None:
        chosen = chosen_classes(labels, only)
        classes = labels = labels.only(chosen)
    module = build_algorithm(reopened.config, dataset, classes)
    if needs and not isinstance(module, needs):
        remedy = "task=evaluate scores it."
        if isinstance(module, MakesImages):
            remedy = "task=sample shows what it makes."
        raise ConfigError(
            f"task={config.task} needs {ABILITIES[needs]}, and {type(module).__name__}, the "
            f"algorithm of ckpt={config.ckpt}, has none. {remedy}"
        )
    if needs is HasLatents and labels and not takes_labels:
        raise ConfigError(
            f"task={config.task} makes images of latents alone, and the model of "
            f"ckpt={config.ckpt} asks for labels too. task=sample condition= shows one class of it."
        )
    if truncation is not None:
        if not isinstance(module, TruncatesLatents):
            raise ConfigError(
                f"truncation={truncation} is for latents, and {type(module).__name__}, the "
                f"algorithm of ckpt={config.ckpt}, has none: leave it out."
            )
        module.truncate(truncation)
    load_weights(module, reopened.checkpoint, config.ckpt)
    module.to(choose_accelerator(config.trainer.accelerator))
    return TrainedModel(module, dataset, reopened, labels, chosen)


def open_images(
    config: DictConfig,
    *,
    needs: type | None = None,
    takes_labels: bool = False,
    truncation: float | None = None,
) -> TrainedModel:
    """Return the model of `config.ckpt`, trained on images, with its data prepared.

    Args:
        config: see `open_model`, like the others.
        needs: an ability.
        takes_labels: whether the task knows of labels.
        truncation: of its latents.

    Raises:
        ConfigError: no checkpoint is named, it is one of points, its algorithm lacks the ability
            that is needed, or its latents cannot be truncated.
    """
    trained = open_model(config, needs=needs, takes_labels=takes_labels, truncation=truncation)
    require_images(trained.dataset, f"task={config.task}", "task=sample draws its samples.")
    trained.prepare()
    return trained


def real_images(trained: TrainedModel, split: str, n: int) -> Tensor:
    """Return `n` real images of a split as the networks see them, on their device.

    Raises:
        ConfigError: the data have no such split.
    """
    try:
        dataset = trained.split(split)
    except ConfigError as error:
        raise ConfigError(str(error).replace("data.split", "split")) from error
    chosen = some(dataset.like_generated(dataset.load()), n, dataset.by_class)
    return dataset.to_network(chosen).to(trained.module.device)


def within(truncation: float | None) -> str:
    """Return what to say of truncated latents."""
    return "" if truncation is None else f", of latents within ±{truncation}"
