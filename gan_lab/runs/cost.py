"""What a run will take, from what each of its parts takes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, final


@final
@dataclass(frozen=True)
class Part:
    """What a run does again and again.

    Attributes:
        name: of it.
        times: that it is done.
        seconds: it takes once.
        is_guessed: whether they are those of a small part, multiplied.
    """

    name: str
    times: int
    seconds: float
    is_guessed: bool = False

    @property
    def together(self) -> float:
        """Seconds of all times."""
        return self.times * self.seconds


@final
@dataclass(frozen=True)
class Cost:
    """Time and memory of a run.

    Attributes:
        training: its iterations, by stages that cost another time each.
        others: what comes between and before them.
        images: real ones per iteration.
        memory: the largest of the process, in bytes.
        gpu_memory: the largest on a GPU, in bytes; None: there is none.
    """

    training: Sequence[Part]
    others: Sequence[Part]
    images: int
    memory: int
    gpu_memory: int | None = None

    @property
    def seconds(self) -> float:
        """From the command to the prompt."""
        return sum(part.together for part in (*self.training, *self.others))

    @property
    def seconds_per_1000_images(self) -> float:
        """Of training alone, over all of its stages."""
        shown = self.images * sum(part.times for part in self.training)
        return 1000 * sum(part.together for part in self.training) / shown

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "seconds": self.seconds,
            "seconds_per_1000_images": self.seconds_per_1000_images,
            "memory_bytes": self.memory,
            "gpu_memory_bytes": self.gpu_memory,
            "parts": [
                {**asdict(part), "together": part.together}
                for part in (*self.training, *self.others)
            ],
        }
