"""The LightningDataModule around any data set: prepare once, load, and feed from memory."""

from dataclasses import replace
from typing import final

import torch
from lightning import LightningDataModule
from torch import Tensor

from gan_lab.data.base import Batch, ImageDataset, Images
from gan_lab.data.labelled import labelled_part
from gan_lab.data.loader import Minibatches, MinibatchLoader
from gan_lab.data.real_conditions import conditions_of
from gan_lab.data.unpaired import keys_of
from gan_lab.errors import ConfigError
from gan_lab.plurals import counted

LABELLED = "labelled"  # minibatches of the images whose labels a model learns from


@final
class ImageDataModule(LightningDataModule):
    """Minibatches of a data set's sources, as many of each as the algorithm's `streams` say.

    Args:
        dataset: which images.
        batch_size: images per minibatch, over all devices.
        iterations: length of the run.
        seed: of the order of the images.
        processes: that share each minibatch.
        pack: images that the discriminator judges together.
        group: packs that the discriminator compares.

    Attributes:
        images: of each source, once they are set up.
        shown: what minibatches are cut from: the same, or larger ones, and those that are labelled.
        conditions: what models are told of each image, or learn; None: nothing.
    """

    def __init__(
        self,
        dataset: ImageDataset,
        *,
        batch_size: int,
        iterations: int,
        seed: int = 0,
        processes: int = 1,
        pack: int = 1,
        group: int = 1,
    ) -> None:
        super().__init__()
        self.dataset = dataset
        self.batch_size = batch_size
        self.iterations = iterations
        self.seed = seed
        self.processes = processes
        self.larger = larger(dataset)
        self.pack = pack
        self.group = group
        self.images: dict[str, Images] = {}
        self.shown: dict[str, Images] = {}
        self.conditions: dict[str, Tensor | None] = {}

    def prepare_data(self) -> None:
        """Download and convert what is missing, on one process per machine."""
        self.dataset.prepare()

    def setup(self, stage: str) -> None:
        """Load the images, and check that one minibatch fits into them.

        Raises:
            GanLabError: the images cannot be loaded, or are without the labels that are wanted.
            ConfigError: the batch is larger than the data, or does not divide over the devices
                and into packs and groups.
        """
        for name, source in self.dataset.sources.items():
            if name not in self.images:
                with keys_of(name):
                    self.images[name] = source.load()
                    self.shown[name] = self._shown(name)
                self.conditions[name] = conditions_of(source, self.images[name])
        count = min(len(self.images[name]) for name in self.dataset.sources)
        if self.dataset.labelled is not None and LABELLED not in self.shown:
            part = labelled_part(self.shown["data"], self.dataset.labelled, self.seed)
            self.shown[LABELLED], self.conditions[LABELLED] = part, part.labels
            if self.conditions["data"] is not None:  # the other labels are kept from the model
                self.conditions["data"] = torch.full_like(self.conditions["data"], -1)
        if self.batch_size > count:
            raise ConfigError(
                f"batch_size={self.batch_size} is larger than the data "
                f"({counted(count, 'image')}). Try batch_size={count} or less, or more data."
            )
        if self.batch_size % self.processes:
            raise ConfigError(
                f"batch_size={self.batch_size} must be a multiple of the number of devices "
                f"({self.processes}), so that each gets the same share. "
                f"Try batch_size={self.batch_size + -self.batch_size % self.processes}."
            )
        whole = self.processes * self.pack
        if self.batch_size % whole:
            raise ConfigError(
                f"batch_size={self.batch_size} must be a multiple of model.pack times the number "
                f"of devices ({self.pack} x {self.processes}), so that each device gets whole "
                f"packs. Try batch_size={self.batch_size + -self.batch_size % whole}."
            )
        whole *= self.group
        if self.batch_size % whole:
            raise ConfigError(
                f"batch_size={self.batch_size} must be a multiple of "
                f"model.discriminator.minibatch_std times model.pack times the number of devices "
                f"({self.group} x {self.pack} x {self.processes}), so that each device gets whole "
                f"groups. Try batch_size={self.batch_size + -self.batch_size % whole}."
            )

    def train_dataloader(self) -> MinibatchLoader:
        """Return the minibatches of the iterations that are left.

        Raises:
            ConfigError: the Trainer would go through them again and again.
        """
        if self.trainer.max_epochs != 1:
            raise ConfigError(
                f"Trainer(max_epochs={self.trainer.max_epochs}) would repeat the run's "
                f"{self.iterations} iterations: choose max_epochs=1."
            )
        module = self.trainer.lightning_module
        return MinibatchLoader(
            {name: self._minibatches(name) for name in self.shown},
            module.streams,
            first_iteration=module.iteration,
            last_iteration=self.iterations,
        )

    def transfer_batch_to_device(
        self, batch: dict[str, list[Batch]], device: torch.device, dataloader_idx: int
    ) -> dict[str, list[Batch]]:
        """Return the minibatches as they are: the loader makes them on the device."""
        return batch

    def _shown(self, name: str) -> Images:
        """Return the images of a source that minibatches are cut from."""
        if name not in self.larger:
            return self.images[name]
        self.larger[name].prepare()
        return self.larger[name].load()

    def _minibatches(self, name: str) -> Minibatches:
        dataset = self.dataset if name == LABELLED else self.dataset.sources[name]
        device = self.trainer.strategy.root_device
        images = on_device_if_it_fits(self.shown[name], device)
        condition = self.conditions[name]
        return Minibatches(
            images,
            None if condition is None else condition.to(images.pixels.device),
            to_network=dataset.to_network,
            flip=dataset.flip,
            binarise=dataset.binarise == "dynamic",
            batch_size=self.batch_size,
            address=(self.seed,) if len(self.shown) == 1 else (self.seed, name),
            device=device,
            size=dataset.image_shape[1:] if dataset.load_size else None,
            rank=self.trainer.global_rank,
            world_size=self.trainer.world_size,
        )


def larger(dataset: ImageDataset) -> dict[str, ImageDataset]:
    """Return the sources that minibatches are cut from.

    Raises:
        ConfigError: their images are smaller than what is to be cut from them.
    """
    found = {}
    for name, source in dataset.sources.items():
        if source.load_size is not None:
            with keys_of(name):
                found[name] = source.larger
    return found


def on_device_if_it_fits(images: Images, device: torch.device) -> Images:
    """Return the images on a CUDA device if they take at most half of its free memory."""
    if device.type != "cuda":
        return images
    free_bytes, _ = torch.cuda.mem_get_info(device)
    if images.pixels.nbytes > free_bytes / 2:
        return images
    return replace(images, pixels=images.pixels.to(device))
