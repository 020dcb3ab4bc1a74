"""task=arithmetic: concepts as mean latents, added and subtracted (Radford et al., 2016).

Shape legend: E = latents of a concept, Z = latent dimension.
"""

import numpy as np
import torch
from omegaconf import DictConfig
from torch import Tensor

from gan_lab import seeding
from gan_lab.assembly.forms import treatment
from gan_lab.assembly.judge import Judge, judge_of
from gan_lab.assembly.trained_model import TrainedModel, open_images
from gan_lab.errors import ConfigError
from gan_lab.figures.exploring import arithmetic
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import HasLatents

FILES = ("arithmetic.png", "arithmetic.npz")

SIGNS = {"a": "", "b": "- ", "c": "+ "}
SIDE = 3  # the result is shown in the middle of 3 x 3 images
CENTRE = SIDE * SIDE // 2


def run(config: DictConfig) -> None:
    """Draw a - b + c of `config.ckpt`'s latents, and the neighbours of the result.

    Raises:
        GanLabError: the checkpoint cannot be read or is of points, a concept is not there, or `out`
            cannot be written.
    """
    for key in SIGNS:
        if config[key] is None:
            raise ConfigError(
                f"task=arithmetic needs {key}=: a class or a list of samples, as in a=7 b=1 c=4 or "
                f"a=[3,17,20] b=[5,9,41] c=[0,8,63]."
            )
    trained = open_images(config, needs=HasLatents)
    judge, why_not = judge_of(trained)
    concepts = {key: latents_of(key, config, trained, judge, why_not) for key in SIGNS}
    out = output_folder(config.out, "arithmetic", FILES)
    a, b, c = (latents_EZ.mean(dim=0) for latents_EZ in concepts.values())
    result = neighbours(a - b + c, config.noise, config.seed)
    latents = torch.cat([torch.stack([a, b, c]), result])
    images = trained.dataset.to_pixels(trained.module.generate(latents)).numpy()
    seen = words_for(latents, judge)
    if judge is not None:
        say(f"The classifier sees in the images of the means {', '.join(seen[:3])};")
        say(f"in that of a - b + c {seen[3 + CENTRE]}; in all 9 {', '.join(seen[3:])}.")
    random = trained.module.latents(1000, config.seed, "task=arithmetic", "lengths")
    say(
        f"Lengths: of the means {a.norm():.2f}, {b.norm():.2f} and {c.norm():.2f}, of a - b + c "
        f"{result[CENTRE].norm():.2f}, of a random latent {random.norm(dim=1).mean():.2f}."
    )
    exemplars = [
        trained.dataset.to_pixels(trained.module.generate(latents_EZ)).numpy()
        for latents_EZ in concepts.values()
    ]
    names = [f"{sign}{called(key, config, judge)}" for key, sign in SIGNS.items()]
    square = images[3:].reshape(SIDE, SIDE, *images.shape[1:])
    words = np.reshape(seen[3:], (SIDE, SIDE)).tolist()
    picture = arithmetic(exemplars, images[:3], names, square, words)
    write_pictures(out, {"arithmetic": picture})
    arrays = {"means": images[:3], "result": images[3:], "latents": latents.cpu().numpy()}
    arrays |= dict(zip(SIGNS, exemplars, strict=True))
    write_arrays(out, "arithmetic", arrays)
    say(f"Wrote arithmetic.png and arithmetic.npz: {out.absolute()}")


def latents_of(
    key: str, config: DictConfig, trained: TrainedModel, judge: Judge | None, why_not: str
) -> Tensor:
    """Return the latents `(E, Z)` of one concept: those of a class, or of the samples listed."""
    concept = config[key]
    if isinstance(concept, str | int):
        if judge is None:
            raise ConfigError(
                f"{key}={concept} needs a classifier, and there is none, because {why_not}; list "
                f"samples instead, as in {key}=[3,17,20]."
            )
        wanted = judge.index(concept, key)
        return judge.latents_of(
            wanted, config.each, config.confidence, config.seed, "task=arithmetic", key
        )
    n = treatment(trained.dataset).samples
    if not concept or not all(0 <= index < n for index in concept):
        raise ConfigError(
            f"{key}={list(concept)} must list samples of the run's pictures, from 0 to {n - 1}."
        )
    # Those of the pictures in samples/, whatever seed= is now.
    latents_NZ = trained.module.latents(n, trained.seed, "samples")
    return latents_NZ[list(concept)]


def called(key: str, config: DictConfig, judge: Judge | None) -> str:
    """Return what a picture calls a concept."""
    concept = config[key]
    if judge is not None and isinstance(concept, str | int):
        return judge.captions[judge.index(concept, key)]
    return str(concept)


def neighbours(latent_Z: Tensor, noise: float, seed: int) -> Tensor:
    """Return the latent in the middle of 8 others, each moved by up to `noise` in every number."""
    random = seeding.generator("cpu", seed, "task=arithmetic", "noise")
    shift = torch.rand(SIDE * SIDE, len(latent_Z), generator=random) * 2 - 1
    shift[CENTRE] = 0
    return latent_Z + noise * shift.to(latent_Z.device)


def words_for(latents_NZ: Tensor, judge: Judge | None) -> list[str]:
    """Return what the classifier sees in each image and how surely; nothing without one."""
    if judge is None:
        return [""] * len(latents_NZ)
    classes, confidence = judge.verdict(latents_NZ)
    return [
        f"{judge.captions[index]} {sure:.0%}"
        for index, sure in zip(classes.tolist(), confidence.tolist(), strict=True)
    ]
