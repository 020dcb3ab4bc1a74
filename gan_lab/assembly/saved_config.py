"""A checkpoint's configuration, with what was typed now laid over it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.build import PARTS, check_parts, names_no_part, used_plugins
from gan_lab.config.check import check
from gan_lab.config.checkpoint_merge import completed, composed, continued, differences, joined
from gan_lab.config.checkpoint_overrides import lasting, plain_words
from gan_lab.config.composition import composition
from gan_lab.config.hydra_errors import explain
from gan_lab.config.limits import MORE_PARTS_OF_CHECKPOINT, PARTS_OF_CHECKPOINT
from gan_lab.config.missing_options import refuse_missing, split_by_what_is_there, without
from gan_lab.config.outside_words import is_about_outside, outside_words
from gan_lab.config.plain import resolved, words_typed
from gan_lab.dotted_keys import leaves
from gan_lab.errors import CheckpointError, GanLabError, memory_in_words
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.terminal import printable
from gan_lab.training.algorithm import Algorithm


@contextmanager
def restore_errors_in_words(reopened: "Reopened | None", module: Algorithm) -> Iterator[None]:
    """Say that it is the checkpoint where a run cannot go on with what it holds.

    Lightning restores what stands there beside the weights, and looks at little of it.

    Raises:
        CheckpointError: it failed before the first iteration was over.
    """
    try:
        with memory_in_words():
            yield
    except (GanLabError, OSError):
        raise
    except Exception as error:
        if reopened is None or module.iteration not in (0, reopened.iteration):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise CheckpointError(
            f"ckpt={reopened.config.ckpt} cannot be continued: its parts do not fit together "
            f"({reason}). Use a checkpoint that is as gan_lab wrote it."
        ) from error


@dataclass(frozen=True)
class Reopened:
    """A checkpoint to go on from.

    Attributes:
        checkpoint: its contents.
        trained: its configuration, as it was trained.
        config: the same, changed by what was typed now.
        overrides: the words that lead to that.
    """

    checkpoint: dict[str, Any]
    trained: Mapping[str, Any]
    config: DictConfig
    overrides: list[str]

    @property
    def iteration(self) -> int:
        """Completed iterations."""
        return self.checkpoint["clock"]["iteration"]


def reopen(config: DictConfig, also_free: Sequence[str] = ()) -> Reopened:
    """Read `config.ckpt` and return it with the configuration to go on with.

    Args:
        config: as typed now.
        also_free: keys that this task may change, besides those that every task may.

    Raises:
        CheckpointError: it cannot be read, or a hyper-parameter differs and that is not allowed.
        ConfigError: its configuration cannot work, or names what is no part of gan_lab.
    """
    checkpoint = read_checkpoint(Path(config.ckpt))
    typed = words_typed()
    before = plain_words(checkpoint["overrides"], typed, config.ckpt)
    try:
        words, was = split_by_what_is_there(before)
    except Exception as error:  # Hydra and OmegaConf have many words for what makes no sense
        reason = str(error).split("\n")[0][:200]
        raise CheckpointError(
            f"ckpt={config.ckpt} was trained with words that make no configuration ({reason})."
        ) from error
    overrides = joined(words.there, typed)
    try:
        now = composed(overrides)
    except HydraException as error:
        raise explain(error, overrides) from error
    said_again, missing = words.split(typed)
    was = without(was, words.missing)
    saved = completed(checkpoint["config"], was)
    merged = continued(without(leaves(saved), said_again), was, without(now, missing))
    used = (*PARTS_OF_CHECKPOINT, *MORE_PARTS_OF_CHECKPOINT.get(config.task, ()))
    changes = differences(saved, merged, also_free)
    if changes and not config.allow_config_change:
        shown = "\n".join(f"  {printable(line)}" for line in changes)
        raise CheckpointError(
            f"ckpt={config.ckpt} was trained with another configuration:\n{shown}\n"
            f"Keep the old values by typing them, or accept the new ones with "
            f"allow_config_change=true."
        )
    plain = resolved(merged)
    refuse_missing(config.ckpt, plain, missing, used)
    for key in ("ckpt", "resume", "task", "allow_config_change", "plugins"):
        merged[key] = config[key]
    unknown = [group for group in {*PARTS} - {*used} if names_no_part(plain[group], group)]
    for group in unknown:
        merged[group] = composition([]).config[group]  # nothing is made of it, so any part will do
    check(merged, overrides, complete=not (words.missing or unknown))
    check_parts(merged, used)
    return Reopened(checkpoint, saved, merged, lasting(overrides, merged))


def origin(config: DictConfig, reopened: Reopened | None) -> dict[str, Any]:
    """Return what a checkpoint says of where it comes from, as plain data."""
    overrides = reopened.overrides if reopened else lasting(words_typed(), config)
    plain = resolved(config)
    return {"config": plain | {"plugins": used_plugins(plain)}, "overrides": list(overrides)}


def hydra_files(config: DictConfig, reopened: Reopened | None) -> dict[str, str]:
    """Return what Hydra would write into `.hydra/`; of a continued run, for what it is now.

    The words also say where parts from outside are, so that they can be typed again.
    """
    overrides = reopened.overrides if reopened else words_typed()
    own = [word for word in overrides if not is_about_outside(word)]
    return {
        "config.yaml": OmegaConf.to_yaml(config),
        "overrides.yaml": OmegaConf.to_yaml([*own, *outside_words()]),
        "hydra.yaml": OmegaConf.to_yaml({"hydra": HydraConfig.get()}),
    }
