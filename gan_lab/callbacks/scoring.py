"""An evaluation of what a model makes, in all its views."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, final

import torch
from torch import Tensor

from gan_lab.callbacks.progress import EvaluationProgress
from gan_lab.data.base import Batch, Images
from gan_lab.evaluation.evaluation import Evaluation, Result, column
from gan_lab.evaluation.outside_range import COLUMN as OUTSIDE_RANGE
from gan_lab.evaluation.outside_range import OutsideRange
from gan_lab.training.abilities import ASKED, Translates
from gan_lab.training.algorithm import Algorithm

REAL = "agreement_real"  # which needs no generated images


@final
@dataclass(frozen=True)
class Scoring:
    """Scores a model's images, made of the same latents each time.

    Attributes:
        evaluation: the metrics, fitted to the real images.
        seed: of the latents.
        to_pixels: turns generated images into pixels as the data set stores them.
        class_names: of the labels that images are asked for; empty if they are not.
        clipped_range: the value range where it clips numbers beyond; None: there are none.
        copied: what originals get that are handed on untranslated, once it is known, by view.
    """

    evaluation: Evaluation
    seed: int
    to_pixels: Callable[[Tensor], Tensor]
    class_names: Sequence[str] = ()
    clipped_range: tuple[float, float] | None = None
    copied: dict[str, dict[str, float]] = field(default_factory=dict, init=False)

    def __call__(self, module: Algorithm, progress: EvaluationProgress | None = None) -> Result:
        """Return the numbers of all views; histogram and bins are the first one's, if there is one.

        Where images may leave the value range, the share that does is a number more. Beside the
        main numbers of translations is what their originals get, `..._copy`.
        """
        metrics: dict[str, float] = {}
        results: list[Result] = []
        sampling = SamplingClock()
        for view in module.views if self.evaluation.n_fake else ():
            at = sampling.timed(module.images_at(self.evaluation.n_fake, *self.address, view=view))
            outside = None
            if self.clipped_range and not module.bounded:
                outside = OutsideRange(self.clipped_range, module.device)

            def images_at(
                positions: Tensor,
                at: Callable[[Tensor], Batch] = at,
                outside: OutsideRange | None = outside,
            ) -> Images:
                made = at(positions)
                if outside:
                    outside.update(made.images)
                labels = made.condition if self.class_names else None
                return Images(self.to_pixels(made.images), labels, tuple(self.class_names))

            if progress is None:
                results.append(self.evaluation.run(images_at, view=view))
            else:
                with progress.counting(self.evaluation.n_fake) as advance:
                    results.append(self.evaluation.run(images_at, advance, view))
            found = results[-1].metrics | ({OUTSIDE_RANGE: outside.compute()} if outside else {})
            if isinstance(module, Translates):
                found |= self.copied.get(view) or self.copy(module, view)
            metrics |= {column(view, name): value for name, value in found.items()}
        for method, ability in ASKED.items():
            if isinstance(module, ability):
                metrics |= self.evaluation.ask(method, getattr(module, method))
        if not results:
            return Result(metrics, [])
        return replace(results[0], metrics=metrics, sampling_seconds=sampling.of_a_thousand)

    def copy(self, module: Translates, view: str) -> dict[str, float]:
        """Return the main numbers of the originals, as if they were their translations."""
        source, target = module.directions[view]
        originals, label = module.originals[source], module.sets.index(target)
        chosen = originals.choose(self.evaluation.n_fake, *self.address, "originals")

        def images_at(positions: Tensor) -> Images:
            images = originals.at(chosen[positions], torch.device("cpu"))
            labels = torch.full((len(positions),), label) if self.class_names else None
            return Images(self.to_pixels(images), labels, tuple(self.class_names))

        found = self.evaluation.run(images_at, view=view).metrics
        main = self.evaluation.headlines(view)
        self.copied[view] = {
            f"{name}_copy": value
            for name, value in found.items()
            if name in main or (name.startswith("agreement") and not name.startswith(REAL))
        }
        return self.copied[view]

    @property
    def address(self) -> tuple[int | str, ...]:
        """Where the latents come from."""
        return address(self.seed, self.evaluation.draw)


@final
@dataclass
class SamplingClock:
    """How long a model takes to make its images.

    Attributes:
        seconds: for all so far.
        images: so many.
    """

    seconds: float = 0.0
    images: int = 0

    def timed(self, images_at: Callable[[Tensor], Batch]) -> Callable[[Tensor], Batch]:
        """Return the same function, whose time is taken."""

        def timed_images_at(positions: Tensor) -> Batch:
            started = time.perf_counter()
            made = images_at(positions)
            if made.images.is_cuda:
                torch.cuda.synchronize(made.images.device)
            self.seconds += time.perf_counter() - started
            self.images += len(positions)
            return made

        return timed_images_at

    @property
    def of_a_thousand(self) -> float | None:
        """Seconds for 1,000 images; None before there was any."""
        return 1000 * self.seconds / self.images if self.images else None


def address(seed: int, draw: int = 0) -> tuple[int | str, ...]:
    """Return where the random numbers of an evaluation come from."""
    return (seed, "evaluation", *([draw] if draw else []))


def record_of(result: Result, evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain data: the numbers, and what they depend on."""
    return {
        # JSON knows no infinity, which a divergence can be.
        "metrics": {
            name: value if math.isfinite(value) else None for name, value in result.metrics.items()
        },
        "classes": list(evaluation.class_names),
        "histogram": list(result.histogram),
        "bins": dict(result.bins),
        "by_class": {name: list(values) for name, values in result.by_class.items()},
        "left_out": {
            name: f"needs at least {least} real and {least} generated images"
            for name, least in evaluation.left_out.items()
        },
        "perfect": evaluation.perfect,
        "protocol": evaluation.protocol,
    }
