"""task=evaluate: score a checkpoint, or images that any other program made."""

from itertools import islice
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig
from rich.table import Table

from gan_lab import terminal
from gan_lab.assembly.evaluations import announcement, build_evaluations
from gan_lab.assembly.forms import require_images
from gan_lab.assembly.labels import asked_of
from gan_lab.assembly.originals import give_originals, samples_of
from gan_lab.assembly.trained_model import open_model
from gan_lab.assembly.trainers import choose_accelerator
from gan_lab.callbacks.progress import EvaluationProgress
from gan_lab.callbacks.scoring import Scoring, address, record_of
from gan_lab.config.build import build
from gan_lab.config.plain import resolved
from gan_lab.data.base import ImageDataset, Images
from gan_lab.errors import ConfigError, GanLabError
from gan_lab.evaluation.evaluation import Evaluation
from gan_lab.evaluation.real_statistics import choose
from gan_lab.evaluation.repeats import limits_of_spread, summarised
from gan_lab.evaluation.scored_images import load_images
from gan_lab.output_files import output_file, write_record
from gan_lab.pages.page import with_spread
from gan_lab.runs.directory import RunDirectory

DEFAULT_OUT = "evaluation.json"


def run(config: DictConfig) -> None:
    """Print all metrics, and write them with their protocol to `out`.

    Raises:
        GanLabError: the checkpoint or the images cannot be read, they are too few for every metric,
            or `out` cannot be written.
    """
    refuse_both_or_neither(config)
    device = torch.device(choose_accelerator(config.trainer.accelerator))
    progress = EvaluationProgress(terminal.console())
    out = output_file(config.out, DEFAULT_OUT)
    record = measured(config, device, progress)
    write_record(out, record)
    progress.console.print(table(record))
    progress.say(f"Wrote {out.absolute()}")


def refuse_both_or_neither(config: DictConfig) -> None:
    """Refuse what is neither about a checkpoint nor about images, or about both.

    Raises:
        ConfigError: names the keys.
    """
    if bool(config.ckpt) == bool(config.images):
        raise ConfigError(
            "task=evaluate needs either ckpt=RUN/checkpoints/best.ckpt or images=FOLDER_OR_NPZ."
        )
    if config.images and config.condition is not None:
        raise ConfigError(
            f"condition={config.condition} is asked of a model, and the images={config.images} are "
            f"there already: leave it out, or choose data.classes=[{config.condition}]."
        )


def measured(
    config: DictConfig, device: torch.device, progress: EvaluationProgress
) -> dict[str, Any]:
    """Return the record of the checkpoint or of the images that `config` names.

    Raises:
        GanLabError: they cannot be read, or are too few for every metric.
    """
    evaluate = evaluate_checkpoint if config.ckpt else evaluate_images
    return evaluate(config, device, progress)


def evaluate_checkpoint(
    config: DictConfig, device: torch.device, progress: EvaluationProgress
) -> dict[str, Any]:
    """Return the record of the images that `config.ckpt` makes."""
    trained = open_model(config, also_free=["trainer"], only=config.condition)
    module, dataset, labels = trained.module, trained.dataset, trained.labels
    if dataset.condition == "text" and config.condition is not None:
        raise ConfigError(
            f"condition={config.condition!r} is a text, and no real images are of it alone to "
            f"compare with: leave it out. task=sample condition= shows it."
        )
    trained.prepare()
    give_originals(module, trained.config, dataset)
    views = asked_of(module, labels)
    asked = next(iter(views.values()), None)
    class_names = asked.class_names if asked else ()
    evaluations = build_evaluations(
        trained.config,
        dataset,
        device,
        n_fake=samples_of(trained.config, dataset, module),
        origin={"weights": trained.weights},
        views=views,
        module=module,
    )
    records, seed = [], trained.config.evaluation.seed
    for evaluation in islice(evaluations, config.repeats):
        if config.repeats > 1 and not evaluation.sides:
            raise ConfigError(
                f"repeats={config.repeats} draws images anew each time, and none are scored here: "
                f"leave it out."
            )
        progress.say(_announcement_of_draw(trained.config, dataset, evaluation, config.repeats))
        scoring = Scoring(evaluation, seed, dataset.to_pixels, class_names, dataset.clipped_range)
        records.append(record_of(scoring(module, progress), evaluation))
    record = {
        "iteration": trained.iteration,
        "ckpt": config.ckpt,
        "data": resolved(trained.config.data),
        "doubts": _doubts_of_spread(evaluation, None, len(records), progress),
        **summarised(records),
    }
    if config.repeats > 1:
        _keep_in_run(config.ckpt, record, progress)
    return record


