"""Features drawn for tests, and the score of some against others."""

import torch

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features, Samples


class Classifier(Extractor):
    """Ready-made logits as images."""

    is_classifier = True

    def __init__(self, classes):
        super().__init__("c", tuple(f"class {n}" for n in range(classes)), {})

    def forward(self, pixels):
        return Features(pixels.flatten(1), pixels.flatten(1))


def gaussian(n, d, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=torch.float64).to(dtype)


def samples(features, *, logits=None, labels=None, pixels=None, start=0):
    positions = torch.arange(start, start + len(features))
    pixels = torch.zeros(len(features), 2, 1, 1) if pixels is None else pixels
    return Samples(pixels, features, positions, logits, labels)


def blocks(whole, sizes):
    """Return samples as blocks of the given sizes, each with its place among all."""
    start = 0
    for size in sizes:
        yield part(whole, torch.arange(start, start + size))
        start += size


def part(whole, rows):
    def some(tensor):
        return None if tensor is None else tensor[rows]

    fields = (whole.pixels, whole.features, whole.positions, whole.logits, whole.labels)
    return Samples(*map(some, fields))


def score(metric, real, fake):
    """Return what the metric says of features, or samples, against real ones."""
    real, fake = (samples(x) if isinstance(x, torch.Tensor) else x for x in (real, fake))
    metric.reset()
    metric.fit(real)
    metric.update(fake)
    return metric.compute()
