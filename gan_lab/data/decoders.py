"""What is found of each picture of a place, in order, by all processors.

Threads do it where pictures are few, or lie in memory. Where they are many, processes do: of a
small picture more time goes into Python than into Pillow, and threads share one Python.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from queue import SimpleQueue

from gan_lab.data.decoding_process import DecodingProcess
from gan_lab.data.image_containers import Item, Selection, fitted_or_why
from gan_lab.data.resizing import Fitted, Fitting

# Of each block of items what was made of each, or why nothing was.
Decode = Callable[[Fitting, Iterable[Sequence[Item]]], Iterator[list[Fitted | str]]]

PROCESSORS = (
    len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
)
THREADS = min(8, PROCESSORS)
# From so many pictures on processes are worth the seconds that they take to start.
MANY = 20_000
# Blocks on their way per process, so that none waits for the one that stores what they found.
AHEAD = 2


@contextmanager
def decoders(selection: Selection) -> Iterator[Decode]:
    """Give a function that decodes blocks of the items of a selection.

    Raises:
        DataError: a process was killed.
    """
    with ExitStack() as stack:
        if selection.place is None or selection.count < MANY or PROCESSORS == 1:
            threads = stack.enter_context(ThreadPoolExecutor(THREADS))
            yield partial(_by_threads, threads)
            return
        free: SimpleQueue[DecodingProcess] = SimpleQueue()
        for _ in range(PROCESSORS):
            process = DecodingProcess(selection.place)
            stack.callback(process.end)
            free.put(process)
        threads = stack.enter_context(ThreadPoolExecutor(PROCESSORS))
        yield partial(_by_processes, threads, free)


def _by_threads(
    threads: ThreadPoolExecutor, fitting: Fitting, blocks: Iterable[Sequence[Item]]
) -> Iterator[list[Fitted | str]]:
    for block in blocks:
        yield list(threads.map(partial(fitted_or_why, fitting=fitting), block))


def _by_processes(
    threads: ThreadPoolExecutor,
    free: SimpleQueue[DecodingProcess],
    fitting: Fitting,
    blocks: Iterable[Sequence[Item]],
) -> Iterator[list[Fitted | str]]:
    def decoded(names: list[str]) -> list[Fitted | str]:
        process = free.get()
        try:
            return process.decode(fitting, names)
        finally:
            free.put(process)

    waiting = deque()
    for block in blocks:
        waiting.append(threads.submit(decoded, [item.name for item in block]))
        if len(waiting) > AHEAD * PROCESSORS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
