"""What made a result: the versions and the machine."""

import os
import platform
from pathlib import Path

import lightning
import torch

import gan_lab


def versions() -> dict[str, str]:
    """Return the versions that a result may depend on."""
    return {
        "gan_lab": gan_lab.__version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "lightning": lightning.__version__,
    }


def hardware(device: torch.device, processes: int, precision: str) -> dict[str, str | int]:
    """Return what the run computed on, and in which numbers."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _cpu_name()
    return {
        "device": device.type,
        "name": name,
        "processes": processes,
        "cores": os.cpu_count(),
        "precision": precision,
    }


def _cpu_name() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            return next(
                line.split(":")[1].strip() for line in file if line.startswith("model name")
            )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
