"""Training: `python -m gan_lab` against the loop written by hand, and against the machine's limits.

Ours is the whole command, with callbacks, rows in metrics.csv and the moving average; seconds
are those between two rows. Loops written by hand are benchmarks/plain_*.py.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from benchmarks.harness import (
    Figures,
    Table,
    figures_of,
    in_turn,
    median,
    ratio,
    run_python,
    temporary_folder,
)

FLOAT32 = ("trainer.precision=32-true",)


@dataclass(frozen=True)
class Case:
    """A model to train.

    Attributes:
        name: for the table.
        overrides: which one it is.
        iterations: in the time that is measured, a multiple of 12; a third as many before it.
        loop: the module of the loop by hand; the limits of the machine are known for plain_gan.
        batch_size: images per minibatch.
    """

    name: str
    overrides: Sequence[str]
    iterations: int
    loop: str = "plain_gan"
    batch_size: int = 64


# A GPU needs more of them for a second's work.
TIMES = 10 if torch.cuda.is_available() else 1
CASES = (
    Case("mlp/mnist", ("model=mlp",), 300 * TIMES),
    Case("dcgan/mnist", (), 144 * TIMES),
    Case("dcgan/cifar10", ("data=cifar10",), 96 * TIMES),
    Case("dcgan/64x64", ("data=cifar10", "data.size=64"), 36 * TIMES),
    Case("dcgan/mnist, r1", ("terms=[r1]",), 72 * TIMES),
    Case("dcgan/mnist, lazy r1", ("terms=[r1]", "terms.r1.every=16"), 96 * TIMES),
    Case("dcgan/mnist, relativistic, r1, r2", ("loss=relativistic", "terms=[r1,r2]"), 48 * TIMES),
    Case("dcgan/mnist, labels", ("data.condition=labels",), 96 * TIMES),
    Case("resnet/cifar10", ("model=resnet", "model.width=16", "data=cifar10"), 36 * TIMES),
    Case(
        "r3gan/cifar10",
        (
            "model=r3gan",
            "model.width=[96,64,32,16]",
            "model.blocks=1",
            "loss=relativistic",
            "terms=[r1,r2]",
            "data=cifar10",
        ),
        24 * TIMES,
    ),
    # So many, because a row is written every twelfth of them, which for fewer would count too much.
    Case(
        "cyclegan/emoji",
        (
            "experiment=cyclegan_emoji",
            "model=cyclegan",
            "model.discriminator.width=16",
        ),
        144 * TIMES,
        "plain_cyclegan",
        batch_size=4,
    ),
    *(
        Case(
            f"{name}/mnist",
            (f"experiment={name}_mnist",),
            iterations * TIMES,
            "plain_likelihood",
            100,
        )
        for name, iterations in (("vae", 300), ("nade", 36), ("pixelrnn", 24))
    ),
)
DIGITS = ("data@data.a=digits", "data@data.b=digits", "data.size=16", "model.width=4")
BINARY = ("data=digits", "data.binarise=fixed", "data.size=8")
SMOKE = {
    "cases": [
        Case("digits", ("data=digits", "model.width=4"), 3),
        Case("two", ("algorithm=cyclegan", *DIGITS), 3, "plain_cyclegan", batch_size=1),
        Case("nade", ("experiment=nade_mnist", *BINARY), 3, "plain_likelihood", batch_size=100),
        Case("vae", ("experiment=vae_mnist", *BINARY), 3, "plain_likelihood", batch_size=100),
    ]
}


def run(rounds: int, cases: Sequence[Case] = CASES) -> list[Table]:
    """Return the table of speeds and, of GANs by plain_gan, that of the limits."""
    speeds, limits = [], []
    for case in cases:
        found = in_turn(
            {
                f"{case.name}, by hand": partial(by_hand, case),
                f"{case.name}, float32": partial(ours, case, FLOAT32),
                f"{case.name}, automatic": partial(ours, case),
            },
            rounds,
        )
        plain, float32, automatic = found.values()
        batch = case.batch_size * case.iterations
        speeds.append(
            {
                "case": case.name,
                "by hand, images/s": batch / median(plain, "seconds"),
                "ours, float32": batch / median(float32, "seconds"),
                "ratio": ratio(plain, float32, "seconds"),
                "ours, automatic": batch / median(automatic, "seconds"),
                "ratio ": ratio(plain, automatic, "seconds"),
            }
        )
        if case.loop != "plain_gan":
            continue
        limits += [
            limit_of(case, "float32", FLOAT32, median(float32, "seconds")),
            limit_of(case, "automatic", (), median(automatic, "seconds")),
        ]
    speed = Table(
        "Training",
        speeds,
        f"Medians of {rounds} rounds, in turn; smallest and largest ratio in brackets. By hand "
        "is float32. Automatic is what `python -m gan_lab` does unless told otherwise.",
    )
    limit = Table(
        "Training against the machine's limits, ms per iteration",
        limits,
        "Products: floating-point operations over the measured rate of a large matrix product "
        "of the same precision. Memory: bytes of weights, gradients, optimizer states and "
        "layer outputs, each written and read once, over the measured rate of copying.",
    )
    return [speed, limit] if limits else [speed]


def by_hand(case: Case) -> Figures:
    """Run the loop."""
    counts = (str(case.iterations // 3), str(case.iterations))
    return figures_of("-m", f"benchmarks.{case.loop}", *counts, *case.overrides)


def ours(
    case: Case, overrides: Sequence[str] = (), program: Sequence[str] = ("-m", "gan_lab")
) -> Figures:
    """Run the command, without evaluation, pictures and checkpoints in the time measured."""
    warm_up = case.iterations // 3
    last = warm_up + case.iterations
    # Several rows before, so that the first ones' own preparations are not measured.
    rows_every = max(1, warm_up // 4)
    quiet = [
        f"log_every={rows_every}",
        f"samples_every={10 * last}",
        f"checkpoint_every={10 * last}",
        "evaluation=none",
        "evaluation.every=null",  # which an experiment may say otherwise
    ]
    with temporary_folder() as folder:
        where = f"hydra.run.dir={folder}/run"
        words = [*case.overrides, *overrides, *quiet, f"iterations={last}"]
        run_python(*program, *words, where)
        with Path(folder, "run", "metrics.csv").open() as file:
            rows = list(csv.DictReader(file))
    begin = next(row for row in rows if int(row["iteration"]) == warm_up)
    return {"seconds": float(rows[-1]["seconds"]) - float(begin["seconds"])}


def limit_of(case: Case, name: str, overrides: Sequence[str], seconds: float) -> Figures:
    """Return one row: what the machine would need at its best beside what was measured."""
    limit = figures_of("-m", "benchmarks.limits", *case.overrides, *overrides)
    measured = 1000 * seconds / case.iterations
    least = max(limit["product_ms"], limit["memory_ms"])
    return {
        "case": f"{case.name}, {name}",
        "products": limit["product_ms"],
        "memory": limit["memory_ms"],
        "measured": measured,
        "share of the limit": f"{least / measured:.0%}",
    }
