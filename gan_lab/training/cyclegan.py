"""CycleGAN: Zhu, Park, Isola, Efros, 2017, arXiv:1703.10593.

Two generators translate between two sets of images without pairs, such as horses and zebras. What
is translated there and back should be what it was.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, final

from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gan_lab import faults
from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError
from gan_lab.losses.adversarial import AdversarialLoss, full_precision
from gan_lab.ranges import Range
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.image_pool import ImagePool
from gan_lab.training.player import Recipe
from gan_lab.training.translating import TranslatesImages

Weight = Annotated[float, Range(0, 1000)]


@final
class CycleGAN(TranslatesImages, Algorithm):
    """Two generators that translate, and a discriminator for each set.

    Args:
        a_to_b: maps images of `a` to images of `b`.
        b_to_a: the other way.
        discriminator_a: maps images of `a`, real or translated, to logits of one or more patches.
        discriminator_b: the same of `b`.
        loss: the adversarial one.
        image_shape: `(C, H, W)`.
        recipe: how each player is trained.
        cycle_weight: of what is lost on the way there and back, lambda in equation 3.
        identity_weight: of what a generator changes in images that need no translation (section
            5.2), times `cycle_weight`; 0: that is not asked.
        pool_size: translated images that are kept of each set, to show D older ones, too; 0: none.

    Raises:
        ConfigError: a pool of fewer images than a minibatch has.
    """

    players: ClassVar = {
        "generator": ["a_to_b", "b_to_a"],
        "discriminator": ["discriminator_a", "discriminator_b"],
    }
    parts: ClassVar = dict.fromkeys(players["generator"], "generator") | dict.fromkeys(
        players["discriminator"], "discriminator"
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
        cycle_weight: Weight,
        identity_weight: Weight,
        pool_size: Annotated[int, Range(0, 100_000)],
    ) -> None:
        translators = {"a_to_b": a_to_b, "b_to_a": b_to_a}
        judges = {"discriminator_a": discriminator_a, "discriminator_b": discriminator_b}
        super().__init__(translators | judges, recipe, streams={"a": 1, "b": 1})
        if 0 < pool_size < self.batch_size:
            raise ConfigError(
                f"algorithm.pool_size={pool_size} is smaller than batch_size={self.batch_size}: "
                f"choose at least as many, or 0 for no history of images."
            )
        self.loss = loss
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight
        self.pools = nn.ModuleDict({name: ImagePool(pool_size, image_shape) for name in "ab"})
        known = loss.equilibrium
        self.reference = {name: known[name] for name in ("d_real", "d_fake") if name in known}

    def iterate(self, batches: Mapping[str, list[Batch]], draws: Mapping[str, Any]) -> None:
        """Update both generators, then both discriminators."""
        real = {name: batches[name][0].images for name in "ab"}
        fake = self.generator_phase(real)
        self.update("generator")
        faults.moment("between_players")
        self.discriminator_phase(real, fake, draws)
        self.update("discriminator")

    def generator_phase(self, real: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Compute the gradient of both generators; return what they made, by the set it is for."""
        fake, losses = {}, {}
        with self.phase("generator", through=["discriminator_a", "discriminator_b"]):
            for name, (source, target) in self.directions.items():
                translate, back = getattr(self, name), getattr(self, f"{target}_to_{source}")
                judge = getattr(self, f"discriminator_{target}")
                fake[target] = translate(real[source])
                beside = judge(real[target]) if self.loss.compares_pairs else None
                deceived = self.loss.generator(judge(fake[target]), beside)
                losses[f"generator_{name}"] = self.loss.generator_weight * deceived
                lost = distance(back(fake[target]), real[source])
                losses[f"cycle_{source}"] = self.cycle_weight * lost
                if self.identity_weight:
                    changed = distance(translate(real[target]), real[target])
                    weight = self.identity_weight * self.cycle_weight
                    losses[f"identity_{target}"] = weight * changed
            self.descend("generator", losses)
        return fake

    def discriminator_phase(
        self, real: Mapping[str, Tensor], fake: Mapping[str, Tensor], draws: Mapping[str, Any]
    ) -> None:
        """Compute the gradient of both discriminators, on translated images of now and before."""
        losses, answers = {}, []
        with self.phase("discriminator"):
            for name in "ab":
                judge, drawn = getattr(self, f"discriminator_{name}"), draws[f"pool_{name}"]
                images = self.gathered(fake[name].detach().float())
                shown = self.share({"shown": self.pools[name].exchange(images, drawn)})["shown"]
                of_real, of_fake = judge(real[name]), judge(shown)
                found = self.loss.weighed(self.loss.discriminator(of_real, of_fake))
                losses |= {f"{part}_{name}": loss for part, loss in found.items()}
                answers.append(self.loss.answers(of_real.detach(), of_fake.detach()))
            self.descend("discriminator", losses)
        self.meters.add({key: sum(each[key] for each in answers) / 2 for key in answers[0]})

    def draws(self) -> dict[str, Any]:
        """Return what becomes of the images that are translated now, over all devices."""
        return {
            f"pool_{name}": pool.draws(
                self.batch_size,
                self.iteration,
                self.device,
                self.seed,
                "pool",
                self.iteration,
                name,
            )
            for name, pool in self.pools.items()
        }


def distance(one: Tensor, other: Tensor) -> Tensor:
    """Return the mean absolute difference of pixels."""
    return l1_loss(full_precision(one), other)
