"""Piano rolls for tests, and a classifier of them."""

import torch

from gan_lab.evaluation.directions import Direction, Directions
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features

STEPS, PITCHES = 64, 84
NOBODY = torch.empty(0, 2, dtype=torch.int64)


def roll(*notes, n=1):
    """Return `n` rolls as stored, of notes given as first step, step after the last, pitch."""
    pixels = torch.zeros(n, 1, STEPS, PITCHES, dtype=torch.uint8)
    for first, end, pitch in notes:
        pixels[:, 0, first:end, pitch] = 255
    return pixels


class ByVoices(Extractor):
    """Takes a roll for one of a with a probability of a tenth of its mean number of voices."""

    is_classifier = True

    def __init__(self):
        super().__init__("c", ("a", "b"), {})

    def forward(self, pixels):
        p = (pixels[:, 0] >= 128).sum(dim=2).double().mean(dim=1) / 10
        logits = torch.stack([p.clamp(1e-9), 1 - p], dim=1).log()
        return Features(logits, logits)


def to_pixels(images):
    return (images >= 0).byte() * 255


def to_network(pixels):
    return pixels.float() / 127.5 - 1


def attached(metric, a, b, back=True):
    """Return a metric that knows rolls of two sets."""
    directions = {
        view: Direction(
            source,
            to_network(rolls),
            {way: torch.arange(len(rolls))} if back else {},
            NOBODY,
            rolls,
            None,
        )
        for view, source, rolls, way in (
            ("a_to_b", "a", a, "b_to_a"),
            ("b_to_a", "b", b, "a_to_b"),
        )
    }
    metric.attach(Directions("test", directions, 2.0, to_pixels, to_network, ByVoices()))
    return metric
