"""-m: each job of a sweep in a process of its own, and results.csv over all of them.

Hydra's sweepers and launchers decide which jobs there are and where they run. What they call is
`run_job`, which starts `python -m gan_lab` with the job's overrides. So a job begins as a run that
was typed alone: nothing is left over from another one, and with several devices every process reads
the same command line, whoever chose its values.
"""

import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, final

import filelock
from hydra.core.hydra_config import HydraConfig
from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from gan_lab.config.check import check
from gan_lab.config.outside_words import outside_words
from gan_lab.config.plain import override, words_typed
from gan_lab.config.plugins import use
from gan_lab.durable import refuse_to_replace
from gan_lab.errors import ConfigError, complain
from gan_lab.machine.child_process import Ended, run
from gan_lab.runs.finding import find_runs
from gan_lab.runs.summary import read_summary
from gan_lab.runs.sweep_results import SweepResults
from gan_lab.safe_reading import FOLDER, kind_of
from gan_lab.sweep_signals import (
    end_if_stopped,
    remember_signals,
    stop_here,
    tell_workers,
)
from gan_lab.terminal import printable, say

# Words that are about the sweep and not about its jobs.
ABOUT_THE_SWEEP = ("sweep=", "skip_finished=", "objective=")
# Files of a sweep that are opened where they lie, by Hydra's sweepers too; a link would lead away.
WRITTEN_INTO = (".lock", ".results.lock", "multirun.yaml", "optimization_results.yaml")


