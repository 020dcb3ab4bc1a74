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
import re, torch
from gan_lab.tasks.memory import keep_freed_memory, use_large_pages

def advice(tensor):
    for mapping in re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", open("/proc/self/smaps").read())[1:]:
        start, end = (int(word, 16) for word in mapping.split()[0].split("-"))
        if start <= tensor.data_ptr() < end:
            return "large" if " hg" in mapping.split("VmFlags:")[1] else "usual"

keep_freed_memory()
before = torch.ones(2**18)
use_large_pages()
tensors = [torch.ones(2**18) for _ in range(64)]
# The first ones may still fit in before the first large page.
print(advice(before), *{advice(tensor) for tensor in tensors[4:]})
"""


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
    not Path("/sys/kernel/mm/transparent_hugepage").exists(),
    reason="this system has no large pages",
)
def test_the_next_tensors_lie_where_the_system_was_asked_for_large_pages():
    done = subprocess.run(
        [sys.executable, "-c", LARGE_PAGES], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["usual", "large"]
