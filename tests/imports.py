"""What a command imports."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gan_lab import command_line


def train_without(rank: int, modules: Sequence[str], words: Sequence[str], cwd: Path) -> None:
    """Train as the words say, and see that none of the modules was imported; see `together`."""
    os.chdir(cwd)
    sys.argv = ["gan_lab", *words]
    command_line.main()
    assert not {*modules} & {*sys.modules}
