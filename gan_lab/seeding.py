"""Random numbers by address: every draw is a function of the seed and of what it is for.

No generator is carried from one iteration to the next. Whoever needs numbers names them, as in
`generator("cpu", seed, "latents", iteration)`, and gets the same ones in a resumed run, on another
number of devices, and with evaluation on or off.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def key(*address: int | str) -> int:
    """Return the 63-bit number that stands for `address`.

    Unequal addresses give unrelated numbers. Torch's CPU generator uses the lower 32 bits, so two
    draws of a run coincide now and then, as two random draws from that many would.
    """
    digest = hashlib.blake2b(repr(address).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def generator(device: torch.device | str, *address: int | str) -> torch.Generator:
    """Return a fresh generator on `device` for the numbers at `address`."""
    return torch.Generator(device).manual_seed(key(*address))


def seed_global(*address: int | str) -> None:
    """Seed torch's own generators, from which layers such as dropout draw, on every device in use.

    `torch.manual_seed` would also queue a call, with a stack trace, for the GPUs of a process that
    never uses one, and keep it: once per iteration, that takes time and ever more memory.
    """
    number = key(*address)
    torch.default_generator.manual_seed(number)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed(number)
    elif torch.backends.mps.is_available():
        torch.mps.manual_seed(number)


@contextmanager
def apart() -> Iterator[None]:
    """Let the body seed torch's own generators, and go on afterwards with the numbers from before.

    On the CPU, and on the GPUs that are in use already.
    """
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    with torch.random.fork_rng(devices):
        yield


def uniform_at(
    positions: torch.Tensor, shape: tuple[int, ...], *address: int | str
) -> torch.Tensor:
    """Return numbers from 0 to 1 of each position, `(len(positions), *shape)`, on the CPU.

    They depend on a position and the address alone, not on the other positions.
    """
    return torch.stack(
        [
            torch.rand(shape, generator=generator("cpu", *address, position))
            for position in positions.tolist()
        ]
    )
