"""What an evaluation costs beside the forward passes that it cannot do without, and beside others'.

    python -m benchmarks.evaluate [OVERRIDES]

prints the seconds of both for one process: the generator and the extractor look at all images with
nothing measured, then the whole evaluation runs. Overrides are those of `python -m gan_lab`.
"""

import sys
from collections.abc import Sequence
from functools import partial

import numpy as np
import scipy.linalg
import torch
from hydra import compose, initialize_config_dir
from torchmetrics.image.fid import _compute_fid

from benchmarks.harness import (
    Figures,
    Table,
    figures_of,
    in_turn,
    median,
    print_figures,
    ratio,
    seconds_of,
)
from gan_lab.assembly.evaluations import build_evaluations
from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.trainers import choose_accelerator
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.data.base import Images
from gan_lab.evaluation.evaluation import extract
from gan_lab.evaluation.frechet import Moments, frechet_distance, root_of

DIMENSIONS = (128, 512, 2048)
SMOKE = {"overrides": ["data=digits", "model.width=4", "evaluation.n_fake=200"], "dimensions": [8]}


def run(
    rounds: int, overrides: Sequence[str] = (), dimensions: Sequence[int] = DIMENSIONS
) -> list[Table]:
    """Return the table of whole evaluations and that of the Fréchet distance."""
    words = ("-m", "benchmarks.evaluate", *overrides)
    found = in_turn({"evaluation": partial(figures_of, *words)}, rounds)["evaluation"]
    bare, whole = ([{"seconds": figures[key]} for figures in found] for key in ("bare", "whole"))
    row = {
        "images": int(median(found, "images")),
        "generator and extractor alone, s": median(bare, "seconds"),
        "whole evaluation, s": median(whole, "seconds"),
        "ratio": ratio(whole, bare, "seconds"),
    }
    return [
        Table("Evaluation, all metrics on, features of the data's classifier", [row]),
        Table(
            "Fréchet distance from finished moments, s",
            [frechet_row(size, rounds) for size in dimensions],
            "Ours knows the real side's root from its cache. torchmetrics takes the eigenvalues of "
            "the product of both covariances; SciPy its matrix root, as pytorch-fid does.",
        ),
    ]


def frechet_row(dimensions: int, rounds: int) -> Figures:
    """Return the median seconds of three ways to the same distance, which must agree."""
    random = torch.Generator().manual_seed(0)
    real, fake = (
        torch.randn(dimensions, 2 * dimensions, dtype=torch.float64, generator=random).cov()
        for _ in range(2)
    )
    zero = torch.zeros(dimensions, dtype=torch.float64)
    ours_real = Moments(2 * dimensions, zero, real, root_of(real))
    results: dict[str, float] = {}

    def ours() -> None:
        results["ours"] = frechet_distance(ours_real, Moments(2 * dimensions, zero, fake))

    def torchmetrics() -> None:
        results["torchmetrics"] = _compute_fid(zero, real, zero, fake).item()

    def scipy_sqrtm() -> None:
        root = scipy.linalg.sqrtm(real.numpy() @ fake.numpy()).real
        results["SciPy"] = (real.trace() + fake.trace()).item() - 2 * np.trace(root)

    programs = {"ours": ours, "torchmetrics": torchmetrics, "SciPy": scipy_sqrtm}
    timed = {
        name: partial(lambda work: {"seconds": seconds_of(work)}, work)
        for name, work in programs.items()
    }
    found = in_turn(timed, rounds)
    if max(results.values()) - min(results.values()) > 1e-6 * max(results.values()):
        raise RuntimeError(f"the distances differ: {results}")
    return (
        {"features": dimensions}
        | {name: median(figures, "seconds") for name, figures in found.items()}
        | {"torchmetrics over ours": ratio(found["torchmetrics"], found["ours"], "seconds")}
    )


def main() -> None:
    """Print the seconds of the bare passes and of the whole evaluation, after one of each."""
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", sys.argv[1:])
        dataset = build(config.data, "data")
        dataset.prepare()
        device = torch.device(choose_accelerator(config.trainer.accelerator))
        n_fake = config.evaluation.n_fake or dataset.evaluation_samples
        evaluation = next(build_evaluations(config, dataset, device, n_fake=n_fake, origin={}))
        module = build_algorithm(config, dataset).to(device)
    latents = module.latents(n_fake, 0, "evaluation")

    def images_at(positions: torch.Tensor) -> Images:
        return Images(dataset.to_pixels(module.generate(latents[positions.to(device)])))

    def bare() -> None:
        for positions in torch.arange(n_fake).split(evaluation.batch_size):
            images = images_at(positions)
            for space in evaluation.first_side:
                extract(space.extractor, images, positions, device)
        _wait()

    def whole() -> None:
        evaluation.run(images_at)
        _wait()

    bare()
    whole()
    print_figures(images=n_fake, bare=seconds_of(bare), whole=seconds_of(whole))


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
