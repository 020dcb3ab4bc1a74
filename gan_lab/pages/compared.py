"""The runs of a comparison: in what they agree, in which choices they differ, and their groups."""

import json
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_lab.dotted_keys import leaves
from gan_lab.runs.reading import Run

MOST_REFERENCES = 5  # from one key to the next
COLOURS = 8  # of the page's palette
MANY_CHOICES = 5  # of which the numbers would be out of sight, and the words too long


@dataclass(frozen=True)
class Job:
    """A run among others.

    Attributes:
        run: what its directory tells.
        name: its place below the directory that all share.
        choices: the overrides in which the runs differ.
        colour: of its group, in the page's palette.
    """

    run: Run
    name: str
    choices: Mapping[str, str]
    colour: int

    @property
    def group(self) -> str:
        """The choices besides the seed, as they would be typed."""
        return " ".join(f"{k}={v}" for k, v in self.choices.items() if v and k != "seed")

    @property
    def label(self) -> str:
        """What differs, or its place where that is nothing, or too much to be a name."""
        words = " ".join(f"{key}={value}" for key, value in self.choices.items() if value)
        return words if len(self.choices) < MANY_CHOICES and words else self.name


def compared(runs: Sequence[Run], home: Path) -> tuple[str, list[Job]]:
    """Return the words that all runs have in common, and the runs with those that differ."""
    keys = list(dict.fromkeys(key for run in runs for key in _typed(run)))
    chosen = [_choices(run, keys) for run in runs]
    differ = [key for key in keys if len({choices[key] for choices in chosen}) > 1]
    differ.sort(key=lambda key: key == "seed")  # last, since it is what is repeated
    common = shlex.join(word for word in runs[0].overrides if _key(word) in {*keys} - {*differ})
    jobs = []
    colours: dict[str, int] = {}
    for run, choices in zip(runs, chosen, strict=True):
        name = os.path.relpath(run.root, home)
        job = Job(run, name, {key: choices[key] for key in differ}, 0)
        colour = colours.setdefault(job.group, len(colours)) % COLOURS
        jobs.append(Job(run, name, job.choices, colour))
    return common, jobs


def by_group(jobs: Sequence[Job]) -> dict[str, list[Job]]:
    """Return the jobs that differ in their seed alone; of those that differ in nothing the last."""
    groups: dict[str, dict[str, Job]] = {}
    for job in jobs:
        groups.setdefault(job.group, {})[job.choices.get("seed", "")] = job
    return {name: list(members.values()) for name, members in groups.items()}


def colours_of(jobs: Sequence[Job]) -> dict[str, int]:
    """Return the colour of each group by its choices, or by its runs where those are too many."""
    if len(jobs[0].choices) < MANY_CHOICES:
        return {job.group or "all": job.colour for job in jobs}
    runs: dict[str, list[Job]] = {}
    for job in jobs:
        runs.setdefault(job.group, []).append(job)
    return {", ".join(job.name for job in members): members[0].colour for members in runs.values()}


def value_of(run: Run, metric: str, which: str) -> float | None:
    """Return the `last` or `best` value of a metric, if the run has it."""
    return run.metrics.get(metric, {}).get(which)


def parts_that_differ(found: Sequence[Mapping[str, Any] | None]) -> list[str]:
    """Return the parts in which evaluation protocols differ, but for the seed."""
    protocols = [leaves(protocol) for protocol in found if protocol]
    keys = dict.fromkeys(key for protocol in protocols for key in protocol)
    differ = (
        key.split(".")[0]
        for key in keys
        if key.split(".")[0] not in ("seed", "gan_lab")
        and any(protocol.get(key) != protocols[0].get(key) for protocol in protocols)
    )
    return list(dict.fromkeys(differ))


def _choices(run: Run, keys: Sequence[str]) -> dict[str, str]:
    """Return the run's values, also of keys that were typed for another run only.

    So a default and the same value typed are one choice. A group's is the name of its option, also
    where a key of that name says something else, as `debug` does.
    """
    typed, config = _typed(run), leaves(run.config)
    found = {
        key: typed.get(key, run.options[key]) or ""
        if key in run.options
        else _followed(config.get(key, typed.get(key, "")), config)
        for key in keys
    }
    return {key: _word(value) for key, value in found.items()}


def _followed(value: Any, config: Mapping[str, Any]) -> Any:
    """Return what a key says that only refers to another, as in `${optimizer.lr}`."""
    for _ in range(MOST_REFERENCES):
        found = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
        if not found or found[1] not in config:
            break
        value = config[found[1]]
    return value


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _typed(run: Run) -> dict[str, str]:
    words = {_key(word): str(word).partition("=")[2] for word in run.overrides}
    return {key: value for key, value in words.items() if not key.startswith("hydra")}


def _key(word: str) -> str:
    return str(word).lstrip("+~").partition("=")[0]
