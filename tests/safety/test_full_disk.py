"""A disk that fills up: a real one, as small as the test wants, where the test may mount it."""

import errno
import os
import resource
import shutil
import subprocess
from contextlib import contextmanager, suppress

import pytest
import torch

from gan_lab.runs.checkpoints import read_checkpoint, write_checkpoint
from tests.safety.conftest import FAST

PAGE = 4096


@pytest.fixture
def disk(tmp_path):
    """Return a function that mounts an empty disk of so many bytes."""
    mounted = []

    def mount(size):
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("only root may mount a small disk")
        if subprocess.run(command, check=False, capture_output=True).returncode != 0:
            pytest.skip("this machine lets not even root mount a small disk")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def checkpoint(iteration):
    return {
        "state_dict": {"weight": torch.full((2000,), float(iteration))},
        "format": 2,
        "clock": {"iteration": iteration, "images_seen": iteration},
        "config": {},
        "overrides": [],
    }


def iteration_of(path):
    contents = read_checkpoint(path)
    iteration = contents["clock"]["iteration"]
    assert contents["state_dict"]["weight"].eq(iteration).all()
    return iteration


def fill(folder, leave):
    """Fill the disk but for `leave` bytes."""
    free = shutil.disk_usage(folder).free - leave
    (folder / "ballast").write_bytes(bytes(max(free, 0)))


def test_wherever_the_disk_gets_full_a_whole_checkpoint_stays(disk):
    folder = disk(100 * PAGE)
    last = folder / "checkpoints" / "last.ckpt"
    write_checkpoint(checkpoint(1), last)
    seen = set()
    for pages in range(12):
        fill(folder, pages * PAGE)
        before = iteration_of(last)

        with suppress(OSError):
            write_checkpoint(checkpoint(before + 1), last)

        seen.add(iteration_of(last) - before)
        (folder / "ballast").unlink()
        write_checkpoint(checkpoint(iteration_of(last) + 1), last)
        assert iteration_of(last.with_name("previous.ckpt")) == iteration_of(last) - 1
    assert seen == {0, 1}  # so that there were both too little and enough room


@contextmanager
def largest_file(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_may_not_grow_leaves_the_checkpoint_before(tmp_path):
    last = tmp_path / "last.ckpt"
    write_checkpoint(checkpoint(1), last)
    size = last.stat().st_size

    for limit in (0, 1, size // 2, size - 1):
        with largest_file(limit), pytest.raises(OSError) as caught:
            write_checkpoint(checkpoint(2), last)
        assert caught.value.errno == errno.EFBIG
        assert iteration_of(last) == 1

    write_checkpoint(checkpoint(2), last)
    assert iteration_of(last) == 2


def test_a_run_whose_disk_gets_full_says_so_and_continues_once_there_is_room(disk, trained, run):
    # Larger than the report, which has to find room too.
    large = [*FAST, "latent.dim=100"]
    honest = trained(*large, "iterations=2") / "checkpoints" / "last.ckpt"
    # Room for two checkpoints, while the third is written beside them.
    folder = disk(int(2.7 * honest.stat().st_size))
    words = [*large, "iterations=6", "checkpoint_every=1", "samples_every=6", "log_every=1"]

    stopped = run(*words, directory=folder / "run")

    last = folder / "run" / "checkpoints" / "last.ckpt"
    assert stopped.status == 1
    assert stopped.err.splitlines()[-1].endswith(
        f"cannot be written to any more (No space left on device); what was saved before is kept. "
        f"Make room, then continue with ckpt={last}."
    )
    assert "Traceback" not in stopped.err
    assert read_checkpoint(last)["clock"]["iteration"] == 2
    assert read_checkpoint(last.with_name("previous.ckpt"))["clock"]["iteration"] == 1

    subprocess.run(["mount", "-o", "remount,size=50m", str(folder)], check=True)
    assert run(f"ckpt={last}").status == 0
    assert read_checkpoint(last)["clock"]["iteration"] == 6
