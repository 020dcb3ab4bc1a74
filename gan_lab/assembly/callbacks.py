"""The callbacks of a training run, in the order in which Lightning calls them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from lightning import Callback
from omegaconf import DictConfig

from gan_lab import terminal
from gan_lab.assembly.data_identity import identity
from gan_lab.assembly.evaluations import build_evaluations, monitor_of
from gan_lab.assembly.forms import (
    picture_of_codes,
    picture_of_evaluation,
    picture_of_puzzles,
    picture_of_samples,
    picture_of_translations,
    picture_of_traversals,
    treatment,
)
from gan_lab.assembly.labels import Known, asked_of, classes_of, plain, told
from gan_lab.assembly.model_metrics import test_images
from gan_lab.assembly.originals import samples_of
from gan_lab.assembly.real_picture import picture_of_real
from gan_lab.assembly.run_names import parameters, short_name
from gan_lab.assembly.saved_config import hydra_files, origin
from gan_lab.assembly.too_few_images import TooFewImagesError
from gan_lab.assembly.training_run import TrainingRun
from gan_lab.callbacks.checkpoints import Checkpoints
from gan_lab.callbacks.codes import Codes
from gan_lab.callbacks.collapse import WATCHED, CollapseMonitor
from gan_lab.callbacks.dashboards import Dashboards, WatchedRun
from gan_lab.callbacks.evaluation import Evaluate
from gan_lab.callbacks.features import Features
from gan_lab.callbacks.graceful_stop import GracefulStop
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.progress import TrainingProgress
from gan_lab.callbacks.report import Report
from gan_lab.callbacks.run_record import RunRecord
from gan_lab.callbacks.sample_pictures import Picture, SamplePicture
from gan_lab.callbacks.samples import SampleGrids
from gan_lab.callbacks.scoring import Scoring
from gan_lab.callbacks.traversals import Traversals
from gan_lab.config.build import build
from gan_lab.config.composition import composition
from gan_lab.errors import ConfigError
from gan_lab.evaluation.evaluation import Evaluation
from gan_lab.figures.domains import scatter_of_domains
from gan_lab.runs.metrics_file import MetricsFile
from gan_lab.runs.sweep_results import sweep_of
from gan_lab.training.abilities import (
    AdaptsDomains,
    Assembles,
    MakesImages,
    Reconstructs,
    Translates,
)
from gan_lab.training.translating import Originals


@dataclass(frozen=True)
class RunCallbacks:
    """One of each, from the first called to the last; None where it is switched off.

    Attributes:
        outside: those of plug-ins, called last.
    """

    stop: GracefulStop
    record: RunRecord
    dashboards: Dashboards
    evaluate: Evaluate | None
    collapse: CollapseMonitor | None
    log: MetricsLog
    progress: TrainingProgress | None
    samples: SampleGrids | None
    traversals: Traversals | None
    codes: Codes | None
    features: Features | None
    report: Report
    checkpoints: Checkpoints
    outside: Sequence[Callback] = ()

    @property
    def stopped_at_collapse(self) -> bool:
        """Whether the collapse monitor ended training."""
        return self.collapse is not None and self.collapse.stopped

    def in_order(self) -> list[Callback]:
        """Return those that are switched on."""
        own = (getattr(self, field.name) for field in fields(self) if field.name != "outside")
        return [*(callback for callback in own if callback is not None), *self.outside]


def build_callbacks(run: TrainingRun) -> RunCallbacks:
    """Return the callbacks of a run.

    Raises:
        ConfigError: an evaluation that cannot be made, a share that is none, or checkpoints of
            iterations that the run does not reach.
    """
    config, directory, dataset = run.config, run.directory, run.dataset
    classes = classes_of(dataset, run.images)
    labels = told(dataset, classes)
    log = MetricsLog(MetricsFile(directory.metrics), min(config.log_every, config.iterations))
    shows_progress = config.trainer.enable_progress_bar
    progress = TrainingProgress(config.iterations, log) if shows_progress else None
    made_from = origin(config, run.reopened)
    # What may be refused comes before the features of real images, which may take minutes.
    kept = _kept_checkpoints(config)
    outside = [
        build(node, f"callbacks.{name}")
        for name, node in config.callbacks.items()
        if "_target_" in node
    ]
    evaluate = _evaluate(run, labels, log, progress) if config.evaluation.every else None
    collapse = _collapse(run, evaluate) if evaluate else None
    return RunCallbacks(
        stop=GracefulStop(),
        record=RunRecord(directory, hydra_files(config, run.reopened), config.seed, log, collapse),
        dashboards=_dashboards(run, made_from),
        evaluate=evaluate,
        collapse=collapse,
        log=log,
        progress=progress,
        samples=_samples(run, labels),
        traversals=_traversals(run),
        codes=_codes(run),
        features=_features(run),
        report=Report(directory, config.samples_every, evaluate, log),
        checkpoints=Checkpoints(
            directory.last_checkpoint,
            config.checkpoint_every,
            {
                **made_from,
                "data_sha256": identity(dataset),
                "labels": plain(classes),
            },
            collapse,
            kept,
        ),
        outside=outside,
    )


def _dashboards(run: TrainingRun, made_from: Mapping[str, Any]) -> Dashboards:
    words = made_from["overrides"]
    choices = composition(words).choices if run.trainer.loggers else {}
    watched = WatchedRun(
        task=run.config.task,
        sweep=sweep_of(run.directory.root),
        name=short_name(words, choices) if choices else "",
        parameters=parameters(words, choices, made_from["config"]) if choices else {},
        **made_from,
    )
    return Dashboards(watched)


def _samples(run: TrainingRun, labels: Known | None) -> SampleGrids | None:
    if not isinstance(run.module, MakesImages):
        return None
    if isinstance(run.module, Translates):
        picture = picture_of_translations(run.dataset, run.module)
    elif isinstance(run.module, Assembles):
        picture = picture_of_puzzles(run.dataset)
    else:
        picture = picture_of_samples(run.dataset, labels)
    every, seed = run.config.samples_every, run.config.seed
    real = None
    if isinstance(picture, SamplePicture) and run.images is not None:
        real = partial(picture_of_real, run.dataset, run.images, picture, seed)
    return SampleGrids(run.directory.samples, every, seed, picture, real)


def _evaluate(
    run: TrainingRun, labels: Known | None, log: MetricsLog, progress: TrainingProgress | None
) -> Evaluate | None:
    config, dataset = run.config, run.dataset
    views = asked_of(run.module, labels)
    labels = next(iter(views.values()), None)
    try:
        evaluation = next(
            build_evaluations(
                config,
                dataset,
                run.trainer.strategy.root_device,
                n_fake=samples_of(config, dataset, run.module),
                origin={"weights": run.module.evaluated_weights},
                views=views,
                module=run.module,
            )
        )
    except TooFewImagesError as error:
        # Somebody counts on evaluations.
        if config.evaluation.monitor or config.callbacks.collapse.action != "log":
            raise
        # Few images are no reason not to train.
        if run.trainer.is_global_zero:
            terminal.say(f"{error} The run goes on without evaluations.")
        return None
    return Evaluate(
        Scoring(
            evaluation,
            config.evaluation.seed,
            dataset.to_pixels,
            labels.class_names if labels else (),
            dataset.clipped_range,
        ),
        every=config.evaluation.every,
        iterations=config.iterations,
        log=log,
        folder=run.directory.evaluation,
        progress=progress.evaluation if progress else None,
        picture=_picture_of_evaluation(run, evaluation),
        monitor=monitor_of(config, evaluation),
    )


def _picture_of_evaluation(run: TrainingRun, evaluation: Evaluation) -> Picture | None:
    if not (isinstance(run.module, MakesImages) and evaluation.n_fake):
        return None
    if isinstance(run.module, Translates):
        return picture_of_translations(run.dataset, run.module)
    if isinstance(run.module, Assembles):
        return picture_of_puzzles(run.dataset)
    return picture_of_evaluation(run.dataset, run.images, evaluation.n_fake)


def _traversals(run: TrainingRun) -> Traversals | None:
    if not treatment(run.dataset).are_images:
        return None
    draw = partial(picture_of_traversals, run.dataset)
    return Traversals(run.directory.traversals, run.config.seed, draw)


def _codes(run: TrainingRun) -> Codes | None:
    dataset = run.dataset
    if not (isinstance(run.module, Reconstructs) and treatment(dataset).are_images):
        return None
    images = test_images(run.config, dataset) or dataset.like_generated(run.images)
    shown = Originals(images, dataset.to_network, dataset.test_split or dataset.split)
    draw = partial(picture_of_codes, dataset)
    return Codes(run.directory.codes, run.config.seed, shown, draw)


def _features(run: TrainingRun) -> Features | None:
    if not isinstance(run.module, AdaptsDomains):
        return None
    dataset = run.dataset
    images = {
        name: Originals(part.load(), dataset.to_network, part.split)
        for name, part in dataset.held_out().items()
    }
    if set(images) != {"source", "target"}:
        return None
    return Features(run.directory.features, run.config.seed, images, scatter_of_domains)


def _kept_checkpoints(config: DictConfig) -> int | list[int] | None:
    keep = config.keep_checkpoints
    if keep is None or isinstance(keep, int):
        return keep
    if beyond := [iteration for iteration in keep if iteration > config.iterations]:
        raise ConfigError(
            f"keep_checkpoints=[{', '.join(map(str, keep))}] has {beyond[0]}, beyond "
            f"iterations={config.iterations}. Leave it out, or train longer."
        )
    return list(keep)


def _collapse(run: TrainingRun, evaluate: Evaluate) -> CollapseMonitor:
    settings, names = run.config.callbacks.collapse, evaluate.evaluation.better
    if not 0 < settings.fall <= 1:
        raise ConfigError(
            f"callbacks.collapse.fall={settings.fall} must be a share above 0 and up to 1, such as "
            f"0.3."
        )
    if settings.action != "log" and not set(WATCHED) & set(names):
        raise ConfigError(
            f"callbacks.collapse.action={settings.action} needs a metric that shows a collapse, "
            f"and none of {', '.join(WATCHED)} is measured here. Add "
            f"evaluation/metrics=[modes,prdc], or leave it at log."
        )
    best = run.directory.last_checkpoint.with_name("best.ckpt")
    return CollapseMonitor(
        evaluate,
        fall=settings.fall,
        action=settings.action,
        rollbacks=settings.rollbacks,
        best=best,
    )
