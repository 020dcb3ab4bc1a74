"""Freed memory stays with the process."""

import subprocess
import sys

import pytest

CODE = """
import resource, torch
from gan_lab.machine.memory import keep_freed_memory

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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
def test_large_tensors_one_after_the_other_use_the_same_pages():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    before, after = map(int, done.stdout.split())
    if not before:
        pytest.skip("this C library keeps memory anyway")
    assert after < before / 10
