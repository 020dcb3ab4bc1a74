"""summary.json: how a run ended, in numbers."""

import json
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from gan_lab.durable import replacing
from gan_lab.runs.parsing import DamageError, parse_json, read_text
from gan_lab.runs.records import SUMMARY, take

Status = Literal["finished", "interrupted", "failed"]
CLOCKS = ("iteration", "images_seen", "seconds")


def write_summary(
    path: Path,
    *,
    status: Status,
    iterations: int,
    images_seen: int,
    seconds: float,
    rows: Sequence[Mapping[str, float]],
    better: Mapping[str, Literal["lower", "higher"]],
    about: Mapping[str, Any],
    since: int = 0,
) -> None:
    """Write the outcome of a run.

    Args:
        path: of the file.
        status: how it ended.
        iterations: completed ones.
        images_seen: real images shown.
        seconds: of training, over all sessions of the run.
        rows: of metrics.csv.
        better: which way each metric of samples is better.
        about: seed, versions, hardware and the like.
        since: see `outcome`.
    """
    summary = {
        "status": status,
        "iterations": iterations,
        "images_seen": images_seen,
        "seconds": round(seconds, 3),
        "images_per_second": round(images_seen / seconds, 1) if seconds else 0.0,
        "metrics": outcome(rows, better, since),
        **about,
    }
    with replacing(path) as file:
        file.write((json.dumps(summary, indent=2) + "\n").encode())


def read_summary(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what of a summary.json is as it should be, and what is wrong with the rest."""
    try:
        text = read_text(path)
        return ({}, []) if text is None else take(parse_json(text), SUMMARY)
    except DamageError as error:
        return {}, [str(error)]


def outcome(
    rows: Sequence[Mapping[str, float]],
    better: Mapping[str, Literal["lower", "higher"]],
    since: int = 0,
) -> dict[str, dict[str, float | None]]:
    """Return `{metric: {"last", "best", "best_iteration"}}`.

    The best value of a metric is the lowest or the highest, as `better` says. What training logs
    has none: a GAN's losses, V and D's answers tell who is ahead, not how good the samples are, and
    they are near their optimum with a blind discriminator too. Values that are not finite, which
    JSON does not know, do not count, nor do those of networks that a rollback gave up.

    Args:
        rows: of metrics.csv.
        better: which way each metric of samples is better.
        since: such metrics of rows up to this iteration were measured otherwise, and the best is
            the best of those after it.
    """
    since_of = dict.fromkeys(better, since)
    # The first evaluation of a directory is never given up: there is no best to go back to yet. A
    # run that goes on there may have been rolled back before, elsewhere.
    evaluated = [row for row in rows if "collapses" in row]
    given_up = {
        row["iteration"]
        for before, row in pairwise(evaluated)
        if row.get("rollbacks", 0) > before.get("rollbacks", 0)
    }
    better = {"images_per_second": "higher", "sampling_seconds": "lower", **better}
    names = dict.fromkeys(name for row in rows for name in row if name not in CLOCKS)
    result: dict[str, dict[str, float | None]] = {}
    for name in names:
        seen = [row for row in rows if math.isfinite(row.get(name, math.nan))]
        if not seen:
            continue
        best = None
        alike = [row for row in seen if row["iteration"] > since_of.get(name, 0)]
        if name in since_of:
            alike = [row for row in alike if row["iteration"] not in given_up]
        if name in better and alike:
            extreme = max if better[name] == "higher" else min
            best = extreme(alike, key=lambda row: row[name])
        result[name] = {
            "last": seen[-1][name],
            "best": best[name] if best else None,
            "best_iteration": best["iteration"] if best else None,
        }
    return result
