"""A file larger than the memory is read here and there without what lies between."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gan_lab.machine.memory import available_memory

MEMORY = Path("/sys/fs/cgroup/memory")
CODE = """
import os, sys, mmap
from pathlib import Path
import numpy as np
from gan_lab.machine.memory import available_memory, expect_random_reads

group, file = Path(sys.argv[1]), Path(sys.argv[2])
key = "memory.limit_in_bytes" if "memory" in group.parts else "memory.max"
(group / key).write_text(str(100 << 20))
(group / "cgroup.procs").write_text(str(os.getpid()))
assert available_memory() == 100 << 20
with file.open("rb") as opened:
    os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
bytes_ = np.memmap(file, np.uint8, "r")
if sys.argv[3] == "advised":
    expect_random_reads(bytes_.ctypes.data, bytes_.nbytes)
read = lambda: int(Path("/proc/self/io").read_text().split("\\nread_bytes: ")[1].split()[0])
before = read()
for place in np.random.default_rng(0).integers(0, bytes_.nbytes - 12_288, 100):
    assert bytes_[place : place + 12_288].sum() == 0
print(read() - before)
(group.parent / "cgroup.procs").write_text(str(os.getpid()))
"""


@pytest.fixture
def group():
    root = MEMORY if MEMORY.is_dir() else MEMORY.parent
    folder = root / f"gan_lab-test-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"cgroups cannot be made here: {error}")
    yield folder
    folder.rmdir()


@pytest.mark.slow
def test_only_what_is_wanted_is_read(group, tmp_path):
    file = tmp_path / "large"
    with file.open("wb") as opened:
        for _ in range(200):
            opened.write(bytes(1 << 20))
        os.fsync(opened.fileno())

    def bytes_read(how):
        words = [sys.executable, "-c", CODE, str(group), str(file), how]
        return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout)

    advised, usual = bytes_read("advised"), bytes_read("usual")
    if usual == 0:
        pytest.skip("the folder lies in memory")
    assert advised <= 100 * (12_288 + 2 * 4096)
    assert advised < usual / 2


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
def test_there_is_some_memory():
    assert 1 << 20 < available_memory() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
