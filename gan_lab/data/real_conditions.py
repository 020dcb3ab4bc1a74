"""What models are told of real images: nothing, their labels, their attributes or captions."""

from torch import Tensor

from gan_lab.data.base import ImageDataset, Images
from gan_lab.errors import ConfigError, DataError


def conditions_of(dataset: ImageDataset, images: Images) -> Tensor | None:
    """Return what models are told of each image, or None.

    Labels are int64 `(N,)`, attributes float32 `(N, A)`, captions int64 tokens `(N, T)`.

    Args:
        dataset: whose `condition` says what.
        images: of it.

    Raises:
        ConfigError: labels, attributes or captions are wanted, and there are none.
        DataError: one of them is of no class.
    """
    if dataset.condition == "none":
        return None
    if dataset.condition == "attributes":
        if images.attributes is None:
            raise ConfigError(
                "data.condition=attributes needs images with attributes, as data=celeba has them: "
                "type data.condition=labels or none."
            )
        return images.attributes.float()
    if dataset.condition == "text":
        if images.captions is None:
            raise ConfigError(
                "data.condition=text needs images with captions, as data=captioned_digits and a "
                "data=folder with a file of them have: type data.condition=labels or none."
            )
        return images.captions
    labels = images.labels
    if labels is None or not images.class_names or not bool((labels >= 0).any()):
        raise ConfigError(
            f"data.condition={dataset.condition} needs labels, and these images have none. Type "
            f"data.condition=none, or name labelled images (docs/data.md says how)."
        )
    low, high, count = int(labels.min()), int(labels.max()), len(images.class_names)
    if low < -1 or high >= count:
        raise DataError(
            f"data.condition={dataset.condition}: these images have the label "
            f"{low if low < -1 else high}, and {count} classes have the labels 0 to {count - 1} "
            f"(-1: none). Mend the labels, or type data.condition=none."
        )
    return labels
