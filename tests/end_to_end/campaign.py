"""Runs that are killed and continued, in processes forked from one that has everything imported."""

import hashlib
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from gan_lab import faults
from gan_lab.machine.watchdog import FIRST
from gan_lab.runs import checkpoints
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.runs.metrics_file import read_metrics
from tests.processes import PROCESSES

WALL_CLOCK = {"seconds", "images_per_second", "sampling_seconds"}

# An average, flips and a schedule; epochs of four iterations; evaluations.
WORDS = (
    "data=digits", "data.size=8", "data.limit=288", "data.flip=true", "ema.generator.decay=0.5",
    "optimizer/schedule=linear", "trainer.accelerator=cpu",
    "trainer.precision=32-true", "trainer.enable_progress_bar=false", "batch_size=36",
    "algorithm.discriminator_steps=2", "log_every=2", "samples_every=5", "checkpoint_every=3",
    "evaluation.every=4", "evaluation.extractors=pixels", "evaluation.n_fake=288",
    "evaluation.batch_size=144", "resume=auto",
)  # fmt: skip


# With BatchNorm; and with dropout.
DCGAN = ("model=dcgan", "model.width=2")
MLP = ("model=mlp", "model.generator.hidden=[9,9]", "model.discriminator.hidden=[9,9]")


def command(directory: Path, *more: str) -> list[str]:
    """Return the words of a command that is safe to repeat."""
    model = () if any(word.startswith("model=") for word in more) else DCGAN
    return [*WORDS, *model, "iterations=10", f"hydra.run.dir={directory}", *more]


def live(
    words: Sequence[str],
    *,
    fault: str | None = None,
    ranks: int = 1,
    rank: int = 0,
    before: Callable[..., None] | None = None,
    arguments: Sequence[Any] = (),
) -> list[int]:
    """Run the command to its end and return the exit status of each rank.

    Args:
        words: of the command.
        fault: where a rank dies.
        ranks: how many there are.
        rank: the one that dies.
        before: called in each process first, with `arguments`.
        arguments: of `before`.
    """
    shared = {"WORLD_SIZE": str(ranks), "NODE_RANK": "0", "MASTER_ADDR": "127.0.0.1"}
    shared["MASTER_PORT"] = str(free_port())
    processes = []
    for number in range(ranks):
        environment = shared | {"LOCAL_RANK": str(number)} if ranks > 1 else {}
        if fault and number == rank:
            environment = environment | {"GAN_LAB_FAULT": fault}
        wanted = [*words, f"trainer.devices={ranks}"]
        processes.append(
            PROCESSES.Process(target=_live, args=(wanted, environment, before, arguments))
        )
    for process in processes:
        process.start()
    processes[rank].join(timeout=120)
    for process in processes:
        process.join(timeout=10)  # no rank outlives another by more
    survivors = [process for process in processes if process.is_alive()]
    for process in survivors:
        process.kill()
    assert not survivors
    return [process.exitcode for process in processes]


def _live(
    words: Sequence[str],
    environment: dict[str, str],
    before: Callable[..., None] | None,
    arguments: Sequence[Any],
) -> None:
    from gan_lab.command_line import main
    from gan_lab.pages import run_page

    run_page.charts_of = lambda run: {}  # half the time of so short a run; killed are other moments
    os.environ.pop(FIRST, None)  # said to the children of another process
    os.environ.update(environment)
    directory = Path(next(word for word in words if word.startswith("hydra.run.dir="))[14:])
    output = directory.parent / f"{directory.name}.{environment.get('LOCAL_RANK', 0)}.txt"
    with output.open("a") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if before:
        before(*arguments)
    sys.argv = ["gan_lab", *words]
    main()


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def note_moments(path: Path) -> None:
    """Write the name of each moment that is passed, and the size of each piece of a checkpoint."""
    file = path.open("w", buffering=1)
    write = checkpoints._HashingFile.write

    def noting_write(self: Any, data: bytes) -> int:
        file.write(f"{len(data)} bytes\n")
        return write(self, data)

    checkpoints._HashingFile.write = noting_write
    faults.moment = lambda name: file.write(f"{name}\n")


def fingerprint(directory: Path) -> dict[str, str]:
    """Return the SHA-256 of each part of a finished run, without the clock on the wall."""
    last = read_checkpoint(directory / "checkpoints" / "last.ckpt")
    best = read_checkpoint(directory / "checkpoints" / "best.ckpt")
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    files = [path for path in files if path.name != ".lock"]  # the dead hold no locks
    parts = {
        "weights": last["state_dict"],
        "optimizers": last["optimizer_states"],
        "clock": last["clock"],
        "meters": last["meters"],
        "callbacks": without_wall_clock(last["callbacks"]),
        "rows": without_wall_clock(read_metrics(directory / "metrics.csv")),
        "best": [best[name] for name in ("state_dict", "optimizer_states", "clock")],
        "summary": without_wall_clock(json.loads((directory / "summary.json").read_text())),
        "files": [str(path.relative_to(directory)) for path in files],
        "pictures": [path.read_bytes() for path in files if path.suffix == ".png"],
        "evaluations": [path.read_bytes() for path in sorted(directory.glob("evaluation/*"))],
    }
    return {name: sha256(part) for name, part in parts.items()}


def without_wall_clock(node: Any) -> Any:
    """Return plain data without the times in it."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if key not in WALL_CLOCK}
        return {key: without_wall_clock(value) for key, value in kept.items()}
    return [without_wall_clock(value) for value in node] if isinstance(node, list) else node


def sha256(node: Any) -> str:
    """Return the hash of plain data with tensors in it, to the last bit of each number."""
    digest = hashlib.sha256()

    def add(value: Any) -> None:
        digest.update(type(value).__name__.encode())
        if isinstance(value, dict):
            for key in sorted(value, key=repr):
                add(key)
                add(value[key])
        elif isinstance(value, list | tuple):
            for item in value:
                add(item)
        elif isinstance(value, torch.Tensor):
            digest.update(f"{value.dtype} {tuple(value.shape)}".encode())
            digest.update(value.contiguous().numpy().tobytes())
        else:
            digest.update(value if isinstance(value, bytes) else repr(value).encode())

    add(node)
    return digest.hexdigest()
