"""Memory of tensors on a CPU: it stays with the process, and lies in large pages."""

import ctypes
import sys
from contextlib import suppress

# Of malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
NEVER = 2**31 - 1  # bytes
# Of sys/mman.h.
MADV_HUGEPAGE = 14
HUGE_PAGE = 2 * 2**20  # bytes

RESERVED = 2**30  # bytes of the heap that get large pages; none is taken before a tensor needs it


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


def use_large_pages() -> None:
    """Let the next tensors lie in pages of 2 MiB; elsewhere than on Linux nothing happens.

    Layer outputs of a small network fill hundreds of the usual pages of 4 KiB, whose addresses a
    processor looks up one by one. To be called after `keep_freed_memory`, so that the part of the
    heap that is asked for here stays where the C library takes the next tensors from.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            libc = ctypes.CDLL("libc.so.6")
            libc.malloc.restype = ctypes.c_void_p
            libc.malloc.argtypes = [ctypes.c_size_t]
            libc.free.argtypes = [ctypes.c_void_p]
            libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
            start = libc.malloc(RESERVED)
            if start:  # else the process may not have as much
                first = -(-start // HUGE_PAGE) * HUGE_PAGE
                last = (start + RESERVED) // HUGE_PAGE * HUGE_PAGE
                libc.madvise(first, last - first, MADV_HUGEPAGE)
                libc.free(start)
