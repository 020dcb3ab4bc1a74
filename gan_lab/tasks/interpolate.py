"""task=interpolate: paths between latents, as in Figure 3 of the 2014 paper, and what lies on them.

Shape legend: P = paths, S = steps, Z = latent dimension, K = classes.
"""

from collections.abc import Sequence

import torch
from omegaconf import DictConfig
from torch import Tensor

from gan_lab import seeding
from gan_lab.assembly.judge import Judge, Verdict, judge_of
from gan_lab.assembly.labels import chosen_classes
from gan_lab.assembly.trained_model import TrainedModel, open_images, within
from gan_lab.errors import ConfigError
from gan_lab.figures.lettering import columns
from gan_lab.figures.tiles import tiles
from gan_lab.latents.inputs import Inputs
from gan_lab.latents.paths import path, path_for
from gan_lab.networks.labels import one_hot
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import HasLatents

FILES = ("interpolate.png", "interpolate.npz")


def run(config: DictConfig) -> None:
    """Draw paths between latents of `config.ckpt`, and count the classes that lie on many of them.

    Raises:
        GanLabError: the checkpoint cannot be read or is of points, a class is not there, or `out`
            cannot be written.
    """
    if config.steps < 3:
        raise ConfigError(f"steps={config.steps} must be at least 3, both ends included.")
    trained = open_images(config, needs=HasLatents, takes_labels=True, truncation=config.truncation)
    judge, why_not = judge_of(trained)
    starts, ends = ends_of_paths(config, trained, judge, why_not)
    conditions = conditions_of_paths(config, trained)
    out = output_folder(config.out, "interpolate", FILES)
    kind = config.path or path_for(trained.module.prior)
    latents_PSZ = path(kind, starts, ends, config.steps)
    rows = min(config.rows, config.paths)
    inputs = Inputs(latents_PSZ.flatten(0, 1), conditions)
    drawn = inputs.at(torch.arange(rows * config.steps))
    images = trained.dataset.to_pixels(trained.module.generate(*drawn))
    pixels = images.numpy().reshape(rows, config.steps, *images.shape[1:])
    arrays = {"latents": latents_PSZ.cpu().numpy(), "images": pixels}
    captions: list[list[str]] = []
    what = (
        "paths from {} to {}".format(*config.condition) if two_classes(config) else f"{kind} paths"
    )
    say(f"{config.paths} {what} of {config.steps} images{within(config.truncation)}.")
    if judge is None:
        say(f"No classifier says what lies on them, because {why_not}.")
    else:
        verdict = judge.verdict(*inputs)
        seen = Verdict(*(part.unflatten(0, (config.paths, config.steps)) for part in verdict))
        captions = labels_of(seen, judge.captions, config.confidence)
        arrays |= {"classes": seen.classes.numpy(), "confidence": seen.confidence.numpy()}
        say(*table(seen, judge.captions, config.confidence))
    write_pictures(out, {"interpolate": tiles(pixels, captions=captions)})
    write_arrays(out, "interpolate", arrays)
    say(f"Wrote interpolate.png and interpolate.npz: {out.absolute()}")


def ends_of_paths(
    config: DictConfig, trained: TrainedModel, judge: Judge | None, why_not: str
) -> tuple[Tensor, Tensor]:
    """Return the latents `(P, Z)` where the paths start, and those where they end."""
    n, address = config.paths, (config.seed, "task=interpolate")
    if trained.labels and config.classes is not None:
        named = f"[{','.join(map(str, config.classes))}]"
        raise ConfigError(
            f"classes={named} finds latents of models that are not told of labels; type "
            f"condition={named} instead."
        )
    if two_classes(config):
        starts = trained.module.latents(n, *address, "start")
        return starts, starts
    if config.classes is None:
        return tuple(trained.module.latents(n, *address, end) for end in ("start", "end"))
    if judge is None:
        raise ConfigError(
            f"classes={list(config.classes)} needs a classifier, and there is none, because "
            f"{why_not}; leave it out for paths between any latents."
        )
    first, last = (judge.index(name, "classes") for name in config.classes)
    return tuple(
        judge.latents_of(wanted, n, config.confidence, *address, end)
        for wanted, end in ((first, "start"), (last, "end"))
    )


