"""Freed memory stays with the process, and tensors lie in large pages."""

import subprocess
import sys
from pathlib import Path

import pytest

PAGE_FAULTS = """
import resource, torch
from gan_lab.tasks.memory import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        torch.ones(4 * 2**20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

torch.set_num_threads(1)
first = faults()
keep_freed_memory()
faults()
print(first, faults())
"""

LARGE_PAGES = """
import torch
from gan_lab.tasks.memory import keep_freed_memory, use_large_pages

def large():
    words = open("/proc/self/smaps_rollup").read().split()
    return int(words[words.index("AnonHugePages:") + 1]) // 1024  # MiB

keep_freed_memory()
use_large_pages()
before = large()
tensors = [torch.ones(2**18) for _ in range(64)]
print(before, large())
"""
SWITCH = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
def test_large_tensors_one_after_the_other_use_the_same_pages():
    done = subprocess.run(
        [sys.executable, "-c", PAGE_FAULTS], capture_output=True, text=True, check=True
    )

    before, after = map(int, done.stdout.split())
    if not before:
        pytest.skip("this C library keeps memory anyway")
    assert after < before / 10


@pytest.mark.skipif(
    not SWITCH.exists() or "[never]" in SWITCH.read_text(), reason="this system has no large pages"
)
def test_tensors_lie_in_large_pages_from_the_first_of_them_on():
    done = subprocess.run(
        [sys.executable, "-c", LARGE_PAGES], capture_output=True, text=True, check=True
    )

    before, after = map(int, done.stdout.split())
    assert after - before >= 56
