"""The augmentation that a configuration describes."""

from omegaconf import DictConfig

from gan_lab.assembly.forms import require_images
from gan_lab.augmentation.augmentation import Augmentation
from gan_lab.config.build import build, class_of
from gan_lab.data.base import ImageDataset


def build_augmentation(config: DictConfig, dataset: ImageDataset) -> Augmentation | None:
    """Return what is done to images before the discriminator sees them; None for nothing.

    Args:
        config: the whole configuration.
        dataset: of which the images are; need not be prepared.

    Raises:
        ConfigError: it is not for data of this form, or a value cannot work.
    """
    if not config.augment:
        return None
    kind = class_of(config.augment, "augment")
    if kind.of_images_only:
        wanted_by = f"augment= with {kind.__name__}"
        for source in dataset.sources.values():
            require_images(source, wanted_by, "Use augment=noise, or augment=none.")
    return build(
        config.augment,
        "augment",
        image_shape=dataset.image_shape,
        value_range=dataset.value_range,
    )
