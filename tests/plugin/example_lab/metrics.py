"""How far generated images are from the real ones in their brightness."""

from collections.abc import Mapping
from typing import final

import torch

from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.samples import Samples


@final
class BrightnessGap(SampleMetric):
    """`brightness_gap`: the difference of the mean pixels, from 0 (the best) to 255."""

    of_pixels = True

    def __init__(self, extractor: str, primary: bool = True) -> None:
        super().__init__(extractor, primary)
        self.add_state("total", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("count", torch.zeros((), dtype=torch.int64), dist_reduce_fx="sum")

    def fit(self, real: Samples) -> None:
        self.register_buffer("real", real.pixels.double().mean())

    def update(self, generated: Samples) -> None:
        self.total += generated.pixels.double().sum()
        self.count += generated.pixels.numel()

    def compute(self) -> dict[str, float]:
        return {"brightness_gap": (self.total / self.count - self.real).abs().item()}

    @property
    def better(self) -> Mapping[str, Better]:
        return {"brightness_gap": "lower"}
