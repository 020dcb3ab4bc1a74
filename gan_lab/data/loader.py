"""Minibatches by address: what iteration i sees is a function of the seed and i alone.

The data set is one endless stream. Position p of it holds image `permutation(seed, p // n)[p % n]`,
so each image comes once per epoch and a minibatch may reach across two epochs.

Shape legend: B = global batch, K = minibatches per iteration, N = B / devices, n = data set size.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import final

import torch
from torch import Tensor

from gan_lab import faults, seeding
from gan_lab.data.base import Batch, Images
from gan_lab.data.binarise import made_binary
from gan_lab.machine.memory import expect_random_reads


@final
class Stream:
    """The endless, shuffled order of a data set's images.

    Args:
        n: number of images.
        address: of the permutations.
        device: where the images are; there the order is kept too, so that no minibatch waits for
            its indices to be copied.
    """

    def __init__(
        self, n: int, address: tuple[int | str, ...], device: torch.device | str = "cpu"
    ) -> None:
        self.n = n
        self.address = address
        self.device = device
        self._epoch = -1
        self._permutation = torch.empty(0, dtype=torch.long)

    def indices(self, start: int, count: int) -> Tensor:
        """Return the images at positions `start` to `start + count - 1`, int64 `(count,)`."""
        parts = []
        while count > 0:
            epoch, offset = divmod(start, self.n)
            part = self._permutation_of(epoch)[offset : offset + count]
            parts.append(part)
            start += len(part)
            count -= len(part)
        return torch.cat(parts) if len(parts) > 1 else parts[0]

    def _permutation_of(self, epoch: int) -> Tensor:
        if epoch != self._epoch:
            faults.moment("new_epoch")
            generator = seeding.generator("cpu", *self.address, "epoch", epoch)
            # From pinned memory a GPU copies while the processor goes on.
            pinned = torch.device(self.device).type == "cuda"
            order = torch.randperm(self.n, generator=generator, pin_memory=pinned)
            self._permutation = order.to(self.device, non_blocking=True)
            self._epoch = epoch
        return self._permutation


@final
class Minibatches:
    """The minibatches of one data set, by their numbers.

    Args:
        images: the data set; its pixels may lie on the device, in memory or in a mapped file.
        condition: what models are told of each image, `(n, ...)` beside the pixels, or None.
        to_network: turns stored pixels into what the networks see, see `ImageDataset.to_network`.
        flip: mirror each image left to right with probability 1/2.
        binarise: make each pixel white with a probability that is its brightness, else black.
        batch_size: B, over all devices.
        address: of the order, the places, the flips and the like, begun by the seed.
        device: where minibatches are wanted.
        size: height and width of the part that is cut from each image, at a place drawn anew each
            time; None: images are seen whole.
        rank: this process among `world_size`.
        world_size: number of processes.
    """

    def __init__(
        self,
        images: Images,
        condition: Tensor | None = None,
        *,
        to_network: Callable[[Tensor], Tensor],
        flip: bool,
        binarise: bool = False,
        batch_size: int,
        address: tuple[int | str, ...],
        device: torch.device,
        size: tuple[int, int] | None = None,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        self.pixels = images.pixels
        if images.pixels.device.type == "cpu":
            expect_random_reads(images.pixels.data_ptr(), images.pixels.nbytes)
        self.condition = condition
        self.stream = Stream(len(images), address, images.pixels.device)
        self.to_network = to_network
        self.flip = flip
        self.size = size
        self.binarise = binarise
        self.batch_size = batch_size
        self.address = address
        self.device = device
        self.share = batch_size // world_size
        self.rank = rank

    def minibatch(self, number: int) -> Batch:
        """Return this process's share of the run's minibatch `number`."""
        begin = self.rank * self.share
        indices = self.stream.indices(number * self.batch_size + begin, self.share)
        # Several times as fast as pixels[indices], and the same.
        pixels = self.pixels.index_select(0, indices).to(self.device)
        if self.size is not None:
            pixels = self._cut(pixels, self.size, number)
        if self.binarise:
            generator = seeding.generator(self.device, *self.address, "binarise", number)
            shape = (self.batch_size, *pixels.shape[1:])
            chances = torch.rand(shape, generator=generator, device=self.device)
            pixels = made_binary(pixels, chances[begin : begin + self.share])
        images = self.to_network(pixels)
        if self.flip:
            generator = seeding.generator(self.device, *self.address, "flip", number)
            coins = torch.rand(self.batch_size, generator=generator, device=self.device)
            mirrored = self._mine(coins) < 0.5
            images = torch.where(mirrored[:, None, None, None], images.flip(-1), images)
        if self.condition is None:
            return Batch(images)
        return Batch(images, self.condition.index_select(0, indices).to(self.device))

    def _cut(self, pixels_NCHW: Tensor, size: tuple[int, int], number: int) -> Tensor:
        """Return a part of each image, as large as `size`."""
        generator = seeding.generator(self.device, *self.address, "crop", number)
        parts = pixels_NCHW.unfold(2, size[0], 1).unfold(3, size[1], 1)  # all there are, as views
        tops, lefts = (
            torch.randint(places, (self.batch_size,), generator=generator, device=self.device)
            for places in parts.shape[2:4]
        )
        images = torch.arange(self.share, device=self.device)
        return parts[images, :, self._mine(tops), self._mine(lefts)]

    def _mine(self, drawn: Tensor) -> Tensor:
        """Return this process's share of what was drawn for the whole batch."""
        return drawn[self.rank * self.share :][: self.share]


@final
class MinibatchLoader:
    """Yield the minibatches of each iteration to come, on the device.

    Args:
        sources: by their names.
        streams: K of each source.
        first_iteration: completed iterations so far.
        last_iteration: where the run ends.
    """

    def __init__(
        self,
        sources: Mapping[str, Minibatches],
        streams: Mapping[str, int],
        *,
        first_iteration: int,
        last_iteration: int,
    ) -> None:
        self.sources = sources
        self.streams = streams
        self.iterations = range(first_iteration, last_iteration)

    def __len__(self) -> int:
        return len(self.iterations)

    def __iter__(self) -> Iterator[dict[str, list[Batch]]]:
        for iteration in self.iterations:
            yield {
                name: [
                    source.minibatch(iteration * self.streams[name] + k)
                    for k in range(self.streams[name])
                ]
                for name, source in self.sources.items()
            }
