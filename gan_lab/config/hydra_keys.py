"""Hydra's own keys: which of them a command follows, what they may be, and what to type instead.

Hydra itself takes every key that it knows, whether or not it has an effect here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hydra.core.override_parser.types import Override

from gan_lab.config.overrides import key_of, parse
from gan_lab.config.quoting import is_sweep
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.ranges import Range


@dataclass(frozen=True)
class Followed:
    """A key, or a group of keys, that does something.

    Attributes:
        by: one run, a sweep (-m), or either.
        example: what to type.
    """

    by: Literal["run", "sweep", "either"]
    example: str


FOLLOWED = {
    "hydra.run.dir": Followed("run", "hydra.run.dir=outputs/mine"),
    "hydra.sweep.dir": Followed("sweep", "hydra.sweep.dir=multirun/mine"),
    "hydra.mode": Followed("either", "hydra.mode=MULTIRUN"),
    "hydra.searchpath": Followed("either", "hydra.searchpath=[FOLDER]"),
    "hydra.job.env_set": Followed("either", "+hydra.job.env_set.NAME=VALUE"),
    "hydra.job.config.override_dirname": Followed(
        "either", "hydra.job.config.override_dirname.kv_sep=_"
    ),
    "hydra.job.name": Followed("sweep", "hydra.job.name=mine"),  # Slurm's name of the jobs
    "hydra.launcher": Followed("sweep", "hydra.launcher.n_jobs=2"),
    "hydra.sweeper": Followed("sweep", "hydra.sweeper.n_trials=20"),
    "hydra/launcher": Followed("sweep", "hydra/launcher=joblib"),
    "hydra/sweeper": Followed("sweep", "hydra/sweeper=optuna"),
    "hydra/sweeper/sampler": Followed("sweep", "hydra/sweeper/sampler=random"),
    "hydra/hydra_logging": Followed("sweep", "hydra/hydra_logging=disabled"),
}

# What stands here has no effect, or would break what gan_lab promises.
INSTEAD = {
    "hydra.sweep.subdir": "the jobs of a sweep are numbered, and its results.csv says what each is",
    "hydra.job.chdir": "a run stays in the folder where it was started, from where paths are meant",
    "hydra.output_subdir": "a run keeps .hydra/ itself",
    "hydra.verbose": "debug=trace shows tracebacks",
    "hydra.job_logging": "what a run says goes to the terminal; `> log.txt` keeps it",
    "hydra/job_logging": "what a run says goes to the terminal; `> log.txt` keeps it",
    "hydra.hydra_logging": "hydra/hydra_logging=disabled silences what Hydra says of a sweep",
    "hydra.callbacks": "callbacks= has those of a run",
    "hydra/callbacks": "callbacks= has those of a run",
    "hydra/output": "hydra.run.dir= and hydra.sweep.dir= name the directories",
    "hydra.job": "Hydra sets it itself",
    "hydra.runtime": "Hydra sets it itself",
    "hydra.overrides": "Hydra sets it itself",
    "hydra.help": "--help shows the choices",
    "hydra/help": "--help shows the choices",
    "hydra.hydra_help": "--help shows the choices",
    "hydra/hydra_help": "--help shows the choices",
    "hydra/env": "hydra.job.env_set has variables of the environment",
}

# These values they have anyway; Lightning types some of them for the processes that it starts.
ALREADY_SO = {"hydra.job.chdir": False, "hydra.output_subdir": None, "hydra.verbose": False}
OF_LIGHTNING = re.compile(r"hydra\.job\.name=train_ddp_process_\d+")

NUMBERS = {
    "hydra.sweeper.max_batch_size": Range(1),
    "hydra.sweeper.n_trials": Range(1),
    "hydra.sweeper.n_jobs": Range(1),
    "hydra.launcher.timeout_min": Range(1),
    "hydra.launcher.max_num_timeout": Range(0),
    "hydra.launcher.signal_delay_s": Range(0),
    "hydra.launcher.array_parallelism": Range(1),
    "hydra.launcher.cpus_per_task": Range(1),
    "hydra.launcher.mem_gb": Range(1),
    "hydra.launcher.gpus_per_node": Range(0),
}
SHARES = ("hydra.sweeper.max_failure_rate",)
WORDS = {
    "hydra.mode": ("RUN", "MULTIRUN"),
    "hydra.sweeper.direction": ("minimize", "maximize"),
}
MAY_BE_NULL = ("hydra.launcher.cpus_per_task", "hydra.launcher.mem_gb")
MAY_BE_NULL += ("hydra.launcher.gpus_per_node", "hydra.sweeper.max_batch_size")


def refuse_hydra_keys_without_effect(words: Sequence[str]) -> None:
    """Refuse what a command says to Hydra if it would have no effect.

    Args:
        words: of the command line, options included.

    Raises:
        ConfigError: names the key, its value and the remedy.
    """
    said = [override for word in words if (override := _about_hydra(word)) is not None]
    for override in said:
        if not OF_LIGHTNING.fullmatch(override.input_line):
            _check(override, sweep=is_sweep(words))


def unknown_hydra_key(key: str) -> ConfigError:
    """Return the error for a key that Hydra itself does not know either."""
    group = "/".join(key.split(".")[:2])
    if group in ("hydra/launcher", "hydra/sweeper"):
        return ConfigError(
            f"There is no key {key} with the chosen {group}=. Choose another one, as in "
            f"{FOLLOWED[group].example}, or see all keys with --cfg hydra."
        )
    return ConfigError(f"There is no key {key}.{_near(key)}")


def _about_hydra(word: str) -> Override | None:
    """Return the word as Hydra reads it; None if it is about something else, or cannot be read."""
    if not re.match(r"[\s+~]*hydra\b", word):
        return None
    try:
        return parse(word)
    except ValueError:
        return None  # which Hydra will say


def _check(override: Override, *, sweep: bool) -> None:
    key, word = key_of(override), override.input_line
    if override.is_delete():
        raise ConfigError(f"{word} is refused, because a command needs all of Hydra's keys.")
    value = None if override.is_sweep_override() else override.value()
    if key in ALREADY_SO and value == ALREADY_SO[key] and not override.is_sweep_override():
        return
    group = _longest(key, (*FOLLOWED, *INSTEAD))
    if group is None:
        raise ConfigError(f"{word}: the key {key} is not supported.{_near(key)}")
    if group in INSTEAD:
        raise ConfigError(f"{word} is not supported: {INSTEAD[group]}. Leave it out.")
    by = FOLLOWED[group].by
    if by == "sweep" and not sweep:
        instead = " name a run's directory with hydra.run.dir=" if "dir" in key else " leave it out"
        raise ConfigError(f"{word} is about a sweep: add -m, or{instead}.")
    if by == "run" and sweep:
        raise ConfigError(
            f"{word} names the directory of one run; with -m, hydra.sweep.dir= names the sweep's."
        )
    if override.is_sweep_override():
        raise ConfigError(f"{word} has several values, and {key} takes one.")
    _check_value(key, value, word, sweep=sweep)


def _check_value(key: str, value: Any, word: str, *, sweep: bool) -> None:
    is_name = isinstance(value, str | int | float) and not isinstance(value, bool)
    is_name = is_name and str(value).strip() != ""
    if key.endswith(".dir") and not is_name:
        raise ConfigError(f"{word} must name a directory, as in {FOLLOWED[key].example}.")
    if key == "hydra.searchpath" and not (isinstance(value, list) and value):
        raise ConfigError(f"{word} must name folders, as in {FOLLOWED[key].example}.")
    if "/" in key and (not isinstance(value, str) or not value):
        raise ConfigError(f"{word} must name one option, as in {FOLLOWED[key].example}.")
    if key in ("hydra.launcher", "hydra.sweeper"):
        example = FOLLOWED[key.replace(".", "/")].example
        raise ConfigError(f"{word} is not an option: choose one as in {example}.")
    if key.startswith("hydra.sweeper.params") and value is not None:
        raise ConfigError(
            f"{word} is not supported: type the values themselves, as in seed=0,1,2 or, with "
            f"sweep=optuna, 'latent.dim=choice(8, 64)'."
        )
    if key in WORDS and value not in WORDS[key]:
        raise ConfigError(f"{word} is not known.{did_you_mean(str(value), WORDS[key])}")
    if key == "hydra.mode" and value == "RUN" and sweep:
        raise ConfigError(f"{word} contradicts -m: leave one of the two out.")
    if key == "hydra.launcher.n_jobs" and value != -1 and not _is_whole(value, Range(1)):
        raise ConfigError(f"{word} must be a number of jobs at a time, or -1 for one per core.")
    if key in ("hydra.launcher.nodes", "hydra.launcher.tasks_per_node") and value != 1:
        raise ConfigError(
            f"{word} must be 1: a job starts its own processes on one machine, as many as "
            f"trainer.devices= says."
        )
    if value is None and key in MAY_BE_NULL:
        return
    if key in NUMBERS and not _is_whole(value, NUMBERS[key]):
        raise ConfigError(f"{word} must be a whole number {NUMBERS[key]}.")
    if key in SHARES and not Range(0, 1).fits(value):
        raise ConfigError(f"{word} must be a number {Range(0, 1)}.")


def _is_whole(value: Any, allowed: Range) -> bool:
    return isinstance(value, int) and allowed.fits(value)


def _longest(key: str, groups: Sequence[str]) -> str | None:
    """Return the most special of the groups that the key belongs to."""
    mine = [group for group in groups if key == group or key.startswith(f"{group}.")]
    return max(mine, key=len, default=None)


def _near(key: str) -> str:
    return did_you_mean(key, FOLLOWED)
