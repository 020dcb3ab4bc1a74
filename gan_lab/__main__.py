"""`python -m gan_lab` and `gan-lab`: read the configuration, check it, run the task."""

import contextlib
import functools
import importlib
import itertools
import logging
import os
import sys
import warnings
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.check import check
from gan_lab.config.complaints import explain
from gan_lab.config.plain import words_typed
from gan_lab.config.schema import find_conf
from gan_lab.errors import GanLabError
from gan_lab.tasks.orphans import end_with_the_first_process


def run_directory(task: str, ckpt: str | None, fresh: str) -> str:
    """Return where a run keeps its files: a checkpoint's training goes on in its own directory."""
    if task != "train":
        return "."
    if ckpt and Path(ckpt).absolute().parent.name == "checkpoints":
        return str(Path(ckpt).absolute().parents[1])
    return _unused(fresh)


@functools.cache  # Hydra asks several times, and has made the directory in between.
def _unused(directory: str) -> str:
    """Return `directory`, with a number behind it if another run began in the same second."""
    names = (directory if n == 1 else f"{directory}-{n}" for n in itertools.count(1))
    return next(name for name in names if not Path(name).exists())


OmegaConf.register_new_resolver("run_directory", run_directory, replace=True)

_composed = False


@hydra.main(version_base="1.3", config_path=str(find_conf()), config_name="config")
def _run(config: DictConfig) -> None:
    global _composed
    _composed = True
    hydra_config = HydraConfig.get()
    try:
        check(config, words_typed())
        # Hydra shows what every library has to say; this one is imported by torchmetrics.
        logging.getLogger("matplotlib").setLevel(logging.WARNING)
        end_with_the_first_process()
        # Imported only now, so that help and mistakes in the configuration need no torch.
        task = importlib.import_module(f"gan_lab.tasks.{config.task}")
        task.run(config)
    except GanLabError as error:
        if config.get("task") == "train":
            with contextlib.suppress(OSError):
                Path(hydra_config.runtime.output_dir).rmdir()  # Hydra's, if nothing came into it
        if config.get("debug"):
            raise
        if hydra_config.mode == RunMode.MULTIRUN:
            # The sweep goes on; Hydra raises the first error again at its end.
            _complain(f"job {hydra_config.job.num}: {error}")
            raise
        _complain(str(error))
        sys.exit(1)


def main() -> None:
    """Run the command line; a mistake in it ends in one message and exit status 1."""
    global _composed
    _composed = False
    # Otherwise Hydra prints its own message and exits before there is a chance to explain.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    warnings.formatwarning = lambda message, *_: f"gan_lab: {message}\n"
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    except GanLabError:
        if any(word.startswith("debug=") for word in sys.argv):
            raise
        sys.exit(1)
    except Exception as error:
        if _composed:
            raise
        _complain(str(explain(error, sys.argv[1:])))
        sys.exit(1)


def _complain(message: str) -> None:
    # With several devices every process meets the same mistake; one message is enough.
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print(f"gan_lab: {message}", file=sys.stderr)


if __name__ == "__main__":
    main()
