"""A command through Hydra: read the configuration, check it, run the task."""

import contextlib
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from gan_lab import sweep, terminal
from gan_lab.config import plugins
from gan_lab.config.build import check_parts, task_of
from gan_lab.config.check import check
from gan_lab.config.flags import flags_in_front
from gan_lab.config.hydra_errors import explain
from gan_lab.config.hydra_keys import refuse_hydra_keys_without_effect
from gan_lab.config.limits import PARTS_OF_TASK
from gan_lab.config.no_evaluation import without_evaluations
from gan_lab.config.options import find_conf
from gan_lab.config.outside_words import register as register_folders
from gan_lab.config.outside_words import with_one_search_path
from gan_lab.config.plain import words_typed
from gan_lab.config.quoting import as_hydra_reads, words_of
from gan_lab.config.run_directory import register
from gan_lab.config.syntax import check_form
from gan_lab.config.trust import refuse_code_for_hydra, refuse_paths_as_options
from gan_lab.config.unused import (
    refuse_words_about_what_is_off,
    refuse_words_for_no_evaluation,
    refuse_words_without_effect,
)
from gan_lab.durable import release_claims
from gan_lab.errors import ConfigError, GanLabError, complain, memory_in_words
from gan_lab.machine.watchdog import end_with_the_first_process

register()
register_folders()
_composed = False


@hydra.main(version_base="1.3", config_path=str(find_conf()), config_name="config")
def _run(config: DictConfig) -> float | None:
    global _composed
    _composed = True
    hydra_config = HydraConfig.get()
    try:
        if hydra_config.mode == RunMode.MULTIRUN:
            return sweep.run_job(config)
        # Hydra shows what every library has to say; this one is imported by torchmetrics.
        logging.getLogger("matplotlib").setLevel(logging.WARNING)
        run_task = checked_task(config)
        end_with_the_first_process()
        with memory_in_words():
            run_task(config)
    except GanLabError as error:
        if config.get("task") == "train":
            with contextlib.suppress(OSError):
                Path(hydra_config.runtime.output_dir).rmdir()  # Hydra's, if nothing came into it
        _say(error)
        if hydra_config.mode == RunMode.MULTIRUN:
            raise  # The sweep goes on; Hydra raises the first error again at its end.
        sys.exit(1)


def checked_task(config: DictConfig) -> Callable[[DictConfig], None]:
    """Return what a composed command runs, once nothing about it is wrong that can be told now.

    Raises:
        ConfigError: something is; names the key, the value and the remedy.
    """
    sweep.refuse_to_choose(words_typed())
    check(config, words_typed())
    if config.task in ("train", "cost"):
        refuse_words_for_no_evaluation(config.evaluation.every, words_typed())
        # A run that goes on has more than what is composed: its checkpoint's configuration.
        if not (config.ckpt or config.resume):
            refuse_words_about_what_is_off(config, words_typed())
    # Imported only now, so that help and mistakes in the configuration need no torch.
    plugins.import_typed()
    run_task = task_of(config)
    check_parts(config, PARTS_OF_TASK.get(config.task, ()))
    return run_task


def readable(words: Sequence[str]) -> list[str]:
    """Return a command line as Hydra reads it, with the parts from outside that it names in use.

    Raises:
        ConfigError: a word of it cannot be meant so.
    """
    folders = plugins.use(words)
    read = without_evaluations(as_hydra_reads(flags_in_front(words)))
    read = with_one_search_path(read, folders)
    check_form(read)
    refuse_words_without_effect(read)
    refuse_code_for_hydra(read)
    refuse_paths_as_options(read)
    refuse_hydra_keys_without_effect(read)
    return read


def _say(error: GanLabError) -> None:
    """Print a mistake as one message, below its traceback if that is asked for."""
    if "debug=trace" in sys.argv:
        traceback.print_exception(error)
    complain(str(error))


def main() -> None:
    """Run the command line; a mistake in it ends in one message and exit status 1."""
    global _composed
    _composed = False
    register()
    # Otherwise Hydra prints its own message and exits before there is a chance to explain.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    warnings.formatwarning = terminal.as_warning
    try:
        # Processes that Lightning starts read the same words.
        sys.argv[1:] = readable(sys.argv[1:])
    except ConfigError as error:
        _say(error)
        sys.exit(1)
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    except GanLabError:
        sys.exit(1)
    except Exception as error:
        if _composed:
            traceback.print_exception(error)
            complain(
                f"unexpected {type(error).__name__}: this is a bug, in gan_lab or in a part of "
                f"your own. The lines above say where."
            )
        else:
            _say(explain(error, words_of(sys.argv[1:])))
        sys.exit(1)
    finally:
        release_claims()
        unfinished = sweep.end()
        if unfinished:
            complain(unfinished)
    if unfinished:
        sys.exit(1)
