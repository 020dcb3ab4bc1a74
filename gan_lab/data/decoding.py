"""All pictures of a place brought to one shape, part by part where they are many."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from gan_lab.data.decoders import THREADS, Decode, decoders
from gan_lab.data.image_containers import Item, Selection
from gan_lab.data.parts import PART_BYTES, Parts
from gan_lab.data.pictures import UnreadablePictureError
from gan_lab.data.progress import bar, say
from gan_lab.data.resizing import Extent, Fitted, Fitting

# Few enough to hold in memory at any size, enough to keep all processors busy.
BLOCK = 256

Refuse = Callable[[str, str], None]  # is told the name of an unreadable picture, and why it is one


@dataclass
class Found:
    """What is known of the pictures that were decoded.

    Attributes:
        labels: of the readable ones.
        captions: of those, by their names.
        passed: the names of the others, by reason.
        originals: how many were of each size and kind.
    """

    labels: list[int] = field(default_factory=list)
    captions: dict[str, str] = field(default_factory=dict)
    passed: dict[str, list[str]] = field(default_factory=dict)
    originals: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item, fitted: Fitted) -> None:
        """Take in a readable picture."""
        self.labels.append(item.label)
        self.captions[item.name] = item.caption
        self.originals[fitted.original] += 1

    def pass_over(self, names: Mapping[str, Sequence[str]]) -> None:
        """Take in names by reason."""
        for reason, some in names.items():
            self.passed.setdefault(reason, []).extend(some)

    def include(self, other: Mapping[str, Any]) -> None:
        """Take in what was found before, as plain data."""
        self.labels += other["labels"]
        self.captions |= other["captions"]
        self.pass_over(other["passed"])
        self.originals.update(other["originals"])


def extent_of(selection: Selection) -> Extent:
    """Return the extent of all pictures of more than 8 bits."""
    extent = Extent()
    with selection.opened() as items, ThreadPoolExecutor(THREADS) as threads:
        for block in _blocks(items):
            for found in threads.map(_extent, block):
                extent.add(found)
    return extent


def decoded(
    selection: Selection, fitting: Fitting, found: Found, refuse: Refuse, path: Path
) -> Iterator[np.ndarray]:
    """Yield uint8 `(n, C, H, W)` of all readable pictures, in order.

    Args:
        selection: the pictures.
        fitting: to one shape.
        found: gets what is known of them.
        refuse: is told of each that is unreadable, and may raise.
        path: of the file that they become, beside which parts are kept if there are several.
    """
    block_bytes = BLOCK * fitting.height * fitting.width * fitting.channels
    length = BLOCK * max(1, PART_BYTES // block_bytes)
    with selection.opened() as opened, decoders(selection) as decode:
        items = bar(opened, total=selection.count, unit="image")
        if selection.count <= length:
            yield from _pixels(_outcomes(decode, fitting, iter(items)), found, refuse)
            return
        parts = Parts(path, selection.count, length)
        done = parts.done()
        if done:
            say(f"{sum(map(len, done)):,} of {selection.count:,} images are done already")
        outcomes = _outcomes(decode, fitting, _without(done, iter(items), parts.ranges))
        for which in parts.ranges:
            if which not in done:
                own = Found()
                blocks = islice(outcomes, -(-len(which) // BLOCK))
                empty = np.empty((0, fitting.channels, fitting.height, fitting.width), np.uint8)
                pixels = _pixels(blocks, own, refuse, empty)
                parts.write(which, pixels, partial(vars, own))
            pixels, told = parts.read(which)
            found.include(told)
            yield pixels


def _without(
    done: Sequence[range], items: Iterator[Item], ranges: Sequence[range]
) -> Iterator[Item]:
    """Yield the items of the parts that are still to be made."""
    for which in ranges:
        part = islice(items, len(which))
        if which in done:
            for _ in part:
                pass
        else:
            yield from part


def _outcomes(
    decode: Decode, fitting: Fitting, items: Iterator[Item]
) -> Iterator[list[tuple[Item, Fitted | str]]]:
    """Yield blocks of items, each with what was made of it, or why nothing was."""
    kept: list[list[Item]] = []

    def blocks() -> Iterator[list[Item]]:
        for block in _blocks(items):
            kept.append(block)
            yield block

    for outcomes in decode(fitting, blocks()):
        yield list(zip(kept.pop(0), outcomes, strict=True))


def _pixels(
    blocks: Iterator[list[tuple[Item, Fitted | str]]],
    found: Found,
    refuse: Refuse,
    empty: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    if empty is not None:
        yield empty
    for block in blocks:
        good = []
        for item, outcome in block:
            if isinstance(outcome, str):
                refuse(item.name, outcome)
                found.pass_over({outcome: [item.name]})
            else:
                found.add(item, outcome)
                good.append(outcome.pixels)
        if good:
            yield np.stack(good)


def _blocks(items: Iterator[Item]) -> Iterator[list[Item]]:
    while block := list(islice(items, BLOCK)):
        yield block


def _extent(item: Item) -> Extent:
    try:
        return item.extent()
    except UnreadablePictureError:
        return Extent()  # counted when it is decoded
