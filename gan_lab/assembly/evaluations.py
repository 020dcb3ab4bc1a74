"""The evaluation that a configuration describes, ready to run."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf

import gan_lab
from gan_lab.assembly.extractors import choose_extractors, why_not_more
from gan_lab.assembly.forms import require_scores
from gan_lab.assembly.model_alone import of_model_alone, scores_no_images
from gan_lab.assembly.model_metrics import build_model_metrics
from gan_lab.assembly.sample_metrics import attach_splits, build_sample_metrics
from gan_lab.assembly.too_few_images import nothing_to_measure, take_out, too_few
from gan_lab.config.build import build
from gan_lab.config.plain import resolved
from gan_lab.data.base import ImageDataset
from gan_lab.data.files import data_folder
from gan_lab.data.progress import say
from gan_lab.data.select import of_classes
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.evaluation.evaluation import Evaluation, FeatureSpace
from gan_lab.evaluation.model_metric import ModelMetric
from gan_lab.evaluation.real_statistics import RealFeatures, choose, content_hash, fit
from gan_lab.latents.conditions import Labels
from gan_lab.training.abilities import StartsFromImages, Translates
from gan_lab.training.algorithm import Algorithm


def build_evaluations(
    config: DictConfig,
    dataset: ImageDataset,
    device: torch.device,
    *,
    n_fake: int,
    origin: Mapping[str, Any],
    views: Mapping[str, Labels | None] = MappingProxyType({"": None}),
    module: Algorithm | None = None,
) -> Iterator[Evaluation]:
    """Yield evaluations of images like those of `dataset`, without end; the first is often enough.

    They are fitted to the real images. In each but the first these are other ones, where there are
    more than `evaluation.n_real`, and so are those that metrics choose among them. Where no images
    are scored there is a single one.

    Args:
        config: the whole configuration.
        dataset: prepared.
        device: to compute on.
        n_fake: images that will be scored.
        origin: where they come from, for the protocol.
        views: what is scored, such as directions of a translation, and the labels that its images
            are asked for; None: they are not. Of the real ones, those of the same classes are
            compared.
        module: the model that makes them; None: they are there already.

    Raises:
        TooFewImagesError: every metric needs more images.
        ConfigError: an extractor that does not exist or does not go with the data, or a metric that
            needs a split which they do not have.
    """
    require_scores(dataset)
    if dataset.form == "unpaired" and not isinstance(module, Translates):
        raise ConfigError(
            "evaluation= has no scores for two sets unless the algorithm translates between them: "
            "use evaluation=none."
        )
    settings = config.evaluation
    asked = build_model_metrics(config, dataset, module)
    if module is not None and scores_no_images(config, module, asked):
        yield of_model_alone(config, dataset, module, asked, device, origin)
        return
    split = evaluated_split(config, dataset, from_images=isinstance(module, StartsFromImages))
    try:
        real_data = build(OmegaConf.merge(config.data, {"split": split}), "data")
        real_data.prepare()
    except ConfigError as error:
        if not settings.split:
            raise
        raise ConfigError(str(error).replace("data.split=", "evaluation.split=")) from None
    loaded = real_data.load()
    every = {
        view: of_classes(loaded, labels.asked) if restriction(labels) else loaded
        for view, labels in views.items()
    }
    extractors = [
        extractor.freeze().to(device, memory_format=torch.channels_last)
        for extractor in choose_extractors(settings.extractors, dataset, device)
    ]
    seen: dict[str, list[RealFeatures]] = {}
    hashes: dict[str, str] = {}
    for draw in count():
        for view, known in every.items():
            if view in seen and len(seen[view][0].real) == len(known):
                continue
            address = (settings.seed, "real images", *([draw] if draw else []))
            real = real_data.like_generated(choose(known, settings.n_real, *address))
            hashes[view] = content_hash(real)
            seen[view] = [
                RealFeatures(
                    extractor,
                    real,
                    images_hash=hashes[view],
                    device=device,
                    batch_size=settings.batch_size,
                    say=say,
                )
                for extractor in extractors
            ]
        first = next(iter(views))
        names = restriction(views[first]) if len(views) == 1 else []
        protocol = {
            "data": type(dataset).__name__,
            "form": form_scored(dataset, module),
            "split": split,
            "n_real": len(seen[first][0].real),
            "n_fake": n_fake,
            **({"condition": names} if names else {}),
            **origin,
            "seed": settings.seed,
            "real_images_sha256": hashes if len(views) > 1 else hashes[first],
            "gan_lab": gan_lab.__version__,
        }
        n_known = min(map(len, every.values()))
        numbers = {"n_fake": n_fake, "n_known": n_known, "draw": draw}
        yield _evaluation(config, seen, asked, device, views=views, protocol=protocol, **numbers)


def _evaluation(
    config: DictConfig,
    seen: Mapping[str, Sequence[RealFeatures]],
    asked: Mapping[str, ModelMetric],
    device: torch.device,
    *,
    n_fake: int,
    n_known: int,
    draw: int,
    views: Mapping[str, Labels | None],
    protocol: Mapping[str, Any],
) -> Evaluation:
    """Return the evaluation against the real images of one draw."""
    options = resolved(config.evaluation.metrics)
    sides: dict[str, list[FeatureSpace]] = {view: [] for view in views}
    used: dict[str, None] = {}  # an ordered set
    others: dict[str, int] = {}
    left_out: dict[str, int] = {}
    for view, labels in views.items():
        n = min(n_fake, len(seen[view][0].real))
        for space in seen[view]:
            metrics = build_sample_metrics(
                config.evaluation.metrics, space.extractor, primary=not sides[view], labels=labels
            )
            for metric in metrics.values():
                metric.draw = draw
            # Before the real side is computed, which may be impossible, and again when all is
            # known.
            left_out |= take_out(metrics, n)
            others |= attach_splits(metrics, config.data)
            fit(metrics, options, space, data_folder("evaluation"))
            left_out |= take_out(metrics, n)
            used |= dict.fromkeys(metrics)
            sides[view].append(
                FeatureSpace(space.extractor, [metric.to(device) for metric in metrics.values()])
            )
    spaces = next(iter(seen.values()))
    if not used:
        raise nothing_to_measure(config, left_out, n_fake=n_fake, n_real=len(spaces[0].real))
    used |= dict.fromkeys(asked)
    others |= {split: n for metric in asked.values() for split, n in metric.known.splits.items()}
    protocol = {
        **protocol,
        "other_splits": others,
        "extractors": {space.extractor.name: space.extractor.about for space in spaces},
        "metrics": {name: options[name] for name in used},
    }
    return Evaluation(
        sides,
        device=device,
        n_fake=n_fake,
        batch_size=config.evaluation.batch_size,
        protocol=protocol,
        draw=draw,
        left_out=left_out,
        n_real_known=n_known,
        of_model=list(asked.values()),
    )


def evaluated_split(config: DictConfig, dataset: ImageDataset, *, from_images: bool) -> str | None:
    """Return the part of the data whose images are compared with, and are translated.

    Args:
        config: the whole configuration.
        dataset: that a model was trained on.
        from_images: whether it makes images of images; then they are of those that nothing was
            trained on, if there are some. None: as each of two sets says.
    """
    own = dataset.test_split if from_images else None
    return config.evaluation.split or own or config.data.split


def form_scored(dataset: ImageDataset, module: Algorithm | None) -> str:
    """Return the form of what is scored: that of the data, or translations to their classes."""
    any_to_any = isinstance(module, Translates) and module.takes_any
    return "domains" if any_to_any else dataset.form


def restriction(labels: Labels | None) -> list[str]:
    """Return the classes that alone are asked for; empty if all are, or none is."""
    if labels is None or len(labels.asked) == len(labels.class_names):
        return []
    return [labels.class_names[label] for label in labels.asked]


def announcement(config: DictConfig, dataset: ImageDataset, evaluation: Evaluation) -> str:
    """Return what will be measured by what, and what a person may miss there."""
    if not evaluation.sides:
        splits = evaluation.protocol["other_splits"].items()
        images = " and ".join(f"{n:,} images of {split}" for split, n in splits)
        return f"Evaluation: {', '.join(evaluation.better)}, on {images}."
    extractors = [space.extractor for space in evaluation.first_side]
    names = ", ".join(extractor.name for extractor in extractors)
    missing = why_not_more(
        config.evaluation.extractors,
        dataset,
        extractors,
        wants_modes="modes" in config.evaluation.metrics,
    )
    return " ".join(
        filter(
            None,
            (
                f"Evaluation: {evaluation.n_fake:,} images against "
                f"{evaluation.protocol['n_real']:,} real ones, by {names}.",
                too_few(evaluation),
                missing,
            ),
        )
    )


def monitor_of(config: DictConfig, evaluation: Evaluation) -> str:
    """Return the metric that the best checkpoint is chosen by.

    Raises:
        ConfigError: the configuration names one that is not measured.
    """
    monitor = config.evaluation.monitor or evaluation.monitor
    if monitor in evaluation.only_reported:
        raise ConfigError(
            f"evaluation.monitor={monitor} would choose best.ckpt by labels that a model must not "
            f"see: leave it out, or name {evaluation.monitor}."
        )
    if monitor not in evaluation.better:
        raise ConfigError(
            f"evaluation.monitor={monitor} is not measured here."
            f"{did_you_mean(monitor, evaluation.better)} {too_few(evaluation)}".rstrip()
        )
    return monitor
