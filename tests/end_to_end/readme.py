"""The commands in the README."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)


def commands() -> Iterator[str]:
    """Yield each command without its comment, on one line."""
    for block in BLOCKS:
        if not block.startswith("#!"):
            for line in block.replace("\\\n", "").splitlines():
                yield " ".join(line.split("  #")[0].split())


def batch_script() -> str:
    """Return the script for Slurm."""
    (script,) = (block for block in BLOCKS if block.startswith("#!"))
    return script
