"""The memory of freed tensors stays with the process, for the tensors of the next iteration."""

import ctypes
import sys
from contextlib import suppress

# Of malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
NEVER = 2**31 - 1  # bytes


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
