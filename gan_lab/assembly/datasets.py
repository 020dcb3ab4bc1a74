"""The minibatches that a configuration describes."""

from omegaconf import DictConfig

from gan_lab.assembly.micro_batches import refuse_other_pieces
from gan_lab.assembly.networks import compared, packed
from gan_lab.data.base import ImageDataset
from gan_lab.data.module import ImageDataModule


def build_data(config: DictConfig, dataset: ImageDataset, processes: int) -> ImageDataModule:
    """Return the minibatches of `dataset` for so many processes.

    Args:
        config: the whole configuration.
        dataset: whose images.
        processes: that share each minibatch.

    Raises:
        ConfigError: `micro_batch` does not divide a device's share.
    """
    refuse_other_pieces(config, processes)
    return ImageDataModule(
        dataset,
        batch_size=config.batch_size,
        iterations=config.iterations,
        seed=config.seed,
        processes=processes,
        pack=packed(config),
        group=compared(config),
    )
