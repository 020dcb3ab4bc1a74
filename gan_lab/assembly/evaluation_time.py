"""How long a run's evaluations take, told without one of them."""

import time
from dataclasses import dataclass
from typing import final

import torch

from gan_lab.assembly.extractors import choose_extractors
from gan_lab.assembly.originals import samples_of
from gan_lab.assembly.training_run import TrainingRun
from gan_lab.callbacks.scoring import address
from gan_lab.data.base import Images
from gan_lab.evaluation.evaluation import extract
from gan_lab.training.abilities import MakesImages

WARM_UP = 8  # images


@final
@dataclass(frozen=True)
class EvaluationTime:
    """Seconds, of which metrics have no share yet.

    Attributes:
        making: all images of an evaluation, and looking at them.
        real: looking at the real ones, which is done once and kept for other runs.
    """

    making: float
    real: float


def evaluation_time(run: TrainingRun) -> EvaluationTime:
    """Return what follows from one batch of images of each view; none where no images are made.

    Raises:
        ConfigError: an extractor that does not exist or does not go with the data.
    """
    module, dataset, settings = run.module, run.dataset, run.config.evaluation
    if not isinstance(module, MakesImages):
        return EvaluationTime(0.0, 0.0)
    device = run.trainer.strategy.root_device
    extractors = [
        extractor.freeze().to(device, memory_format=torch.channels_last)
        for extractor in choose_extractors(settings.extractors, dataset, device)
    ]
    n = samples_of(run.config, dataset, module)
    n_real = settings.n_real or (0 if run.images is None else len(run.images))
    batch = min(settings.batch_size, n)
    making = looking = 0.0
    for view in module.views:
        images_at = module.images_at(n, *address(settings.seed), view=view)
        for positions in (torch.arange(min(batch, WARM_UP)), torch.arange(batch)):
            started = time.perf_counter()
            made = images_at(positions)
            images = Images(dataset.to_pixels(made.images))
            _wait(device)
            seen = time.perf_counter()
            for extractor in extractors:
                extract(extractor, images, positions, device)
            _wait(device)
            ended = time.perf_counter()
        making += (ended - started) / batch
        looking += (ended - seen) / batch
    return EvaluationTime(n * making, n_real * looking)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
