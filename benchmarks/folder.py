"""A folder of many small pictures: prepared, and read from a file larger than the memory.

    python -m benchmarks.folder prepare FOLDER
    python -m benchmarks.folder read FOLDER mapped|limited|memory|pillow MINIBATCHES

The first prints seconds, processor seconds (of all processes) and MiB of the largest of them; the
second the same of minibatches of 64 as networks see them, drawn in the order of a run: mapped from
the prepared file, the same with a quarter of the file's size as all the memory that it may have
(a cgroup's), copied into memory, or by a torch `DataLoader` with two workers over a `Dataset` that
opens each file with Pillow.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from benchmarks import pictures
from benchmarks.harness import (
    Table,
    figures_of,
    in_turn,
    median,
    print_figures,
    temporary_folder,
)
from gan_lab.data.folder import Folder
from gan_lab.data.loader import Minibatches

BATCH = 64
COUNT = 200_000
MINIBATCHES = 1000
KINDS = {
    "mapped": "mapped from the file",
    "limited": "the same, a quarter of it as memory",
    "memory": "in memory",
    "pillow": "DataLoader, 2 workers, Pillow",
}
CGROUPS = Path("/sys/fs/cgroup")
SMOKE = {"count": 600, "minibatches": 3, "kinds": ("mapped", "memory", "pillow")}


def run(
    rounds: int,
    count: int = COUNT,
    minibatches: int = MINIBATCHES,
    kinds: tuple[str, ...] = tuple(KINDS),
) -> list[Table]:
    """Return the tables of preparing and of reading; pictures are made first."""
    with temporary_folder() as home:
        folder = Path(home, "pictures")
        pictures.make(folder, count)
        prepared = figures_of("-m", "benchmarks.folder", "prepare", str(folder))
        read = in_turn(
            {
                KINDS[kind]: partial(
                    figures_of,
                    *("-m", "benchmarks.folder", "read", str(folder), kind, str(minibatches)),
                )
                for kind in kinds
            },
            rounds,
        )
    preparing = {
        "images": count,
        "images/s": count / prepared["seconds"],
        "per processor second": count / prepared["processor"],
        "MiB": prepared["mebibytes"],
    }
    reading = [
        {
            "images": name,
            "images/s": BATCH * minibatches / median(found, "seconds"),
            "per processor second": BATCH * minibatches / median(found, "processor"),
            "MiB": median(found, "mebibytes"),
        }
        for name, found in read.items()
    ]
    return [Table("Preparing a folder of pictures", [preparing]), Table("Reading them", reading)]


def read(kind: str, folder: str, minibatches: int) -> None:
    """Print the figures of reading minibatches."""
    if kind == "pillow":
        timed(iter(DataLoader(Images(folder), BATCH, shuffle=True, num_workers=2)), minibatches)
        return
    dataset = Folder(dir=folder, size=pictures.SIZE, labels="none")
    path = dataset.prepared
    if kind == "limited":
        forget(path)
    with memory_of(path.stat().st_size // 4) if kind == "limited" else nullcontext():
        stored = dataset.load()
        if kind == "memory":
            stored = replace(stored, pixels=stored.pixels.clone())
        source = Minibatches(
            stored,
            to_network=dataset.to_network,
            flip=False,
            batch_size=BATCH,
            address=(0,),
            device=torch.device("cpu"),
        )
        timed((source.minibatch(number) for number in range(minibatches)), minibatches)


def timed(batches: Iterator[object], minibatches: int) -> None:
    """Print the figures of all minibatches but the first."""
    next(batches)
    begun, used = time.perf_counter(), processor_seconds()
    for _ in range(minibatches - 1):
        next(batches)
    seconds = time.perf_counter() - begun
    del batches  # workers end, and are counted then
    print_figures(
        seconds=seconds, processor=processor_seconds() - used, mebibytes=largest_mebibytes()
    )


class Images(Dataset):
    """What torchvision's ImageFolder does: each file is opened when its image is wanted."""

    def __init__(self, folder: str) -> None:
        self.files = sorted(Path(folder).rglob("*.jpg"))

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> torch.Tensor:
        """Return one image, -1 to 1."""
        with Image.open(self.files[index]) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        return torch.from_numpy(pixels).permute(2, 0, 1) / 127.5 - 1


def prepare(folder: str) -> None:
    """Print the figures of preparing a folder."""
    begun = time.perf_counter()
    Folder(dir=folder, size=pictures.SIZE, labels="none").prepare()
    print_figures(
        seconds=time.perf_counter() - begun,
        processor=processor_seconds(),
        mebibytes=largest_mebibytes(),
    )


@contextmanager
def memory_of(limit: int) -> Iterator[None]:
    """Let this process have so many more bytes of memory, mapped files included, by a cgroup.

    Raises:
        OSError: cgroups cannot be made here.
    """
    root = CGROUPS / "memory" if (CGROUPS / "memory").is_dir() else CGROUPS
    group = root / f"gan_lab-{os.getpid()}"
    group.mkdir()
    of_first_version = group / "memory.limit_in_bytes"
    key = of_first_version if of_first_version.exists() else group / "memory.max"
    try:
        key.write_text(str(limit))
        (group / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (root / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


def forget(path: Path) -> None:
    """Let the system drop what it keeps of a file; a cgroup would have it for nothing."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def processor_seconds() -> float:
    """Return those of this process and of those of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def largest_mebibytes() -> float:
    """Return the most memory that this process, or any of its children, had."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(each.ru_maxrss for each in used) / 1024


def main(task: str, folder: str, kind: str = "", minibatches: str = "0") -> None:
    """Do what the command line says; what is prepared lies beside the folder."""
    os.environ["GAN_LAB_DATA"] = f"{folder}-prepared"
    if task == "prepare":
        prepare(folder)
    else:
        read(kind, folder, int(minibatches))


if __name__ == "__main__":
    main(*sys.argv[1:])
