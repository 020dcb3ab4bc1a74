"""The few images of a data set whose labels a model may learn from."""

import torch

from gan_lab import seeding
from gan_lab.data.base import Images
from gan_lab.errors import ConfigError
from gan_lab.plurals import counted


def labelled_part(images: Images, per_class: int, seed: int) -> Images:
    """Return so many images of each class, by a draw that depends on the seed alone.

    More of them hold those that are drawn when fewer are asked for.

    Raises:
        ConfigError: there are no labels, or not so many images of a class.
    """
    if images.labels is None or not bool((images.labels >= 0).any()):
        raise ConfigError(
            f"data.labelled={per_class} needs labels, and these images have none. Leave it out, or "
            f"name labelled images (docs/data.md says how)."
        )
    counts = images.labels[images.labels >= 0].bincount(minlength=len(images.class_names))
    rarest, fewest = images.class_names[counts.argmin()], int(counts.min())
    if fewest < per_class:
        raise ConfigError(
            f"data.labelled={per_class} is more than there are of the class {rarest}, "
            f"{counted(fewest, 'image')}. Ask for fewer, or leave classes out by data.classes=."
        )
    order = torch.randperm(len(images), generator=seeding.generator("cpu", seed, "data.labelled"))
    labels = images.labels[order]
    chosen = torch.cat(
        [order[labels == label][:per_class] for label in range(len(images.class_names))]
    )
    return images.at(chosen)
