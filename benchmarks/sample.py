"""Drawing images pixel by pixel, with what was computed for earlier pixels and without.

    python -m benchmarks.sample IMAGES naive|ours [OVERRIDES]

prints the seconds of one process. By hand, the whole network looks at the image again for each
number, in which later ones are still 0. Both draw the same images, by untrained networks.
"""

import sys
from collections.abc import Sequence
from functools import partial

import torch
from hydra import compose, initialize_config_dir
from torch import Tensor

from benchmarks.harness import (
    Table,
    figures_of,
    in_turn,
    median,
    print_figures,
    ratio,
    seconds_of,
)
from gan_lab import seeding
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.training.autoregressive import Autoregressive

IMAGES = 64
CASES = {
    "pixelrnn/mnist, diagonals": ("experiment=pixelrnn_mnist",),
    "pixelrnn/mnist, rows": ("experiment=pixelrnn_mnist", "model.cell=row"),
    "pixelcnn/mnist": ("experiment=pixelcnn_mnist",),
    "nade/mnist": ("experiment=nade_mnist",),
}
SMOKE = {
    "cases": {
        "digits": ("experiment=pixelrnn_mnist", "data=digits", "data.size=8"),
    }
}


def run(rounds: int, cases: dict[str, Sequence[str]] = CASES) -> list[Table]:
    """Return the table of both ways."""
    rows = []
    for name, overrides in cases.items():
        words = ("-m", "benchmarks.sample", str(IMAGES))
        found = in_turn(
            {
                f"{name}, {way}": partial(figures_of, *words, way, *overrides)
                for way in ("naive", "ours")
            },
            rounds,
        )
        naive, ours = found.values()
        rows.append(
            {
                "case": name,
                "by hand, s": median(naive, "seconds"),
                "ours, s": median(ours, "seconds"),
                "ratio": ratio(naive, ours, "seconds"),
            }
        )
    return [Table(f"Drawing {IMAGES} images, number by number", rows)]


@torch.no_grad()
def naive(module: Autoregressive, n: int) -> Tensor:
    """Draw images as one would by hand."""
    chances = seeding.uniform_at(torch.arange(n), module.image_shape, 0, "pixels")
    chances = chances.to(module.device)
    images = torch.zeros_like(chances)
    for place in module.network.order.tolist():
        said = module.network(images).flatten(1)[:, place]
        images.flatten(1)[:, place] = module.likelihood.draw(said, chances.flatten(1)[:, place])
    return images


def main() -> None:
    """Print the seconds of one way, after a first image."""
    n, way, *overrides = sys.argv[1:]
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", overrides)
        module = build_algorithm(config, build(config.data, "data"))
    module.to("cuda" if torch.cuda.is_available() else "cpu")
    draw = partial(naive, module) if way == "naive" else lambda n: module.sample(n, 0).images
    made: list[Tensor] = []
    draw(1)
    seconds = seconds_of(lambda: made.append(draw(int(n)).cpu()))
    print_figures(seconds=seconds, white=made[0].double().mean().item())


if __name__ == "__main__":
    main()
