"""Whether images are as their captions say, by what is measured of them."""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

from gan_lab.data.base import Batch, Images
from gan_lab.evaluation.illustrations import Illustrations
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class CaptionAgreement(ModelMetric):
    """`digit_agreement` and the like: the share of images that are as asked, by property.

    Of data that know how to measure what captions are about. `digit_agreement_real` is the same of
    real images, whose captions were measured, as far as they were: of these it is 1.
    """

    asks: ClassVar = "sample"
    known: Illustrations

    def attach(self, known: Illustrations) -> None:
        """Measure the real images."""
        super().attach(known)
        self.real = {} if known.agrees is None else self.shares(known.images)

    def __call__(self, sample: Callable[..., Batch]) -> dict[str, float]:
        """Return the shares of generated and of real images."""
        if self.known.agrees is None:
            return {}
        made = self.shares(self.known.made(sample))
        of_real = {f"{name}_real": share for name, share in self.real.items()}
        return made | of_real

    def shares(self, images: Images) -> dict[str, float]:
        """Return the share of images that agree with their captions, by property."""
        agreed = self.known.agrees(images.pixels, images.captions)
        return {f"{name}_agreement": each.double().mean().item() for name, each in agreed.items()}

    @property
    def better(self) -> Mapping[str, Better]:
        """More of them."""
        return dict.fromkeys(self.real, "higher")

    @property
    def perfect(self) -> Mapping[str, str]:
        """As real images are."""
        return {name: f"{name}_real" for name in self.real}
