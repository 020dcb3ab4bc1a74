"""CycleGAN: Zhu, Park, Isola, Efros, 2017, arXiv:1703.10593.

Two generators translate between two sets of images without pairs, such as horses and zebras. What
is translated there and back should be what it was.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, final

from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gan_lab import faults
from gan_lab.augmentation.augmentation import Augmentation
from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.losses.adversarial import AdversarialLoss, full_precision
from gan_lab.ranges import Range
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.extra_discriminators import ExtraDiscriminators, Kind
from gan_lab.training.image_pool import ImagePool
from gan_lab.training.player import Recipe
from gan_lab.training.translating import TranslatesImages
from gan_lab.training.translation_judges import TranslationJudges

Weight = Annotated[float, Range(0, 1000)]
Named = Mapping[str, Tensor]  # images by their sets


@final
class CycleGAN(TranslatesImages, Algorithm):
    """Two generators that translate, and a discriminator for each set.

    Args:
        a_to_b: maps images of `a` to images of `b`.
        b_to_a: the other way.
        discriminator_a: maps images of `a`, real or translated, to logits of one or more patches.
        discriminator_b: the same of `b`.
        loss: the adversarial one.
        augmentation: of what discriminators see, or None.
        image_shape: `(C, H, W)`.
        recipe: how each player is trained.
        cycle_weight: of what is lost on the way there and back, lambda in equation 3.
        identity_weight: of what a generator changes in images that need no translation (section
            5.2), times `cycle_weight`; 0: that is not asked.
        pool_size: translated images that are kept of each set, to show D older ones, too; 0: none.
        extra: base, partial or full, as `ExtraDiscriminators` says; `extra_weight` is theirs.

    Raises:
        ConfigError: a pool of fewer images than a minibatch has.
    """

    players: ClassVar = {
        "generator": ["a_to_b", "b_to_a"],
        "discriminator": ["discriminator_a", "discriminator_b", "extra"],
    }
    parts: ClassVar = dict.fromkeys(players["generator"], "generator") | dict.fromkeys(
        players["discriminator"][:2], "discriminator"
    )
    directions: ClassVar = {"a_to_b": ("a", "b"), "b_to_a": ("b", "a")}
    views: ClassVar = tuple(directions)
    watched: ClassVar = ("d_real", "d_fake", "loss/cycle_a", "loss/cycle_b")

    def __init__(
        self,
        *,
        a_to_b: nn.Module,
        b_to_a: nn.Module,
        discriminator_a: nn.Module,
        discriminator_b: nn.Module,
        loss: AdversarialLoss,
        image_shape: tuple[int, int, int],
        recipe: Recipe,
        augmentation: Augmentation | None = None,
        cycle_weight: Weight = 10.0,
        identity_weight: Weight = 0.5,
        pool_size: Annotated[int, Range(0, 100_000)] = 50,
        extra: Kind = "base",
        extra_weight: Weight = 1.0,
    ) -> None:
        judges = {"a": discriminator_a, "b": discriminator_b}
        more = ExtraDiscriminators(extra, extra_weight, judges)
        networks = {"a_to_b": a_to_b, "b_to_a": b_to_a, "extra": more}
        networks |= {f"discriminator_{name}": judge for name, judge in judges.items()}
        super().__init__(networks, recipe, streams=dict.fromkeys(more.sources or "ab", 1))
        if 0 < pool_size < self.batch_size:
            raise ConfigError(
                f"algorithm.pool_size={pool_size} is smaller than batch_size={self.batch_size}: "
                f"choose at least as many, or 0 for no history of images."
            )
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight
        self.pools = nn.ModuleDict({name: ImagePool(pool_size, image_shape) for name in "ab"})
        self.augmenting = Augmenting(augmentation, loss.compares_pairs)
        self.changing.parts.append(self.augmenting)
        self.judges = TranslationJudges(loss, judges, more, self.augmenting, self.mean_over_devices)
        self.reference = self.judges.reference

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Update both generators, then all discriminators."""
        real = {name: batches[name][0].images for name in self.streams}
        real |= self.extra.mixed(real, draws)
        fake = self.generator_phase(real, draws)
        self.update("generator")
        faults.moment("between_players")
        self.discriminator_phase(real, fake, draws)
        self.update("discriminator")

    def generator_phase(self, real: Named, draws: Mapping[str, Any]) -> dict[str, Tensor]:
        """Compute the gradient of both generators; return what they made, by the set it is for."""
        fake, losses = {}, {}
        with self.phase("generator", through=self.players["discriminator"]):
            for name, (source, target) in self.directions.items():
                translate, back = getattr(self, name), getattr(self, f"{target}_to_{source}")
                fake[target] = translate(real[source])
                deceived = self.judges.deceived(target, real, fake[target], draws)
                losses |= {f"generator_{name}{word}": loss for word, loss in deceived.items()}
                lost = distance(back(fake[target]), real[source])
                losses[f"cycle_{source}"] = self.cycle_weight * lost
                if self.identity_weight:
                    changed = distance(translate(real[target]), real[target])
                    weight = self.identity_weight * self.cycle_weight
                    losses[f"identity_{target}"] = weight * changed
            self.descend("generator", losses)
        return fake

    def discriminator_phase(self, real: Named, fake: Named, draws: Mapping[str, Any]) -> None:
        """Compute the gradient of all discriminators, on translated images of now and before."""
        shown = {}
        with self.phase("discriminator"):
            for name, pool in self.pools.items():
                images = self.gathered(fake[name].detach().float())
                shown[name] = pool.exchange(images, draws[f"pool_{name}"])
            losses, answers = self.judges.told_apart(real, self.share(shown), draws)
            self.descend("discriminator", losses)
        self.meters.add(answers)

    def draws(self) -> dict[str, Any]:
        """Return what becomes of translated images, over all devices, and what D sees of them."""
        n, k, device, seed = self.batch_size, self.iteration, self.device, self.seed
        return self.share(self.judges.draws(n, k, device, seed)) | {
            f"pool_{name}": pool.draws(n, k, device, seed, "pool", k, name)
            for name, pool in self.pools.items()
        }


def distance(one: Tensor, other: Tensor) -> Tensor:
    """Return the mean absolute difference of pixels."""
    return l1_loss(full_precision(one), other)
