"""What `logger=` chooses: dashboards, set up for a run."""

import netrc
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gan_lab.callbacks.tensorboard import TensorBoard
from gan_lab.callbacks.weights_and_biases import WeightsAndBiases
from gan_lab.errors import ConfigError
from gan_lab.extras import how_to_install


def tensorboard_logger(save_dir: Path) -> TensorBoard:
    """Return a dashboard whose event files are in the run directory."""
    try:
        import tensorboard  # noqa: F401
    except ModuleNotFoundError:
        raise ConfigError(
            f"logger=tensorboard needs the package tensorboard: {how_to_install('tensorboard')}"
        ) from None
    return TensorBoard(save_dir / "tensorboard")


def wandb_logger(save_dir: Path, **settings: Any) -> WeightsAndBiases:
    """Return a dashboard in Weights & Biases, offline where there is no API key.

    `WANDB_MODE` says otherwise, as everywhere.

    Args:
        save_dir: the run directory.
        settings: further arguments of `WeightsAndBiases`.
    """
    offline = "WANDB_MODE" not in os.environ and not has_wandb_key()
    return WeightsAndBiases(save_dir, offline=offline, **settings)


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
