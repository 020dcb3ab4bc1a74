"""Whether images that are assembled of patches are still of the class of their originals."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, final

from torch import Tensor

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class ClassKept(ModelMetric):
    """`class_kept`: share of images that a classifier takes for what it takes their originals for.

    `class_kept_pasted` is that of the patches alone, where they are from on their mean colour.
    """

    asks: ClassVar = "reassemble"
    needs_classifier: ClassVar = True
    classifier: Extractor
    to_pixels: Callable[[Tensor], Tensor]

    def __call__(self, reassemble: Callable[..., Any]) -> dict[str, float]:
        """Return both shares."""
        kept, count = {"class_kept": 0, "class_kept_pasted": 0}, 0
        for number, images in enumerate(self.known.batches()):
            puzzle, made = reassemble(images, "class_kept", number)
            originals = self.read(puzzle.images)
            for name, shown in zip(kept, (made.images, puzzle.pasted), strict=True):
                kept[name] += (self.read(shown) == originals).sum().item()
            count += len(images)
        return {name: right / count for name, right in kept.items()}

    def read(self, images_NCHW: Tensor) -> Tensor:
        """Return the classes of images, int64 `(N,)`."""
        return self.classifier(self.to_pixels(images_NCHW)).logits.argmax(dim=1)

    @property
    def better(self) -> Mapping[str, Better]:
        """More is kept."""
        return {"class_kept": "higher"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """All of it."""
        return {"class_kept": 1.0}
