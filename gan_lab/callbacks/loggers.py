"""Lightning's loggers, set up for a run."""

import netrc
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lightning.pytorch.loggers import TensorBoardLogger, WandbLogger

from gan_lab.errors import ConfigError


def tensorboard_logger(save_dir: Path) -> TensorBoardLogger:
    """Return a logger that writes event files into the run directory."""
    try:
        import tensorboard  # noqa: F401
    except ModuleNotFoundError:
        raise ConfigError(
            "logger=tensorboard needs the package tensorboard: pip install 'gan-lab[tensorboard]'."
        ) from None
    return TensorBoardLogger(save_dir, name="", version="tensorboard")


def forget_after(logger: TensorBoardLogger, iteration: int) -> None:
    """Let TensorBoard drop what an earlier session logged after `iteration`; this one repeats it.

    The event is the one that torch's `SummaryWriter(purge_step=...)` begins its file with.
    """
    from tensorboard.compat.proto.event_pb2 import Event, SessionLog

    start = Event(session_log=SessionLog(status=SessionLog.START))
    logger.experiment.file_writer.add_event(start, step=iteration + 1)


def wandb_logger(
    save_dir: Path, project: str, name: str | None, group: str | None, tags: Sequence[str]
) -> WandbLogger:
    """Return a logger to Weights & Biases, offline where there is no API key.

    A continued run goes on in its W&B run. Offline W&B cannot do that: each session is a run of its
    own, a segment, and the segments share a group.

    Args:
        save_dir: the run directory; W&B keeps its own files below it.
        project: of W&B.
        name: shown there; None lets W&B invent one.
        group: runs to be shown together; None groups the segments of an offline run.
        tags: words to find it by.
    """
    mode = os.environ.get("WANDB_MODE")
    # Lightning leaves "dryrun" behind, an older word for offline.
    offline = mode in ("offline", "dryrun") or (mode is None and not has_wandb_key())
    if offline and mode is None:
        print(
            f"W&B: no API key, so this run is recorded offline. After `wandb login`, send it with "
            f"`wandb sync {save_dir}/wandb/offline-run-*`."
        )
    run, segments = earlier_segments(save_dir)
    identity: dict[str, Any] = {"id": run, "group": group, "resume": "allow"}
    if offline:
        segment = segments + 1
        identity = {
            "id": f"{run}-{segment}",
            "group": group or run,
            "job_type": f"segment-{segment}",
        }
    return WandbLogger(
        save_dir=save_dir, project=project, name=name, tags=list(tags), offline=offline, **identity
    )


def earlier_segments(save_dir: Path) -> tuple[str, int]:
    """Return what W&B knows this run by, invented now if it is new, and its offline segments."""
    folders = sorted((save_dir / "wandb").glob("*run-*-*"))
    offline = [folder for folder in folders if folder.name.startswith("offline-run-")]
    if not folders:
        return secrets.token_hex(4), 0
    # As in run-20261121_080000-0a1b2c3d and offline-run-20261121_080000-0a1b2c3d-2.
    first = folders[0].name.removeprefix("offline-")
    return first.split("-")[2], len(offline)


def has_wandb_key() -> bool:
    """Return whether W&B would find an API key, without letting it ask for one."""
    if os.environ.get("WANDB_API_KEY"):
        return True
    server = os.environ.get("WANDB_BASE_URL", "https://api.wandb.ai")
    try:
        keys = netrc.netrc(os.environ.get("NETRC") or Path("~/.netrc").expanduser())
    except (OSError, netrc.NetrcParseError):
        return False
    return keys.authenticators(urlsplit(server).hostname or "") is not None
