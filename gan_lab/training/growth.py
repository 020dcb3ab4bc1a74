"""When networks grow: Karras et al., 2018, arXiv:1710.10196, section 2, by real images seen.

The first level learns alone; then one after the other fades in, and learns with its full share.
Nothing is counted, so a resumed run is where it would have been.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple, TypedDict, final

from torch import Tensor
from torch.optim import Optimizer

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.networks.growing import Growing
from gan_lab.ranges import Range
from gan_lab.training.algorithm import Algorithm


class Lengths(TypedDict):
    """How long levels take.

    Attributes:
        first_size: pixels of the shorter side of the first level.
        stable: real images for which each level learns with its full share; the last goes on.
        fade: real images while a level fades in.
    """

    first_size: Annotated[int, Range(1, 100_000)]
    stable: Annotated[int, Range(1, 10**12)]
    fade: Annotated[int, Range(0, 10**12)]


class Stage(NamedTuple):
    """Where growth is.

    Attributes:
        level: the highest one in use.
        alpha: its share.
    """

    level: int
    alpha: float


@final
@dataclass(frozen=True)
class Plan:
    """Which levels are used when.

    Attributes:
        first: the level that learns alone at first.
        last: the level of the full size.
        stable: real images for which each level learns with its full share.
        fade: real images while a level fades in.
    """

    first: int
    last: int
    stable: int
    fade: int

    def at(self, images_seen: int) -> Stage:
        """Return the stage of the next iteration after so many real images."""
        earlier, since = divmod(images_seen - self.stable, self.stable + self.fade)
        level = self.first + 1 + earlier
        if level > self.last:
            return Stage(self.last, 1.0)
        # Before the second level begins, `earlier` is -1, and nothing fades.
        return Stage(level, since / self.fade if earlier >= 0 and since < self.fade else 1.0)

    @property
    def begin(self) -> list[int]:
        """Real images after which levels begin to fade in, and after which they have."""
        found, images = [0], self.stable
        for _ in range(self.first, self.last):
            found += [images, images + self.fade]
            images += self.fade + self.stable
        return sorted(set(found))

    @property
    def last_begins(self) -> int:
        """Real images after which the last level begins to fade in."""
        return (self.last - self.first) * (self.stable + self.fade) - self.fade


@final
class Growth:
    """Lets the networks of an algorithm grow, their averages and its real images with them.

    Whatever its optimizers remember is forgotten where a level begins to fade in, and where it has.

    Args:
        module: the algorithm.
        lengths: of levels; None: networks have their full size from the start.
        image_shape: `(C, H, W)`.

    Attributes:
        plan: None: nothing grows.
        numbers: what changes, by what columns call it.
        obstacle: why iterations cannot be replayed as CUDA graphs.

    Raises:
        ConfigError: the networks do not grow, or have no level of the first size.
    """

    def __init__(
        self, module: Algorithm, lengths: Lengths | None, image_shape: tuple[int, int, int]
    ) -> None:
        self.module = module
        self.networks = [part for part in module.modules() if isinstance(part, Growing)]
        self.sides = image_shape[1:]
        self.numbers: dict[str, float] = {}
        self.plan: Plan | None = None
        self.obstacle: str | None = None
        if lengths is not None:
            self.plan = self.planned(lengths)
            self.obstacle = "with algorithm.growth it has not been tried"
            per_iteration = module.images_per_iteration
            module.stages = [-(-images // per_iteration) for images in self.plan.begin]
            self.follow(0, 0)

    def planned(self, lengths: Lengths) -> Plan:
        """Return the plan for these networks.

        Raises:
            ConfigError: they do not grow, or have no level of the first size.
        """
        if not self.networks:
            raise ConfigError(
                "algorithm.growth is of networks that grow, and those of this model= do not: "
                "choose model=progressive, or algorithm.growth=null."
            )
        last, shorter = self.networks[0].last, min(self.sides)
        sizes = [shorter >> doublings for doublings in reversed(range(last + 1))]
        if lengths["first_size"] not in sizes:
            raise ConfigError(
                f"algorithm.growth.first_size={lengths['first_size']} must double to the images' "
                f"{shorter} pixels by levels of the networks: {', '.join(map(str, sizes))}."
            )
        first = sizes.index(lengths["first_size"])
        return Plan(first, last, lengths["stable"], lengths["fade"])

    def follow(self, iteration: int, images_seen: int) -> None:
        """Choose the levels of the next iteration, after so many iterations and real images."""
        if self.plan is None:
            return
        stage = self.plan.at(images_seen)
        for network in self.networks:
            network.grow(*stage)
        resolution = min(self.sides) >> (self.plan.last - stage.level)
        self.numbers = {"growth.resolution": resolution, "growth.alpha": stage.alpha}
        if iteration:
            before = self.plan.at(images_seen - self.module.images_per_iteration)
            if (before.level, before.alpha < 1) != (stage.level, stage.alpha < 1):
                for optimizer in self.module.optimizers(use_pl_optimizer=False):
                    forget(optimizer)

    def seen(self, batches: Sequence[Batch | None]) -> list[Batch | None]:
        """Return real images as the levels in use can show them."""
        if self.plan is None:
            return list(batches)
        seen = self.networks[0].seen
        return [batch and batch._replace(images=seen(batch.images)) for batch in batches]


def forget(optimizer: Optimizer) -> None:
    """Let an optimizer go on as if it had just begun: all that it remembers is 0."""
    for state in optimizer.state.values():
        for value in state.values():
            if isinstance(value, Tensor):
                value.zero_()
