"""What every metric is that asks the model itself, instead of scoring images that it made."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

from gan_lab.evaluation.metric import Better

# Methods of the abilities in training.abilities.
Ability = Literal[
    "classify", "translate", "log_prob", "reconstruct", "examine", "sample", "reassemble"
]  # fmt: skip


class ModelMetric(ABC):
    """Numbers about what a model can be asked for, such as the classes of images.

    Attributes:
        asks: what a model must be able to do.
        of_codes: of one that classifies: whether it found its classes without labels, so that
            nobody knows which is which; else it was shown some.
        of_music: of one that translates: whether it is about piano rolls alone.
        needs_classifier: whether it asks who tells the sets or the classes apart.
        only_reported: those of its numbers that no checkpoint may be chosen by.
        known: what it asks about: `Directions` for `translate`, `Domains` for `examine`,
            `Illustrations` for `sample`, else `HeldOut`.
    """

    asks: ClassVar[Ability]
    of_codes: ClassVar[bool] = False
    of_music: ClassVar[bool] = False
    needs_classifier: ClassVar[bool] = False
    only_reported: ClassVar[frozenset[str]] = frozenset()

    def attach(self, known: Any) -> None:
        """Take what it asks about, before it is called."""
        self.known = known

    @abstractmethod
    def __call__(self, ask: Callable[..., Any]) -> dict[str, float]:
        """Return numbers by their names in metrics.csv.

        Args:
            ask: the model's method of this name.
        """

    @property
    @abstractmethod
    def better(self) -> Mapping[str, Better]:
        """Which way is better, for each number that has a better way."""

    @property
    def perfect(self) -> Mapping[str, float | str]:
        """What a perfect model gets, where that is known."""
        return {}

    @property
    def units(self) -> Mapping[str, str]:
        """The units of the numbers that have one."""
        return {}