@final
class SweepStart(Callback):
    """Takes the sweep directory for this command, before a sweeper or launcher does anything."""

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Refuse what cannot work; Hydra would turn a raised error into a warning."""
        try:
            _refuse_copies()
            root = Path(config.hydra.sweep.dir).absolute()
            _take(root)
            tell_workers(root)
        except ConfigError as error:
            complain(str(error))
            sys.exit(1)


_lock: filelock.FileLock | None = None


def _refuse_copies() -> None:
    copies = [name for name in ("WORLD_SIZE", "SLURM_STEP_NUM_TASKS") if _number(name) > 1]
    if copies:
        raise ConfigError(
            f"{copies[0]}={os.environ[copies[0]]}: a sweep (-m) was started in several copies, and "
            f"each would run all jobs. Start it once; trainer.devices= is for each job."
        )


def _take(directory: Path) -> None:
    global _lock
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in WRITTEN_INTO:
            refuse_to_replace(directory / name)
        for job in (path for path in directory.iterdir() if path.name.isdecimal()):
            if (kind := kind_of(job)) != FOLDER:
                raise NotADirectoryError(0, f"{job.name} is {kind}, not a folder")
        lock = filelock.FileLock(directory / ".lock")
        lock.acquire(timeout=0)
        _lock = lock  # only now is it ours to end
    except filelock.Timeout as error:
        raise ConfigError(
            f"hydra.sweep.dir={directory} is in use by another sweep. Wait for its end, or name "
            f"another directory."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"hydra.sweep.dir={directory} cannot be written to ({error.strerror}). Name another "
            f"directory for the sweep."
        ) from error


def _number(variable: str) -> int:
    value = os.environ.get(variable, "")
    return int(value) if value.isdigit() else 1


def end() -> str:
    """Give the sweep directory back, and return which jobs did not finish; nothing for none."""
    global _lock
    if _lock is None:
        return ""
    root = Path(_lock.lock_file).parent
    _report(root)
    Path(_lock.lock_file).unlink(missing_ok=True)
    _lock.release()
    _lock = None
    rows = SweepResults(root).rows()
    lines = [
        f"job {row['job']}, {row['status']}: {printable(row['overrides'])}\n"
        f"  {printable(row['message'])}"
        for row in rows
        if row["status"] != "finished"
    ]
    if not lines:
        return ""
    return f"{len(lines)} of the {len(rows)} jobs in {root} did not finish:\n" + "\n".join(lines)


def _report(root: Path) -> None:
    """Write the page that compares the jobs; one that cannot be made costs a warning."""
    try:
        roots = find_runs(str(root))
        if roots:
            # Only now, because it brings matplotlib with it.
            from gan_lab.output_files import refuse_to_overwrite
            from gan_lab.pages.comparison import write_comparison

            refuse_to_overwrite(root / "report.html")
            write_comparison(roots, root / "report.html")
            say(f"The jobs compared: {(root / 'report.html').as_uri()}")
    except Exception as error:
        warnings.warn(f"{root}/report.html could not be written ({error}).", stacklevel=2)


def refuse_to_choose(typed: Sequence[str]) -> None:
    """Refuse `sweep=` in a command that is no sweep.

    Raises:
        ConfigError: `typed` has it.
    """
    for word in typed:
        if word.startswith("sweep=") and word != "sweep=null":
            raise ConfigError(f"{word} chooses values for many runs: add -m.")


def run_job(config: DictConfig) -> float | None:
    """Run the job at hand in its own directory, unless it has finished and may be skipped.

    Returns:
        What a sweeper optimises: `config.objective`, once the job has finished.

    Raises:
        ConfigError: it has finished and may not be skipped.
        SystemExit: the sweep was interrupted, or `config.objective` is no metric.
    """
    hydra = HydraConfig.get()
    use(outside_words())  # of which a process that a launcher started knows nothing yet
    if hydra.launcher._target_.endswith("JoblibLauncher"):
        remember_signals()
        end_if_stopped()
    results = SweepResults(Path(hydra.sweep.dir).absolute())
    overrides = [word for word in words_typed() if not word.startswith(ABOUT_THE_SWEEP)]
    made_by_hydra = Path(hydra.runtime.output_dir)
    directory = results.finished(overrides)
    if directory is None:
        directory = results.claim(overrides, hydra.job.num)
        _run_in(directory, config, overrides, results)
    elif config.skip_finished:
        results.record(directory, "finished")
        say(f"Job {directory.name} has finished before: {directory}")
    else:
        raise ConfigError(
            f"{directory} holds this job already, finished. Skip such jobs with "
            f"skip_finished=true, or name another hydra.sweep.dir."
        )
    _remove_if_empty(made_by_hydra)
    return _objective(config.objective, directory, results)


def _run_in(
    directory: Path, config: DictConfig, overrides: Sequence[str], results: SweepResults
) -> None:
    try:
        check(config, words_typed())
        if config.task == "train" and config.trainer.num_nodes > 1:
            raise ConfigError(
                f"trainer.num_nodes={config.trainer.num_nodes} must be 1 in a sweep, where each "
                f"job runs on one machine."
            )
        if config.get("out", "named") is None:
            raise ConfigError(
                "out=null in a sweep, whose jobs would all write the same file. Name one in each "
                "job's directory, as in 'out=${hydra:runtime.output_dir}/NAME'."
            )
    except ConfigError as error:
        complain(f"job {directory.name}: {error}")
        results.record(directory, "failed", str(error))
        return
    ended = run(_command(directory, overrides), _environment(config, HydraConfig.get().launcher))
    if ended.status == 0:
        results.record(directory, "finished")
    elif ended.signal or ended.status in (129, 130, 143):
        results.record(directory, "interrupted")
    else:
        results.record(directory, "failed", _cause(ended))
    if ended.signal:
        stop_here(ended.signal)
        raise SystemExit(128 + ended.signal)


def _command(directory: Path, overrides: Sequence[str]) -> list[str]:
    last = directory / "checkpoints" / "last.ckpt"
    finds_it_itself = any(word.startswith("resume=") for word in overrides)
    words = [override("ckpt", last)] if last.exists() and not finds_it_itself else []
    return [
        *(sys.executable, "-m", "gan_lab", *overrides, *words),
        *(word for word in outside_words() if word not in overrides),
        override("hydra.run.dir", directory),
    ]


def _environment(config: DictConfig, launcher: DictConfig) -> dict[str, str]:
    """Return the environment of a job; on a cluster it starts its own processes, as anywhere."""
    job = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")}
    threads = threads_of_a_job(launcher, config.trainer.devices)
    return {"OMP_NUM_THREADS": str(threads)} | job if threads else job


def threads_of_a_job(launcher: DictConfig, devices: Any) -> int | None:
    """Return how many threads each process of a job may have; None: as many as torch likes.

    Side by side they would otherwise take all cores each, and mostly wait for one another.

    Args:
        launcher: the group `hydra/launcher`.
        devices: `trainer.devices`.
    """
    cores = os.cpu_count() or 1
    if "SLURM_CPUS_PER_TASK" in os.environ:
        share = int(os.environ["SLURM_CPUS_PER_TASK"])
    elif launcher._target_.endswith("JoblibLauncher"):
        at_once = launcher.n_jobs if launcher.n_jobs > 0 else cores + 1 + launcher.n_jobs
        share = cores // max(at_once, 1)
    elif launcher._target_.endswith("LocalLauncher"):  # of submitit, which starts all jobs at once
        share = 1
    else:
        return None
    processes = devices if isinstance(devices, int) and devices > 0 else 1
    return max(share // processes, 1)


def _cause(ended: Ended) -> str:
    if ended.status < 0:
        return f"killed by signal {-ended.status}"
    return ended.last_line.removeprefix("gan_lab: ") or f"exit status {ended.status}"


def _objective(name: str | None, directory: Path, results: SweepResults) -> float | None:
    finished = {row["job"] for row in results.rows() if row["status"] == "finished"}
    if name is None or directory.name not in finished:
        return None
    summary, damage = read_summary(directory / "summary.json")
    if damage:
        complain(f"job {directory.name}: its summary.json {damage[0]}, so it has no {name}.")
        return None
    metrics = summary.get("metrics", {})
    if name not in metrics:
        # No other job would have it either.
        complain(
            f"objective={name} is not in {directory}/summary.json, which has {', '.join(metrics)}."
        )
        sys.exit(1)
    best = metrics[name]["best"]
    return best if best is not None else metrics[name]["last"]


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):  # it holds files
        directory.rmdir()
