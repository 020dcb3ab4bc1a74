"""In what a person's pictures differ from those of training, as far as these are at hand."""

from gan_lab.data.base import ImageDataset, Images
from gan_lab.errors import GanLabError
from gan_lab.evaluation.scored_images import level_doubts


def differences(images: Images, source: ImageDataset) -> list[str]:
    """Return sentences on what they differ in; none where nothing is prepared to compare with."""
    try:
        prepared = source.prepared
        if prepared is not None and not prepared.exists():
            return []
        return list(level_doubts(images, source.load()))
    except GanLabError:
        return []