def evaluate_images(
    config: DictConfig, device: torch.device, progress: EvaluationProgress
) -> dict[str, Any]:
    """Return the record of the images in `config.images`, against the data set of `config`."""
    dataset = build(config.data, "data")
    require_images(dataset, f"images={config.images}", "Choose another data=.")
    dataset.prepare()
    scored = load_images(config.images, dataset)
    images = scored.images
    wanted = config.evaluation.n_fake or len(images)
    if wanted > len(images):
        raise ConfigError(
            f"evaluation.n_fake={wanted} is more than the {len(images):,} images in "
            f"images={config.images}. Leave it out to score all."
        )
    progress.say(scored.announcement(config.images))
    for doubt in scored.doubts:
        progress.say(f"Warning: {doubt}")
    evaluations = build_evaluations(
        config, dataset, device, n_fake=wanted, origin={"images": config.images, **scored.record}
    )
    records = []
    for evaluation in islice(evaluations, config.repeats):
        progress.say(_announcement_of_draw(config, dataset, evaluation, config.repeats))
        # A folder may be sorted by class, so the first ones would not do.
        chosen = choose(images, wanted, *address(config.evaluation.seed, evaluation.draw))
        shown = Images(dataset.like_generated(chosen).pixels)
        with progress.counting(wanted) as advance:
            result = evaluation.run(
                lambda positions: Images(shown.pixels[positions]),  # noqa: B023
                advance,
            )
        records.append(record_of(result, evaluation))
    of_spread = _doubts_of_spread(evaluation, len(images), len(records), progress)
    return {
        "images": config.images,
        "data": resolved(config.data),
        "doubts": [*scored.doubts, *of_spread],
        **summarised(records),
    }


def _doubts_of_spread(
    evaluation: Evaluation, images: int | None, draws: int, progress: EvaluationProgress
) -> list[str]:
    """Say and return what chance the spread over several draws leaves out."""
    if draws == 1:
        return []
    doubts = limits_of_spread(
        real=(evaluation.protocol["n_real"], evaluation.n_real_known),
        fake=None if images is None else (evaluation.n_fake, images),
    )
    for doubt in doubts:
        progress.say(f"Warning: {doubt}")
    return doubts


def _keep_in_run(ckpt: str, record: dict[str, Any], progress: EvaluationProgress) -> None:
    """Leave a repeated evaluation in the run of the checkpoint, for its page."""
    directory = RunDirectory(Path(ckpt).absolute().parents[1])
    if not (directory.holds(ckpt) and directory.start.exists()):
        return
    try:
        write_record(output_file(str(directory.repeats), directory.repeats.name), record)
    except GanLabError as error:
        progress.say(f"The run's page will not show it: {error}")
    else:
        progress.say(f"Kept in {directory.repeats}; task=report runs={directory.root} shows it.")


def _announcement_of_draw(
    config: DictConfig, dataset: ImageDataset, evaluation: Evaluation, draws: int
) -> str:
    if evaluation.draw:
        return f"Draw {evaluation.draw + 1} of {draws}."
    return announcement(config, dataset, evaluation)


def table(record: dict[str, Any]) -> Table:
    """Return the numbers of a record for a person to read."""
    protocol = record["protocol"]
    if "n_fake" in protocol:
        title = (
            f"{protocol['n_fake']:,} images against {protocol['n_real']:,} of "
            f"{protocol['data']} ({protocol['split']})"
        )
    else:
        title = ", ".join(f"{n:,} of {split}" for split, n in protocol["other_splits"].items())
    if "repeats" in protocol:
        title += f", mean ± standard deviation of {protocol['repeats']} draws"
    std = record.get("std", {})
    rows = [
        (name, "infinite" if value is None else with_spread(value, std.get(name)))
        for name, value in record["metrics"].items()
    ]
    rows += [(name, "left out") for name in record["left_out"]]
    return terminal.table({"metric": "left", "value": "right"}, rows, title=title)
