"""`python -m gan_lab` and `gan-lab`: read the configuration, check it, run the task."""

import importlib
import os
import sys
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from gan_lab.config.check import check
from gan_lab.config.complaints import explain
from gan_lab.config.schema import find_conf
from gan_lab.errors import GanLabError


def run_directory(task: str, ckpt: str | None, fresh: str) -> str:
    """Return where a run keeps its files: a checkpoint's training goes on in its own directory."""
    if task != "train":
        return "."
    return str(Path(ckpt).absolute().parents[1]) if _is_in_a_run(ckpt) else fresh


def output_subdirectory(task: str, ckpt: str | None) -> str | None:
    """Return the folder for Hydra's own record; a continued run already has one."""
    return ".hydra" if task == "train" and not _is_in_a_run(ckpt) else None


def _is_in_a_run(ckpt: str | None) -> bool:
    return ckpt is not None and Path(ckpt).absolute().parent.name == "checkpoints"


OmegaConf.register_new_resolver("run_directory", run_directory, replace=True)
OmegaConf.register_new_resolver("output_subdirectory", output_subdirectory, replace=True)

_composed = False


@hydra.main(version_base="1.3", config_path=str(find_conf()), config_name="config")
def _run(config: DictConfig) -> None:
    global _composed
    _composed = True
    hydra_config = HydraConfig.get()
    try:
        check(config, hydra_config.overrides.task)
        # Imported only now, so that help and mistakes in the configuration need no torch.
        task = importlib.import_module(f"gan_lab.tasks.{config.task}")
        task.run(config)
    except GanLabError as error:
        if config.debug or hydra_config.mode == RunMode.MULTIRUN:
            raise
        _fail(error)


def main() -> None:
    """Run the command line; a mistake in it ends in one message and exit status 1."""
    global _composed
    _composed = False
    # Otherwise Hydra prints its own message and exits before there is a chance to explain.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    except GanLabError as error:
        if "debug=" in " ".join(sys.argv):
            raise
        _fail(error)
    except Exception as error:
        if _composed:
            raise
        _fail(explain(error, sys.argv[1:]))


def _fail(error: GanLabError) -> None:
    # With several devices every process meets the same mistake; one message is enough.
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print(f"gan_lab: {error}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