def two_classes(config: DictConfig) -> bool:
    """Return whether paths lead from one class to another, all at the same latents."""
    return isinstance(config.condition, Sequence) and len(config.condition) == 2


def conditions_of_paths(config: DictConfig, trained: TrainedModel) -> Tensor | None:
    """Return what each image of each path is asked for, `(P * S, ...)`, or None for nothing.

    Those are labels or texts; or, between two of them, shares of all classes, or of all words at
    each place.
    """
    labels, paths, steps = trained.labels, config.paths, config.steps
    if config.condition is None:
        if labels is None:
            return None
        random = seeding.generator("cpu", config.seed, "task=interpolate", "labels")
        return labels.sample(paths, random).repeat_interleave(steps, dim=0)
    asked = torch.tensor(chosen_classes(labels, config.condition))
    if len(asked) == 1:
        return asked.repeat_interleave(paths * steps, dim=0)
    shares = one_hot(asked, labels.n_values)
    start, end = shares.flatten(1).split(1)
    between = path("straight", start, end, steps).unflatten(-1, shares.shape[1:])
    return between.expand(paths, *between.shape[1:]).flatten(0, 1)


def labels_of(seen: Verdict, names: Sequence[str], confidence: float) -> list[list[str]]:
    """Return what stands below each image: its class, with a question mark if that is not sure."""
    return [
        [
            names[index] + ("" if sure >= confidence else "?")
            for index, sure in zip(*row, strict=True)
        ]
        for row in zip(seen.classes.tolist(), seen.confidence.tolist(), strict=True)
    ]


def table(seen: Verdict, names: Sequence[str], confidence: float) -> list[str]:
    """Return, by line, in how many paths each class lies between two ends of other classes."""
    sure_PS = torch.where(seen.confidence >= confidence, seen.classes, -1)
    sure_PS[:, [0, -1]] = seen.classes[:, [0, -1]]
    anywhere_PK, surely_PK = (
        lies_between(classes_PS, len(names)) for classes_PS in (seen.classes, sure_PS)
    )
    paths = len(seen.classes)
    counts = zip(names, anywhere_PK.sum(dim=0).tolist(), surely_PK.sum(dim=0).tolist(), strict=True)
    counts = [(name, count, sure) for name, count, sure in counts if count]
    nothing = int((~anywhere_PK.any(dim=1)).sum())
    wide = max([12, *(columns(name) for name, *_ in counts)])
    return [
        "On how many a class lies between two ends of other classes:",
        f"  {'class':<{wide}}{'paths':>14}{f'confidence {confidence:g} up':>22}",
        *(
            f"  {name}{'':<{wide - columns(name)}}{share(count, paths):>14}{share(sure, paths):>22}"
            for name, count, sure in counts
        ),
        f"  {'none':<{wide}}{share(nothing, paths):>14}",
    ]


def share(count: int, n: int) -> str:
    """Return a count and the percentage that it is of `n`."""
    return f"{count} ({count / n:.1%})"


def lies_between(classes_PS: Tensor, k: int) -> Tensor:
    """Return whether each class lies on each path, at neither of its ends: bool `(P, K)`.

    Args:
        classes_PS: of each step; -1 is none.
        k: number of classes.
    """
    present = torch.zeros(len(classes_PS), k + 1, dtype=torch.bool)
    present.scatter_(1, classes_PS[:, 1:-1] % (k + 1), True)
    present.scatter_(1, classes_PS[:, [0, -1]], False)
    return present[:, :k]  # the last column is where -1 went
