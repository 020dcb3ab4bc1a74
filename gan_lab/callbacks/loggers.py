"""Lightning's loggers, set up for a run."""

import netrc
import os
from collections.abc import Sequence
from pathlib import Path
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


def wandb_logger(
    save_dir: Path, project: str, name: str | None, group: str | None, tags: Sequence[str]
) -> WandbLogger:
    """Return a logger to Weights & Biases, offline where there is no API key.

    Args:
        save_dir: the run directory; W&B keeps its own files below it.
        project: of W&B.
        name: shown there; None lets W&B invent one.
        group: runs to be shown together.
        tags: words to find it by.
    """
    mode = os.environ.get("WANDB_MODE")
    offline = mode == "offline" or (mode is None and not has_wandb_key())
    if offline and mode is None:
        print(
            f"W&B: no API key, so this run is recorded offline. After `wandb login`, send it with "
            f"`wandb sync {save_dir}/wandb/offline-run-*`."
        )
    return WandbLogger(
        save_dir=save_dir, project=project, name=name, group=group, tags=list(tags), offline=offline
    )


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
