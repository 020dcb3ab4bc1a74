"""Training, as in train.py, with the algorithms that it has no row of."""

from collections.abc import Sequence

from benchmarks import train
from benchmarks.harness import Table
from benchmarks.train import TIMES, Case

CASES = (
    Case(
        "infogan/mnist",
        ("experiment=infogan_mnist",),
        48 * TIMES,
        "plain_infogan",
        batch_size=128,
    ),
    Case(
        "semi-supervised/mnist",
        ("experiment=sgan_mnist",),
        96 * TIMES,
        "plain_semi_supervised",
        batch_size=100,
    ),
    *(
        Case(
            f"progressive/mnist, {size}x{size}",
            (
                "experiment=progressive_mnist",
                "algorithm.growth=null",
                f"data.size={size}",
                f"model.width=[{','.join(map(str, widths))}]",
            ),
            iterations * TIMES,
            "plain_wasserstein",
            batch_size=16,
        )
        for size, widths, iterations in ((8, (64, 32), 144), (32, (64, 32, 16, 8), 72))
    ),
    *(
        Case(
            f"unrolled/ring, K = {steps}",
            ("experiment=unrolled_ring", f"algorithm.unroll={steps}"),
            iterations * TIMES,
            "plain_unrolled",
            batch_size=512,
        )
        for steps, iterations in ((1, 144), (5, 72))
    ),
    Case(
        "stargan/emoji",
        ("experiment=stargan_emoji", "model.width=16"),
        12 * TIMES,
        "plain_stargan",
        batch_size=16,
    ),
    Case(
        "aae/mnist",
        ("experiment=aae_mnist",),
        96 * TIMES,
        "plain_adversarial_autoencoder",
        batch_size=100,
    ),
    Case("dann/mnist_cifar", ("experiment=dann_mnist_cifar",), 72 * TIMES, "plain_dann"),
)
DIGITS = ("data=digits", "data.size=8")
RING = ("experiment=unrolled_ring", "batch_size=8", "model.generator.hidden=[4]")
SMOKE = {
    "cases": [
        Case("infogan", ("experiment=infogan_mnist", *DIGITS), 3, "plain_infogan", 128),
        Case("semi", ("experiment=sgan_mnist", *DIGITS), 3, "plain_semi_supervised", 100),
        Case(
            "progressive",
            (*CASES[2].overrides, *DIGITS, "model.width=[4,4]"),
            3,
            "plain_wasserstein",
            16,
        ),
        Case("unrolled", (*RING, "algorithm.unroll=1"), 3, "plain_unrolled", 8),
        Case(
            "stargan",
            (
                "algorithm=stargan",
                "data=digits",
                "data.size=16",
                "model.width=4",
                "model.discriminator.halvings=2",
                "batch_size=4",
            ),
            3,
            "plain_stargan",
            4,
        ),
        Case(
            "aae",
            ("experiment=aae_mnist", *DIGITS, "data.split=train"),
            3,
            "plain_adversarial_autoencoder",
            100,
        ),
        Case(
            "dann",
            (
                "algorithm=dann",
                "data@data.source=digits",
                "data@data.target=digits",
                "data.size=32",
            ),
            3,
            "plain_dann",
        ),
    ]
}


def run(rounds: int, cases: Sequence[Case] = CASES) -> list[Table]:
    """Return the table of speeds."""
    return train.run(rounds, cases)
