"""A run that is about to train."""

from dataclasses import dataclass

from lightning import Trainer
from omegaconf import DictConfig

from gan_lab.assembly.saved_config import Reopened
from gan_lab.data.base import ImageDataset, Images
from gan_lab.runs.directory import RunDirectory
from gan_lab.training.algorithm import Algorithm


@dataclass(frozen=True)
class TrainingRun:
    """What is trained on what, by what, and where that is kept.

    Attributes:
        config: the whole configuration.
        directory: of the run.
        dataset: prepared.
        images: of the data set that evaluations compare with; None where there is none such.
        module: to be trained.
        trainer: that trains it.
        reopened: the checkpoint that it goes on from; None for a new run.
    """

    config: DictConfig
    directory: RunDirectory
    dataset: ImageDataset
    images: Images | None
    module: Algorithm
    trainer: Trainer
    reopened: Reopened | None
