"""task=theory: theorems and statements as runnable checks."""

import importlib
import time
from pathlib import Path

from omegaconf import DictConfig

from gan_lab.claims.outcome import Outcome
from gan_lab.config.schema import CLAIMS
from gan_lab.figures.curves import arrays, draw
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say


def run(config: DictConfig) -> None:
    """Check `config.claim`, or all claims, and leave a figure and its arrays of each in `out`.

    Raises:
        GanLabError: `out` cannot be written, or data that a claim needs cannot be loaded.
        SystemExit: a claim fails; status 1.
    """
    names = CLAIMS if config.claim == "all" else (config.claim,)
    files = [f"{name}.{ending}" for name in names for ending in ("png", "npz")]
    out = output_folder(config.out, "theory", files)
    failed = []
    for name in names:
        started = time.monotonic()
        outcome = importlib.import_module(f"gan_lab.claims.{name}").check()
        seconds = time.monotonic() - started
        say(*report(name, outcome, seconds).split("\n"))
        write(name, outcome, out)
        if not outcome.holds:
            failed.append(name)
    say(f"{len(names) - len(failed)} of {len(names)} hold. Figures and arrays: {out.absolute()}")
    if failed:
        raise SystemExit(1)


def report(name: str, outcome: Outcome, seconds: float) -> str:
    """Return what a claim says and what was measured, in plain ASCII."""
    width = max(map(len, outcome.numbers))
    return "\n".join(
        [
            f"{name}: {outcome.statement}",
            *(f"  {what:<{width}}  {number:.8g}" for what, number in outcome.numbers.items()),
            f"  {'holds' if outcome.holds else 'FAILS'} ({seconds:.1f} s)\n",
        ]
    )


def write(name: str, outcome: Outcome, out: Path) -> None:
    """Write `NAME.png` and `NAME.npz` into the folder `out`."""
    write_pictures(out, {name: draw(outcome.panels)})
    write_arrays(out, name, arrays(outcome.panels))
