"""gan_lab.load: a checkpoint's model, for somebody's own program."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, final, get_args

import numpy as np
import torch
from torch import Tensor, nn

from gan_lab.assembly import trained_model as assembly
from gan_lab.assembly.labels import chosen_classes
from gan_lab.assembly.originals import give_originals
from gan_lab.config.plain import override, resolved
from gan_lab.config.schema import Threshold
from gan_lab.data.base import Batch, ImageDataset
from gan_lab.errors import ConfigError
from gan_lab.evaluation.scored_images import original_of, read_images, shape_doubts
from gan_lab.latents.captions import Captions
from gan_lab.library.given_images import place_of
from gan_lab.library.places import checkpoint_of
from gan_lab.library.session import session
from gan_lab.library.whole_numbers import whole
from gan_lab.tasks.translate import BATCH, source_of, way_to
from gan_lab.training.abilities import (
    ABILITIES,
    HasDensity,
    HasLatents,
    MakesImages,
    StartsFromImages,
    Translates,
    TruncatesLatents,
)
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.resting import resting
from gan_lab.training.sampling import SamplesFromLatents

_, THRESHOLD = get_args(Threshold)
Condition = str | int | Sequence[str | int]
SCORED_AT_ONCE = 64


def load(ckpt: str | os.PathLike[str], *words: str, device: str = "auto") -> "TrainedModel":
    """Return the model of a checkpoint, to draw from; its data need not be there.

    Args:
        ckpt: such as `RUN/checkpoints/best.ckpt`, or the run's directory, for its best checkpoint,
            or its last one where none was evaluated.
        words: further words of `task=sample`, such as `plugins=[my_lab]`.
        device: auto, cpu, gpu, cuda or mps.

    Raises:
        GanLabError: it cannot be read, or is of other networks than it says.
    """
    command = (
        "task=sample", override("ckpt", checkpoint_of(ckpt)), f"trainer.accelerator={device}",
        *words,
    )  # fmt: skip
    with session(*command) as (config, _):
        return TrainedModel(assembly.open_model(config), command)


@final
class TrainedModel:
    """A trained model, to draw images from.

    Its samples are those of `task=sample` with the same seed, to the last bit.

    Args:
        opened: as a command opens it.
        words: of that command, which are kept.

    Attributes:
        ckpt: the checkpoint.
        config: that it was trained with, as plain data.
        iteration: completed iterations.
        class_names: of the labels that it is told of; empty for none.
        image_shape: `(C, H, W)` of its images.
        algorithm: the whole model, a LightningModule.
    """

    def __init__(self, opened: assembly.TrainedModel, words: Sequence[str]) -> None:
        self._opened, self.words = opened, tuple(words)
        self.ckpt: str = opened.config.ckpt
        self.config: dict[str, Any] = resolved(opened.config)
        self.iteration: int = opened.iteration
        self.class_names: list[str] = list(getattr(opened.labels, "class_names", ()))
        self.image_shape: tuple[int, int, int] = opened.dataset.image_shape
        self.algorithm: Algorithm = opened.module.eval()

    def __repr__(self) -> str:
        name, shape = type(self.algorithm).__name__, "x".join(map(str, self.image_shape))
        return f"<TrainedModel {name}, images {shape}, iteration {self.iteration}, {self.ckpt}>"

    def words_for(self, task: str) -> list[str]:
        """Return the words of a command that does another task with it."""
        others = [word for word in self.words if not word.startswith(("task=", "ckpt="))]
        return [f"task={task}", override("ckpt", self.ckpt), *others]

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.algorithm.device

    @property
    def generator(self) -> nn.Module:
        """The network from latents to images in `value_range`, with the weights that are evaluated.

        Raises:
            ConfigError: the model has none.
        """
        return self._with(HasLatents, "generator").evaluated_generator

    @property
    def value_range(self) -> tuple[float, float] | None:
        """The numbers that are black and white in what networks see; None: they are no images."""
        return self._opened.dataset.clipped_range

    def latents(self, n: int, *, seed: int = 0) -> Tensor:
        """Return `n` latents `(n, Z)`, float32 on the device: those of `sample` with this seed.

        Raises:
            ConfigError: the model has none.
        """
        module = self._with(HasLatents, "latents")
        return module.latents(whole("n", n, least=1), whole("seed", seed), "task=sample")

    def sample(
        self,
        n: int = 64,
        *,
        seed: int = 0,
        condition: Condition | None = None,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Return `n` images, uint8 `(n, H, W, C)`; of points, float32 `(n, 1, 1, 2)`.

        Args:
            n: how many.
            seed: the same one gives the same images.
            condition: of a model that is told of labels, the class or classes to draw, by name or
                number; of one that is told of captions, a sentence or several; None: all, at their
                shares in the data.
            truncation: the largest absolute number of a Gaussian latent; None: any.

        Raises:
            ConfigError: the model has no such class, or no latents to truncate.
            DataError: it translates images, and those that it would translate are not there.
        """
        return self.pixels(self._drawn(n, seed, condition, truncation).images)

    def sample_labelled(
        self, n: int = 64, *, seed: int = 0, condition: Condition | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the images of `sample` and their labels, int64 `(n,)`, places in `class_names`.

        Raises:
            ConfigError: the model is told of no labels, or has no such class.
        """
        batch = self._drawn(n, seed, condition, None)
        if batch.condition is None or isinstance(self._opened.labels, Captions):
            raise ConfigError(
                f"sample_labelled is for models that are told of labels, and that of "
                f"ckpt={self.ckpt} is told of none: sample draws its images."
            )
        return self.pixels(batch.images), batch.condition.cpu().numpy()

    def pixels(self, images_NCHW: Tensor) -> np.ndarray:
        """Return what a network made, in `value_range`, as `sample` returns it: `(N, H, W, C)`."""
        return self._opened.dataset.to_pixels(images_NCHW.detach()).numpy().transpose(0, 2, 3, 1)

    def dataset(self, split: str | None = None) -> ImageDataset:
        """Return the data that it was trained on, prepared; `.load().pixels` are the images.

        Args:
            split: another part of them, whole; None: the part that it was trained on.

        Raises:
            GanLabError: they cannot be prepared, are not the same any more, or have no such part.
        """
        with session(*self.words):
            if split is not None:
                return self._opened.split(split)
            self._opened.prepare()
            return self._opened.dataset

    def translate(self, images: Any, *, to: str) -> np.ndarray:
        """Return images translated, uint8 `(N, H, W, C)`.

        Args:
            images: arrays or a place; see `gan_lab.evaluate`. They are brought to the size that
                the model was trained at.
            to: the set or the class to translate to.

        Raises:
            GanLabError: the model does not translate, or there; or they are no images.
        """
        module = self._with(Translates, "translate")
        way = way_to(str(to), module)
        source = source_of(self._opened.dataset, way)
        parts = [
            module.translate(part, way.there) for part in self._seen(images, source).split(BATCH)
        ]
        return self.pixels(torch.cat(parts))

    def log_prob(self, images: Any, *, samples: int = 1, seed: int = 0) -> np.ndarray:
        """Return how likely images are, in nats, float32 `(N,)`; of a VAE, a bound from below.

        Args:
            images: arrays or a place; see `gan_lab.evaluate`.
            samples: of which a bound is made; the more, the tighter.
            seed: of their random numbers.

        Raises:
            GanLabError: the model does not say, or they are no images, or of another shape than
                those that it was trained on: what is scaled is another image.
        """
        module = self._with(HasDensity, "log_prob")
        samples, seed = whole("samples", samples, least=1), whole("seed", seed)
        parts = [
            module.log_prob(part, samples, seed, "log_prob", number)
            for number, part in enumerate(
                self._seen(images, self._opened.dataset, as_they_are=True).split(SCORED_AT_ONCE)
            )
        ]
        return torch.cat(parts).float().cpu().numpy()

    def _with(self, ability: type, name: str) -> Any:
        """Return the model, which has to have an ability."""
        if not isinstance(self.algorithm, ability):
            remedy = " sample shows what it makes."
            if not isinstance(self.algorithm, MakesImages):
                remedy = " gan_lab.evaluate scores it."
            raise ConfigError(
                f"{name} needs {ABILITIES[ability]}, and {type(self.algorithm).__name__}, the "
                f"algorithm of ckpt={self.ckpt}, has none.{remedy}"
            )
        return self.algorithm

    def _drawn(
        self, n: int, seed: int, condition: Condition | None, truncation: float | None
    ) -> Batch:
        n, seed = whole("n", n, least=1), whole("seed", seed)
        if isinstance(self._with(MakesImages, "sample"), StartsFromImages):
            return self._of_originals(n, seed, condition)
        with self._asked_for(condition, truncation), resting(self.algorithm):
            return self.algorithm.sample(n, seed, "task=sample")

    def _of_originals(self, n: int, seed: int, condition: Condition | None) -> Batch:
        """Return what is made of the data's own images, which alone needs the data."""
        with session(*self.words) as (config, _):
            opened = assembly.open_model(config, only=condition)
            opened.prepare()
            give_originals(opened.module, opened.config, opened.dataset)
            return opened.module.sample(n, seed, "task=sample")

    @contextmanager
    def _asked_for(self, condition: Condition | None, truncation: float | None) -> Iterator[None]:
        """Let the model draw some classes alone, or other latents, for the time of the body."""
        module: Any = self.algorithm
        labels = self._opened.labels
        if condition is not None:
            chosen = chosen_classes(labels, condition)  # refuses a model that is told of nothing
            labels = labels and labels.only(chosen)
        if truncation is not None and not THRESHOLD.fits(truncation):
            raise ConfigError(f"truncation={truncation} must be a number {THRESHOLD}, or left out.")
        if truncation is not None and not isinstance(module, TruncatesLatents):
            raise ConfigError(
                f"truncation={truncation} is for latents, and {type(module).__name__}, the "
                f"algorithm of ckpt={self.ckpt}, has none: leave it out."
            )
        if not isinstance(module, SamplesFromLatents):
            yield
            return
        before = module.inputs
        try:
            if condition is not None:
                module.inputs = replace(module.inputs, condition=labels)
            if truncation is not None:
                module.truncate(truncation)
            yield
        finally:
            module.inputs = before

    def _seen(self, images: Any, dataset: ImageDataset, as_they_are: bool = False) -> Tensor:
        """Return somebody's images as networks see those of `dataset`, on the device."""
        with place_of(images) as place:
            read = read_images(place, dataset)
        originals = [original_of(*kind) for kind in read.record["originals"].items()]
        if as_they_are and (doubts := [*shape_doubts(originals, dataset.image_shape)]):
            raise ConfigError(f"{doubts[0]} Bring them to the shape that the model knows first.")
        return dataset.to_network(dataset.like_generated(read.images).pixels).to(self.device)
