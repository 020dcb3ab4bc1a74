"""What `logger=` chooses: dashboards, set up for a run."""

import netrc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from gan_lab.callbacks.tensorboard import TensorBoard
from gan_lab.callbacks.weights_and_biases import WeightsAndBiases
from gan_lab.errors import ConfigError
from gan_lab.extras import how_to_install
from gan_lab.ranges import Range

Seconds = Annotated[float, Range(0, 86_400, open_low=True)]


def tensorboard_logger(save_dir: Path) -> TensorBoard:
    """Return a dashboard whose event files are in the run directory."""
    try:
        import tensorboard  # noqa: F401
    except ModuleNotFoundError:
        raise ConfigError(
            f"logger=tensorboard needs the package tensorboard: {how_to_install('tensorboard')}"
        ) from None
    return TensorBoard(save_dir / "tensorboard")


def wandb_logger(
    save_dir: Path,
    *,
    project: str,
    name: str | None,
    group: str | None,
    tags: Sequence[str],
    checkpoints: bool,
    init_timeout: Seconds,
    finish_timeout: Seconds,
) -> WeightsAndBiases:
    """Return a dashboard in Weights & Biases, offline where there is no API key.

    `WANDB_MODE` says otherwise, as everywhere. For the arguments see `WeightsAndBiases`.
    """
    return WeightsAndBiases(
        save_dir,
        project=project,
        name=name,
        group=group,
        tags=tags,
        checkpoints=checkpoints,
        init_timeout=init_timeout,
        finish_timeout=finish_timeout,
        offline="WANDB_MODE" not in os.environ and not has_wandb_key(),
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
