"""What each lever gives: training without it against training with it, all else the same.

    python -m benchmarks.levers LEVER [OVERRIDES]

runs `python -m gan_lab OVERRIDES` without a lever that cannot be switched off there.
"""

import contextlib
import sys
from collections.abc import Callable
from functools import partial

from benchmarks import train
from benchmarks.harness import Figures, Table, in_turn, median, ratio
from benchmarks.train import Case, ours

CASE = Case("dcgan/mnist", (), 96)
SMOKE = {"case": train.SMOKE["cases"][0]}

UNDONE_BY_WORDS = {
    "bfloat16": ["trainer.precision=32-true"],
    "fused optimizers": ["optimizer.fused=false"],
}
DONE_BY_WORDS = ("algorithm.reuse_fakes=true", "performance.compile=true")


def run(rounds: int, case: Case = CASE) -> list[Table]:
    """Return the table."""
    as_it_is = partial(ours, case)
    programs = {"as it is": as_it_is}
    programs |= {name: partial(ours, case, words) for name, words in UNDONE_BY_WORDS.items()}
    programs |= {
        name: partial(ours, case, program=("-m", "benchmarks.levers", name)) for name in UNDO
    }
    programs |= {word: partial(ours, case, [word]) for word in DONE_BY_WORDS}
    found = in_turn(programs, rounds)
    usual = found.pop("as it is")
    rows = [
        row_of(f"`{name}`", usual, figures, case)
        if name in DONE_BY_WORDS
        else row_of(name, figures, usual, case)
        for name, figures in found.items()
    ]
    return [Table(f"What each lever gives, {case.name}, ms per iteration", rows)]


def row_of(name: str, without: list[Figures], with_it: list[Figures], case: Case) -> Figures:
    """Return one line of the table."""
    return {
        "lever": name,
        "without": 1000 * median(without, "seconds") / case.iterations,
        "with": 1000 * median(with_it, "seconds") / case.iterations,
        "ratio": ratio(without, with_it, "seconds"),
    }


def use_the_usual_memory_layout() -> None:
    """Leave the networks as torch makes them."""
    from gan_lab.training.gan import GAN

    to = GAN.to
    GAN.to = lambda self, *words, memory_format=None, **more: to(self, *words, **more)


def give_memory_back() -> None:
    """Leave the C library as it is."""
    from gan_lab.tasks import train as task

    task.keep_freed_memory = lambda: None


def find_all_gradients() -> None:
    """Let each phase compute the gradients of both networks' weights, as loops by hand do."""
    from gan_lab.training import algorithm

    algorithm.frozen_weights = contextlib.nullcontext


def sum_gradients_row_by_row() -> None:
    """Leave the gradients of strided convolutions' weights to torch."""
    from gan_lab.networks import strided

    strided.one_product_is_faster = lambda row, weight: False


UNDO: dict[str, Callable[[], None]] = {
    "channels last in memory": use_the_usual_memory_layout,
    "freed memory is kept": give_memory_back,
    "gradients of the network in training only": find_all_gradients,
    "gradients of small images' kernels in one product": sum_gradients_row_by_row,
}


def main() -> None:
    """Undo the lever, then run the command."""
    _, lever, *overrides = sys.argv
    UNDO[lever]()
    from gan_lab import command_line

    sys.argv = ["gan_lab", *overrides]
    command_line.main()


if __name__ == "__main__":
    main()
