"""Images per second of our minibatches against torch's DataLoader, and preparing MNIST.

    python -m benchmarks.data ours|0|2|4

prints the seconds of one epoch of MNIST: our loader, or a DataLoader with so many workers.
"""

import itertools
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.harness import (
    Figures,
    Table,
    figures_of,
    in_turn,
    median,
    print_figures,
    ratio,
    seconds_of,
)
from gan_lab.data.idx_files import SPLITS, write_idx
from gan_lab.data.loader import Minibatches, MinibatchLoader
from gan_lab.data.mnist import MNIST

BATCH = 64
WORKERS = (0, 2, 4)
SMOKE = {"workers": [0]}


def run(rounds: int, workers: Sequence[int] = WORKERS) -> list[Table]:
    """Return the table of loaders and the time of `prepare`."""
    kinds = {"ours": "ours"} | {f"DataLoader, {n} workers": str(n) for n in workers}
    found = in_turn(
        {name: partial(figures_of, "-m", "benchmarks.data", kind) for name, kind in kinds.items()},
        rounds,
    )
    rows = [
        {
            "loader": name,
            "images/s": median(figures, "images") / median(figures, "seconds"),
            "ours is faster by": ratio(figures, found["ours"], "seconds"),
        }
        for name, figures in found.items()
    ]
    prepared = in_turn({"prepare": prepare}, rounds)["prepare"]
    return [
        Table(f"Minibatches of {BATCH} MNIST images", rows, "One epoch, after one minibatch."),
        Table("Preparing MNIST from its raw files", [{"seconds": median(prepared, "seconds")}]),
    ]


def prepare() -> Figures:
    """Return the seconds from the four raw files to the file that runs read."""
    known = MNIST()
    known.prepare()
    with tempfile.TemporaryDirectory(prefix="gan_lab-benchmark-") as folder:
        for split, names in SPLITS.items():
            images = MNIST(split=split).load()
            arrays = (images.pixels[:, 0], images.labels.to(torch.uint8))
            for name, array in zip(names, arrays, strict=True):
                Path(folder, name).write_bytes(write_idx(array.numpy()))
        return {"seconds": seconds_of(MNIST(dir=folder).prepare)}


def main() -> None:
    """Print the seconds of one epoch and how many images it has."""
    dataset = MNIST()
    dataset.prepare()
    images = dataset.load()
    epoch = len(images) // BATCH
    if sys.argv[1] == "ours":
        minibatches = iter(
            MinibatchLoader(
                {
                    "data": Minibatches(
                        images,
                        to_network=dataset.to_network,
                        flip=False,
                        batch_size=BATCH,
                        address=(0,),
                        device=torch.device("cpu"),
                    )
                },
                {"data": 1},
                first_iteration=0,
                last_iteration=epoch + 1,
            )
        )
    else:
        pixels = images.pixels.float() / 127.5 - 1
        loader = DataLoader(
            TensorDataset(pixels),
            BATCH,
            shuffle=True,
            drop_last=True,
            num_workers=int(sys.argv[1]),
        )
        minibatches = itertools.chain.from_iterable(itertools.repeat(loader))
    next(minibatches)
    rest = itertools.islice(minibatches, epoch - 1)
    print_figures(images=BATCH * (epoch - 1), seconds=seconds_of(lambda: sum(1 for _ in rest)))


if __name__ == "__main__":
    main()
