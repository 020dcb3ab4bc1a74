"""A classifier of single digits applied to each colour of a stack of three."""

from collections.abc import Sequence
from itertools import product
from typing import ClassVar, final

from torch import Tensor
from torch.nn.functional import log_softmax

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features

CHANNELS = 3


@final
class Stacked(Extractor):
    """What a classifier of gray images sees in red, green and blue, side by side.

    The classes are the triples of its classes, red first: "000" to "999" for digits.

    Args:
        classifier: of gray images `(N, 1, H, W)` in K classes, with D features.
        class_names: the triples to tell apart, in this order; None: all.
    """

    is_classifier: ClassVar[bool] = True

    def __init__(self, classifier: Extractor, class_names: Sequence[str] | None = None) -> None:
        triples = ["".join(triple) for triple in product(classifier.class_names, repeat=CHANNELS)]
        names = triples if class_names is None else list(class_names)
        super().__init__(
            f"stacked_{classifier.name}",
            tuple(names),
            {**classifier.about, "applied_to": "each channel"},
        )
        self.classifier = classifier
        self.columns = None if names == triples else [triples.index(name) for name in names]

    def forward(self, pixels_N3HW: Tensor) -> Features:
        """Return the features `(N, 3 D)` and log-probabilities of the triples, `(N, K^3)` if all.

        The channels are judged independently, so a triple's probability is a product of three.
        """
        features, logits = self.classifier(pixels_N3HW.flatten(0, 1).unsqueeze(1))
        red, green, blue = log_softmax(logits, dim=1).unflatten(0, (-1, CHANNELS)).unbind(1)
        triples = red[:, :, None, None] + green[:, None, :, None] + blue[:, None, None, :]
        logits = triples.flatten(1)
        if self.columns is not None:
            logits = logits[:, self.columns]
        return Features(features.unflatten(0, (-1, CHANNELS)).flatten(1), logits)
