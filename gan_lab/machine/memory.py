"""The memory of this process: what it has taken and may take, and that it keeps what it frees."""

import ctypes
import re
import resource
import sys
from contextlib import suppress
from pathlib import Path

# Of malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
NEVER = 2**31 - 1  # bytes
MADV_RANDOM = 1  # of mman.h


def keep_freed_memory() -> None:
    """Ask glibc not to give memory back to the system; elsewhere nothing happens.

    By itself it returns what a large tensor took when that is freed, and gets it anew for the next
    one, which the system then clears and maps page by page: on a CPU a tenth of an iteration.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            libc = ctypes.CDLL("libc.so.6")
            libc.mallopt(M_MMAP_THRESHOLD, NEVER)
            libc.mallopt(M_TRIM_THRESHOLD, NEVER)


def peak_memory() -> int:
    """Return the largest memory that this process has had, in bytes."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        if found:
            return 1024 * int(found[1])
    # Of a process that another one began, Linux would count that one's memory, too.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def expect_random_reads(address: int, length: int) -> None:
    """Tell Linux that a mapped file will be read here and there, if it is larger than the memory.

    At each page that is missing it would read on for up to megabytes, which serves the next ones
    as long as they stay, and otherwise takes the place of others.

    Args:
        address: where the map is.
        length: bytes.
    """
    if sys.platform == "linux" and length > available_memory():
        start = address - address % resource.getpagesize()
        with suppress(OSError, AttributeError):  # another C library
            madvise = ctypes.CDLL("libc.so.6").madvise
            madvise(ctypes.c_void_p(start), ctypes.c_size_t(address + length - start), MADV_RANDOM)


def available_memory() -> int:
    """Return how many bytes this process could take, by the machine and by its cgroup, on Linux."""
    found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    least = 1024 * int(found[1]) if found else sys.maxsize
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, kinds, group = line.split(":", 2)
        if kinds in ("", "memory"):  # of cgroups' second and first version
            first = Path("/sys/fs/cgroup/memory" + group, "memory.limit_in_bytes")
            second = Path("/sys/fs/cgroup" + group, "memory.max")
            with suppress(OSError, ValueError):  # there is none, or it is "max"
                least = min(least, int((first if kinds else second).read_text()))
    return least
