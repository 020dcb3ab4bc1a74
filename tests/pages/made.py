"""Run directories made by hand: what a run of the default size leaves, in a moment."""

import json
import shlex

import numpy as np
import yaml
from PIL import Image

from gan_lab.figures.grids import image_grid

BETTER = {"fd_mnist_cnn": "lower", "modes/covered": "higher", "precision": "higher",
          "recall": "higher", "coverage": "higher", "ndb": "lower"}  # fmt: skip
REFERENCE = {"d_real": 0.5, "d_fake": 0.5, "value": -1.386, "loss/discriminator": 1.386,
             "loss/generator": 0.693}  # fmt: skip

PERFECT = {"fd_mnist_cnn": "fd_mnist_cnn_bias", "kid_mnist_cnn": 0.0,
           "modes/covered": "modes/total", "modes/kl_uniform": "modes/kl_floor",
           "density": 1.0, "coverage": "coverage_null", "ndb": "ndb_null",
           "duplicates": 0.01}  # fmt: skip
UNITS = {"modes/kl_uniform": "nats", "modes/covered": "classes", "ndb": "bins"}


def make_run(root, *, overrides=(), status="finished", evaluations=5, samples=5, side=28, best=3.0):
    """Leave a run of `100 * evaluations` iterations whose distance falls to `best`."""
    for folder in (".hydra", "samples", "evaluation", "checkpoints"):
        (root / folder).mkdir(parents=True)
    iterations = 100 * evaluations
    (root / ".hydra" / "overrides.yaml").write_text(yaml.safe_dump(list(overrides)))
    seed = next((int(word[5:]) for word in overrides if word.startswith("seed=")), 0)
    config = {"iterations": iterations, "seed": seed, "optimizer": {"lr": 0.0002},
              "loss": {"_target_": "gan_lab.losses.x.Minimax"}}  # fmt: skip
    (root / ".hydra" / "config.yaml").write_text(yaml.safe_dump(config))
    rows = [row_at(100 * n, best + evaluations - n) for n in range(1, evaluations + 1)]
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    (root / "metrics.csv").write_text("\n".join(lines) + "\n")
    start = {
        "reference": REFERENCE, "watched": ["d_real", "d_fake"], "better": BETTER,
        "perfect": PERFECT, "units": UNITS, "monitor": "fd_mnist_cnn", "seed": 0,
        "evaluation": {"n_fake": 1000, "split": "train"}, "versions": {"gan_lab": "0"},
        "hardware": {"name": "a CPU", "processes": 1, "precision": "32-true"},
    }  # fmt: skip
    (root / "start.json").write_text(json.dumps(start))
    if status in ("finished", "failed", "interrupted"):
        collapses = [{"iteration": 200, "metric": "coverage", "value": 0.1, "best": 0.9,
                      "best_iteration": 100}]  # fmt: skip
        summary = start | {
            "status": status, "iterations": iterations, "seconds": 75.0, "collapses": collapses,
            "metrics": {name: {"last": last, "best": best, "best_iteration": iterations}
                        for name, last in list(rows[-1].items())[3:]},
        }  # fmt: skip
        (root / "summary.json").write_text(json.dumps(summary))
    for row in rows:
        record = {
            "iteration": row["iteration"], "metrics": {}, "classes": [str(n) for n in range(10)],
            "histogram": [100] * 9 + [0],
            "bins": {"real": [10] * 20, "generated": [*range(20)],
                     "different": [n < 5 for n in range(20)]},
        }  # fmt: skip
        (root / "evaluation" / f"{row['iteration']:08d}.json").write_text(json.dumps(record))
    random = np.random.default_rng(0)
    step = max(iterations // samples, 1)
    for n in range(1, samples + 1):
        pixels = random.integers(0, 256, (64, 1, side, side), dtype=np.uint8)
        image_grid(pixels).save(root / "samples" / f"{n * step:08d}.png")
    Image.new("RGB", (60, 20)).save(root / "evaluation" / f"{iterations:08d}.png")
    return root


def row_at(iteration, distance):
    return {
        "iteration": iteration, "images_seen": 64 * iteration, "seconds": iteration / 10,
        "loss/discriminator": 1.0, "loss/generator": 1.5, "value": -1.0, "d_real": 0.6,
        "d_fake": 0.4, "gradient_norm/generator": 2.0, "gradient_norm/discriminator": 3.0,
        "lr/generator": 2e-4, "lr/discriminator": 2e-4, "images_per_second": 1000.0,
        "fd_mnist_cnn": distance, "fd_mnist_cnn_bias": 0.1,
        "kid_mnist_cnn": 0.2, "modes/covered": 9, "modes/covered_robust": 7, "modes/total": 10,
        "modes/kl_uniform": 0.1,
        "precision": 0.8, "recall": 0.6, "density": 0.7, "coverage": 0.5, "coverage_null": 0.96,
        "ndb": 15, "ndb_null": 5, "duplicates": 0.02, "modes/kl_floor": 0.0005,
        "collapses": int(iteration >= 200), "sampling_seconds": 0.25,
    }  # fmt: skip


def make_sweep(root):
    """Leave a sweep of six jobs: three losses, two seeds."""
    lines = ["job,overrides,status,message,iterations,seconds"]
    for job in range(6):
        overrides = [f"loss={('minimax', 'lsgan', 'non_saturating')[job // 2]}", f"seed={job % 2}",
                     "iterations=500"]  # fmt: skip
        make_run(root / str(job), overrides=overrides, best=10.0 - job, samples=1)
        lines.append(f"{job},{shlex.join(overrides)},finished,,500,75.0")
    lines.append("6,loss=no,failed,There is no loss=no.,,")
    (root / "results.csv").write_text("\n".join(lines) + "\n")
    return root
