"""How good samples are after how much training: the default run, and a loop as people write it.

    python -m benchmarks.quality ours|by_hand DATA ITERATIONS EVERY SEED [OVERRIDES]

prints what one of them reaches: seconds of training so far, without evaluations, and the Fréchet
distance of 10,000 samples, after every EVERY iterations. Both have the same networks, minibatches
and real images. By hand, the numbers are those of the DCGAN paper, which most scripts take: Adam
with 2e-4, 0.5 and 0.999, 100 latents, float32, samples by the weights as they are.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.by_hand import Setting, Step, set_up
from benchmarks.harness import Table, run_python, seconds_of, temporary_folder
from benchmarks.plain_gan import loop
from gan_lab import evaluate, train
from gan_lab.figures.curves import Curve, Panel, draw
from gan_lab.runs.metrics_file import read_metrics

ITERATIONS, EVERY = 5000, 500
PAPER = ("optimizer.lr=2e-4", "optimizer.beta1=0.5", "optimizer.beta2=0.999", "latent.dim=100")
NAMES = {"by_hand": "by hand", "ours": "ours"}
PICTURE = Path("outputs/quality.png")
SMOKE = {
    "iterations": 4,
    "every": 2,
    "data": "digits",
    "overrides": (
        "data.limit=200", "model.width=4", "log_every=2", "evaluation.n_fake=200",
        "trainer=cpu",
    ),
}  # fmt: skip


def run(
    rounds: int,
    data: str = "mnist",
    iterations: int = ITERATIONS,
    every: int = EVERY,
    overrides: Sequence[str] = (),
) -> list[Table]:
    """Return the table, with a seed for each round, and draw it."""
    found = {
        program: np.array(
            [curve_of(program, data, iterations, every, seed, *overrides) for seed in range(rounds)]
        )
        for program in ("by_hand", "ours")
    }
    medians = {program: np.median(curves, axis=0) for program, curves in found.items()}
    PICTURE.parent.mkdir(exist_ok=True)
    curves = [Curve(NAMES[program], *curve.T, style=".-") for program, curve in medians.items()]
    axes = ("seconds of training", "Fréchet distance")
    draw([Panel("Samples while training", *axes, curves, scale="log")]).save(PICTURE)
    rows = [
        {
            "iterations": (place + 1) * every,
            "by hand, s": float(by_hand[0]), "by hand, distance": float(by_hand[1]),
            "ours, s": float(ours[0]), "ours, distance": float(ours[1]),
        }
        for place, (by_hand, ours) in enumerate(zip(*medians.values(), strict=True))
    ]  # fmt: skip
    ends = (
        f"{NAMES[program]} {curves[:, -1, 1].min():.1f} to {curves[:, -1, 1].max():.1f}"
        for program, curves in found.items()
    )
    title = "Fréchet distance against seconds of training, medians over seeds"
    return [Table(title, rows, f"At the end, {', '.join(ends)}. Drawn in {PICTURE}.")]


def curve_of(program: str, *words: object) -> list[list[float]]:
    """Return the curve of one program, in a process of its own."""
    lines = run_python("-m", "benchmarks.quality", program, *map(str, words)).splitlines()
    print(f"{program}: {lines[-1]}", file=sys.stderr, flush=True)
    return json.loads(lines[-1])


def ours(data: str, iterations: int, every: int, seed: int, *overrides: str) -> list[list[float]]:
    """Return the curve of a run."""
    words = (f"iterations={iterations}", f"evaluation.every={every}", f"seed={seed}")
    with temporary_folder() as folder:
        train(f"data={data}", *words, *overrides, directory=f"{folder}/run")
        rows = read_metrics(Path(folder) / "run" / "metrics.csv")
    seconds, seen, curve = 0.0, 0.0, []
    for row in rows:
        if "images_per_second" in row:  # which leaves evaluations out
            seconds += (row["images_seen"] - seen) / row["images_per_second"]
            seen = row["images_seen"]
        if distance := _distance(row):
            curve.append([seconds, distance])
    return curve


def by_hand(
    data: str, iterations: int, every: int, seed: int, *overrides: str
) -> list[list[float]]:
    """Return the curve of a loop by hand."""
    setting = set_up([f"data={data}", f"seed={seed}", *PAPER, *overrides])
    step, seconds, curve = loop(setting), 0.0, []
    n = setting.config.evaluation.n_fake or 10_000
    of_both = [word for word in overrides if word.startswith(("data", "evaluation", "trainer"))]
    for first in range(0, iterations, every):
        seconds += seconds_of(partial(_take, step, range(first, first + every)))
        scores = evaluate(partial(samples, setting), *of_both, data=data, n=n)
        curve.append([seconds, _distance(scores)])
    return curve


def _take(step: Step, iterations: range) -> None:
    for iteration in iterations:
        step(iteration)


@torch.no_grad()
def samples(setting: Setting, n: int) -> np.ndarray:
    """Return images by a generator as it is, uint8 `(n, C, H, W)`."""
    latents = torch.randn(n, setting.config.latent.dim, device=setting.device)
    parts = [setting.module.generator(part) for part in latents.split(500)]
    return setting.dataset.to_pixels(torch.cat(parts)).cpu().numpy()


def _distance(scores: Mapping[str, float]) -> float | None:
    return next((scores[name] for name in scores if name.startswith("fd_")), None)


if __name__ == "__main__":
    program, data, *numbers = sys.argv[1:6]
    work = {"ours": ours, "by_hand": by_hand}[program]
    print(json.dumps(work(data, *map(int, numbers), *sys.argv[6:])))
