"""Points of the plane as their own features."""

from collections.abc import Sequence
from typing import Literal, final

from torch import Tensor

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features


@final
class Points(Extractor):
    """The coordinates themselves, and where the mixture that they should follow has its modes.

    Args:
        centres: of the K modes, float32 `(K, 2)`.
        std: of each mode in each direction.
        quality_rule: which points belong to a mode: those within 3 `std` of its centre by Euclidean
            distance ("distance"), or in each coordinate by itself ("box").
        class_names: one word per mode.
    """

    def __init__(
        self,
        centres: Tensor,
        std: float,
        quality_rule: Literal["distance", "box"],
        class_names: Sequence[str],
    ) -> None:
        about = {"modes": len(centres), "std": std, "quality_rule": quality_rule}
        super().__init__("points", tuple(class_names), about)
        self.register_buffer("centres", centres)
        self.std = std
        self.quality_rule = quality_rule

    def forward(self, points_N211: Tensor) -> Features:
        """Return the coordinates `(N, 2)` of points stored as `(N, 2, 1, 1)`."""
        return Features(points_N211.flatten(1))
