"""The one pass: each image is made once, each extractor sees it once, and every metric is fed."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, final

import torch
from torch import Tensor, distributed

from gan_lab import faults
from gan_lab.data.base import Images
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import Better, SampleMetric
from gan_lab.evaluation.model_metric import Ability, ModelMetric
from gan_lab.evaluation.samples import Samples


@dataclass(frozen=True)
class FeatureSpace:
    """An extractor and the metrics that compare what it sees.

    Attributes:
        extractor: frozen, on its device.
        metrics: fitted to the real images.
    """

    extractor: Extractor
    metrics: Sequence[SampleMetric]


@dataclass(frozen=True)
class Result:
    """The outcome of one evaluation.

    Attributes:
        metrics: numbers by their names in metrics.csv.
        histogram: generated images per class, in the classifier's order; empty without classes.
        bins: of the NDB in the first feature space: `real` and `generated` images in each, and
            whether it is `different`; empty without NDB.
        by_class: further numbers of each class, in the same order, None where there is none.
        sampling_seconds: of this device for 1,000 of the images that were scored; None if they were
            not made for it.
    """

    metrics: Mapping[str, float]
    histogram: Sequence[int]
    bins: Mapping[str, Sequence[int]] = field(default_factory=dict)
    by_class: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    sampling_seconds: float | None = None


@final
class Evaluation:
    """Scores images against the real ones that its metrics were fitted to.

    With several processes each scores its share and all get the same numbers; every process has to
    call `run`.

    Args:
        sides: feature spaces with what is scored there, by the names of views, such as the two
            directions of a translation, which are scored one after the other and each against real
            images of its own. The first space's metrics have the bare names. Empty for a model that
            makes no images, of which `of_model` says all.
        device: where features are extracted and metrics computed.
        n_fake: generated images per evaluation.
        batch_size: images that are generated and looked at together.
        protocol: what the numbers depend on, plain data, recorded with them.
        draw: which of several draws of images this is, counted from 0.
        left_out: metrics that would say nothing from so few images, and how many they need.
        n_real_known: real images that those compared with are drawn from.
        of_model: metrics that ask the model itself.
    """

    def __init__(
        self,
        sides: Mapping[str, Sequence[FeatureSpace]],
        *,
        device: torch.device,
        n_fake: int,
        batch_size: int,
        protocol: Mapping[str, Any],
        draw: int = 0,
        left_out: Mapping[str, int] | None = None,
        n_real_known: int = 0,
        of_model: Sequence[ModelMetric] = (),
    ) -> None:
        self.sides = {view: list(spaces) for view, spaces in sides.items()}
        self.device = device
        self.n_fake = n_fake
        self.batch_size = batch_size
        self.protocol = dict(protocol)
        self.draw = draw
        self.left_out = dict(left_out or {})
        self.n_real_known = n_real_known
        self.of_model = of_model

    @property
    def better(self) -> dict[str, Better]:
        """Which way is better, for each number that has a better way."""
        return self._columns("better")

    @property
    def only_reported(self) -> frozenset[str]:
        """The numbers that no checkpoint may be chosen by."""
        return frozenset().union(*(metric.only_reported for metric in self.of_model))

    @property
    def perfect(self) -> dict[str, float | str]:
        """What perfect samples get on average, or which number says it: see `SampleMetric`."""
        return {
            column(view, name): column(view, known) if isinstance(known, str) else known
            for view, metric in self._all()
            for name, known in metric.perfect.items()
        }

    @property
    def units(self) -> dict[str, str]:
        """The units of the numbers that have one."""
        return self._columns("units")

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes of the histogram; empty without any."""
        return next(
            (
                space.extractor.class_names
                for space in self.first_side
                if space.extractor.class_names
            ),
            (),
        )

    @property
    def monitor(self) -> str:
        """The Fréchet distance in the strictest feature space at hand: `fid` before any other.

        Of several views the first one's; without any, the first number of the model itself.
        """
        view = next(iter(self.sides), "")
        headlines = self.headlines(view) if self.sides else []
        if not headlines:
            return next(iter(self.better))
        return column(view, "fid" if "fid" in headlines else headlines[0])

    def headlines(self, view: str) -> list[str]:
        """Return the numbers that judge a run if nobody names one."""
        return [metric.headline for metric in self._metrics(view) if metric.headline]

    @property
    def first_side(self) -> Sequence[FeatureSpace]:
        """The feature spaces of the first view; none where no images are scored."""
        return next(iter(self.sides.values()), [])

    def run(
        self,
        images_at: Callable[[Tensor], Images],
        advance: Callable[[int], None] = lambda count: None,
        view: str | None = None,
    ) -> Result:
        """Score `n_fake` images of one view.

        Args:
            images_at: returns the images at the given positions (int64 `(N,)`, from 0 to
                `n_fake - 1`) as they are stored, with the labels that they were asked for, if any.
            advance: told after each batch how many images of all processes are done.
            view: which one; None: the first.
        """
        view = next(iter(self.sides)) if view is None else view
        processes = distributed.get_world_size() if distributed.is_initialized() else 1
        rank = distributed.get_rank() if processes > 1 else 0
        share = torch.arange(self.n_fake).tensor_split(processes)[rank]
        try:
            for positions in share.split(self.batch_size):
                images = images_at(positions)
                for space in self.sides[view]:
                    samples = extract(space.extractor, images, positions, self.device)
                    for metric in space.metrics:
                        metric.update(samples)
                faults.moment("during_evaluation")
                advance(processes * len(positions))
            metrics: dict[str, float] = {}
            for metric in self._metrics(view):
                metrics |= metric.compute()
            histograms = [metric.histogram() for metric in self._metrics(view)]
            counts = next((counts for counts in histograms if counts is not None), None)
            bins = next(
                (found for metric in self._metrics(view) if (found := metric.bin_counts())), {}
            )
            by_class = {
                name: [None if math.isnan(value) else value for value in values.tolist()]
                for space in self.sides[view]
                if tuple(space.extractor.class_names) == tuple(self.class_names)
                for metric in space.metrics
                for name, values in metric.by_class().items()
            }
            return Result(
                metrics,
                [] if counts is None else counts.tolist(),
                {name: values.tolist() for name, values in bins.items()},
                by_class,
            )
        finally:
            for metric in self._metrics(view):
                metric.reset()

    def ask(self, what: Ability, of_model: Callable[..., Any]) -> dict[str, float]:
        """Return what metrics say of a model, by their names in metrics.csv.

        Args:
            what: metrics that ask for this.
            of_model: its method of this name.
        """
        asking = [metric for metric in self.of_model if metric.asks == what]
        return {name: number for metric in asking for name, number in metric(of_model).items()}

    def _columns(self, attribute: str) -> dict[str, Any]:
        """Return what metrics say of their numbers, by the columns of all views."""
        return {
            column(view, name): value
            for view, metric in self._all()
            for name, value in getattr(metric, attribute).items()
        }

    def _metrics(self, view: str) -> Iterator[SampleMetric]:
        for space in self.sides[view]:
            yield from space.metrics

    def _all(self) -> Iterator[tuple[str, SampleMetric | ModelMetric]]:
        for view in self.sides:
            yield from ((view, metric) for metric in self._metrics(view))
        yield from (("", metric) for metric in self.of_model)


def column(view: str, name: str) -> str:
    """Return what a number of a view is called in metrics.csv; a single view has no name."""
    return f"{view}/{name}" if view else name


@torch.no_grad()
def extract(
    extractor: Extractor, images: Images, positions: Tensor, device: torch.device
) -> Samples:
    """Return what `extractor`, which is on `device`, sees in images, as a metric takes it.

    Args:
        extractor: of features.
        images: as stored.
        positions: int64 `(N,)`, where each of them stands among all.
        device: to compute on.
    """
    pixels = images.pixels.to(device)
    features, logits = extractor(pixels)
    labels = labels_for(extractor, images)
    labels = labels if labels is None else labels.to(device)
    return Samples(pixels, features, positions.to(device), logits, labels)


def labels_for(extractor: Extractor, images: Images) -> Tensor | None:
    """Return the labels of images as the extractor numbers its classes, -1 where it has none."""
    if images.labels is None:
        return None
    numbers = {name: number for number, name in enumerate(extractor.class_names)}
    # One more at the end, where -1 points: an image without a label stays one.
    known = torch.tensor([*(numbers.get(name, -1) for name in images.class_names), -1])
    return known[images.labels.long().cpu()]
