"""Checkpoints at iteration boundaries, through our own durable writer."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

import lightning
import torch
from lightning import Callback, Trainer
from lightning.fabric.plugins import CheckpointIO
from lightning.pytorch.utilities import rank_zero_warn

from gan_lab.callbacks.collapse import CollapseMonitor
from gan_lab.runs.checkpoints import read_checkpoint, write_checkpoint
from gan_lab.training.algorithm import Algorithm


@final
class DurableCheckpointIO(CheckpointIO):
    """Lets Lightning write and read checkpoints the way `runs/checkpoints.py` does."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str, storage_options: Any = None
    ) -> None:
        """Write `checkpoint`, moving the one before to previous.ckpt."""
        write_checkpoint(checkpoint, Path(path))

    def load_checkpoint(
        self, path: str, map_location: Any = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """Return the verified checkpoint without Lightning's own loop counters.

        The iteration is the run's clock, and the data is addressed by it: what is left of a run is
        a fit of its own, so there is no epoch to fast-forward through.
        """
        checkpoint = read_checkpoint(Path(path))
        checkpoint.pop("loops", None)
        # There is nothing of Lightning's own left in it to bring up to date.
        checkpoint["pytorch-lightning_version"] = lightning.__version__
        return checkpoint

    def remove_checkpoint(self, path: str) -> None:
        """Delete a checkpoint."""
        Path(path).unlink(missing_ok=True)


@final
class Checkpoints(Callback):
    """Write last.ckpt every `every` iterations and wherever training ends; keep the best and some.

    A GAN may collapse if it is left running, so the last checkpoint is not always the one to use.

    Args:
        path: of last.ckpt; best.ckpt lies beside it.
        every: iterations between checkpoints.
        origin: `config`, `overrides`, `data_sha256` and `labels` of the run, plain data that is
            saved along.
        collapse: knows the evaluations so far, and which networks were given up; None keeps no
            best.ckpt.
        keep: iterations whose checkpoints stay, as `00005000.ckpt`: every so many, or these.
    """

    def __init__(
        self,
        path: Path,
        every: int,
        origin: Mapping[str, Any],
        collapse: CollapseMonitor | None = None,
        keep: int | Sequence[int] | None = None,
    ) -> None:
        self.path = path
        self.best = path.with_name("best.ckpt")
        self.every = every
        self.origin = origin
        self.collapse = collapse
        self.keep = keep
        self._newest = -1

    def on_train_start(self, trainer: Trainer, module: Algorithm) -> None:
        """Know which iteration is saved already."""
        if module.iteration:
            self._newest = module.iteration
        if self._is_kept(module.iteration):
            kept = self._kept(module.iteration)
            # Asked for only now, or lost with a kill; what is there is from when it was trained.
            if not trainer.strategy.broadcast(kept.exists()):
                trainer.save_checkpoint(kept)

    def on_train_batch_end(
        self, trainer: Trainer, module: Algorithm, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Save where it is due; the end is saved when training has ended."""
        is_evaluated = self.collapse is not None and self.collapse.evaluate.is_new(module)
        # The best first: a run killed in between goes back to before it, and finds it again.
        if is_evaluated and self._is_best(self.collapse):
            self._check(module)
            trainer.save_checkpoint(self.best)
            self.collapse.best_iteration = module.iteration
        # These too before the last: a run that is killed in between comes by here again.
        if self._is_kept(module.iteration):
            self._check(module)
            trainer.save_checkpoint(self._kept(module.iteration))
        # With rollbacks after each evaluation, too: a run killed between a new best and a later
        # last checkpoint would otherwise go back to a best that it does not know yet.
        is_due = module.iteration % self.every == 0
        is_due |= is_evaluated and self.collapse.action == "rollback"
        if is_due and not trainer.is_last_batch:
            self._save(trainer, module)

    def on_train_end(self, trainer: Trainer, module: Algorithm) -> None:
        """Save the end of training, regular or not."""
        if module.iteration > self._newest:
            self._save(trainer, module)

    def on_save_checkpoint(
        self, trainer: Trainer, module: Algorithm, checkpoint: dict[str, Any]
    ) -> None:
        """Add where the checkpoint comes from."""
        checkpoint.update(self.origin)
        checkpoint["threads"] = torch.get_num_threads()

    def on_load_checkpoint(
        self, trainer: Trainer, module: Algorithm, checkpoint: dict[str, Any]
    ) -> None:
        """Say if the run goes on with rounding errors of its own: sums are shared among threads."""
        threads = torch.get_num_threads()
        before = checkpoint.get("threads", threads)
        if before != threads and module.device.type == "cpu":
            rank_zero_warn(
                f"The checkpoint was made with {before} threads, and there are {threads} now: the "
                f"last digits will not be those of an uninterrupted run. OMP_NUM_THREADS={before} "
                f"gives the same."
            )

    def _save(self, trainer: Trainer, module: Algorithm) -> None:
        self._check(module)
        trainer.save_checkpoint(self.path)
        self._newest = module.iteration

    def _is_kept(self, iteration: int) -> bool:
        if isinstance(self.keep, int):
            return iteration > 0 and iteration % self.keep == 0
        return iteration in (self.keep or ())

    def _kept(self, iteration: int) -> Path:
        return self.path.with_name(f"{iteration:08d}.ckpt")

    def _check(self, module: Algorithm) -> None:
        # A checkpoint with NaN weights must never replace a good one.
        module.synchronise_meters()
        module.check_finite()
        module.check_weights_finite()

    def _is_best(self, collapse: CollapseMonitor) -> bool:
        evaluate = collapse.evaluate
        values = {row["iteration"]: row.get(evaluate.monitor, math.nan) for row in evaluate.history}
        iteration = evaluate.history[-1]["iteration"]
        if iteration in collapse.rolled_back:  # its networks are those of best.ckpt
            return False
        if collapse.best_iteration not in values:
            return True
        now, best = values[iteration], values[collapse.best_iteration]
        if not math.isfinite(now) or not math.isfinite(best):
            return math.isfinite(now)
        higher_is_better = evaluate.evaluation.better[evaluate.monitor] == "higher"
        return now > best if higher_is_better else now < best
