"""What an evaluation costs beside the forward passes that it cannot do without.

    python benchmarks/evaluate.py [OVERRIDES]

The generator and the extractor look at all images with nothing measured, then the whole evaluation
runs; both in turn, in one process, several times. Overrides are those of `python -m gan_lab`.
"""

import statistics
import sys
import time
from collections.abc import Callable

import torch
from hydra import compose, initialize_config_dir

from gan_lab.config.build import build
from gan_lab.config.schema import find_conf
from gan_lab.evaluation.evaluation import extract
from gan_lab.tasks.evaluators import build_evaluation
from gan_lab.tasks.models import build_gan
from gan_lab.tasks.trainers import choose_accelerator

ROUNDS = 5


def main() -> None:
    """Print seconds of both, each metric's own share, and the ratio."""
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", sys.argv[1:])
        dataset = build(config.data, "data")
        dataset.prepare()
        device = torch.device(choose_accelerator(config.trainer.accelerator))
        n_fake = config.evaluation.n_fake or dataset.evaluation_samples
        evaluation = build_evaluation(config, dataset, device, n_fake=n_fake, origin={})
        module = build_gan(config, dataset).to(device)
    latents = module.latents(n_fake, 0, "evaluation")

    def images_at(positions: torch.Tensor) -> torch.Tensor:
        return dataset.stored(module.generate(latents[positions.to(device)]))

    def bare() -> None:
        for positions in torch.arange(n_fake).split(evaluation.batch_size):
            pixels = images_at(positions)
            for space in evaluation.spaces:
                extract(space.extractor, pixels, positions, device)

    bare_seconds, whole_seconds = [], []
    seconds_of(bare)
    for _ in range(ROUNDS):
        bare_seconds.append(seconds_of(bare))
        whole_seconds.append(seconds_of(lambda: evaluation.run(images_at)))
    first, whole = statistics.median(bare_seconds), statistics.median(whole_seconds)
    ratios = [b / a for a, b in zip(bare_seconds, whole_seconds, strict=True)]
    names = ", ".join(space.extractor.name for space in evaluation.spaces)
    print(f"{n_fake:,} images, {names}, {torch.get_num_threads()} threads on {device}")
    print(f"generator and extractor alone  {first:.2f} s  ({spread(bare_seconds)})")
    print(f"the whole evaluation           {whole:.2f} s  ({spread(whole_seconds)})")
    print(f"ratio                          {statistics.median(ratios):.2f}    ({spread(ratios)})")


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` takes, on a GPU until it has really ended."""
    started = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


def spread(numbers: list[float]) -> str:
    """Return the smallest and the largest."""
    return f"{min(numbers):.2f} to {max(numbers):.2f}"


if __name__ == "__main__":
    main()
