"""What only some algorithms can do, as protocols that a task asks for by their names.

Whatever is trained has images; `Algorithm.images_at` is no ability.

Shape legend: N = images, Z = latent dimension, K = classes.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from torch import Tensor, nn

from gan_lab.data.base import Images
from gan_lab.latents.priors import Prior
from gan_lab.training.translating import Originals


@runtime_checkable
class HasLatents(Protocol):
    """Images are made of latents, which can be moved about."""

    @property
    def prior(self) -> Prior:
        """The distribution of latents."""

    @property
    def evaluated_generator(self) -> nn.Module:
        """The network from latents to images, with the weights that are evaluated."""

    def latents(self, n: int, *address: int | str) -> Tensor:
        """Return `n` latents `(n, Z)` that depend on `address` alone."""

    def generate(self, latents_NZ: Tensor, condition: Tensor | None = None) -> Tensor:
        """Return images `(N, C, H, W)` in the value range, float32; training is not disturbed."""


@runtime_checkable
class TruncatesLatents(Protocol):
    """Latents can be drawn without those that the prior seldom draws."""

    def truncate(self, threshold: float) -> None:
        """Draw latents from now on from what is left of the prior within a threshold."""


@runtime_checkable
class Translates(Protocol):
    """Images are made of other images, in one or more directions."""

    @property
    def directions(self) -> Mapping[str, tuple[str, str]]:
        """The sets from and to which each view translates."""

    @property
    def sets(self) -> Sequence[str]:
        """The names of the sets, whose numbers are the labels of translated images."""

    @property
    def takes_any(self) -> bool:
        """Whether every view takes images of any set."""

    @property
    def originals(self) -> Mapping[str, Originals]:
        """Images of each set that are translated where nobody names others."""

    def take_originals(self, found: Mapping[str, Originals]) -> None:
        """Take such images, of each source of the data."""

    def ways_back(self, view: str, images: Images) -> Mapping[str, Tensor]:
        """Return the views that bring translations of images back, and the places of which."""

    def translator(self, view: str) -> str:
        """Return the name of the network that translates in a view."""

    def translate(self, images_NCHW: Tensor, view: str) -> Tensor:
        """Return images translated, float32 in the value range; training is not disturbed."""


@runtime_checkable
class Classifies(Protocol):
    """Classes of real images can be told, by what a discriminator has learned."""

    def classify(self, images_NCHW: Tensor) -> Tensor:
        """Return a logit per class `(N, K)`, float32, of images in the value range.

        Training is not disturbed. What the classes mean is another matter: a model that was never
        shown labels numbers them as it likes.
        """


@runtime_checkable
class HasDensity(Protocol):
    """It is known how likely an image is, or a bound of it."""

    @property
    def density(self) -> Literal["exact", "bound"]:
        """Which of the two `log_prob` returns; a bound is below."""

    def log_prob(self, images_NCHW: Tensor, samples: int, *address: int | str) -> Tensor:
        """Return `log p(x)` of each image `(N,)`, in nats, of images in the value range.

        Training is not disturbed.

        Args:
            images_NCHW: float32.
            samples: of which a bound is made; the more, the tighter.
            address: of their random numbers.
        """


@runtime_checkable
class Reconstructs(Protocol):
    """Images have codes, from which they are decoded again."""

    def encode(self, images_NCHW: Tensor) -> Tensor:
        """Return the code of each image `(N, Z)`, float32; training is not disturbed."""

    def reconstruct(self, images_NCHW: Tensor) -> Tensor:
        """Return what is decoded from the codes of images, float32 in the value range."""


# What metrics ask a model for, and who has such a method.
ASKED: dict[str, type] = {
    "classify": Classifies,
    "translate": Translates,
    "log_prob": HasDensity,
    "reconstruct": Reconstructs,
}
# What a task lacks without them, in its message.
ABILITIES: dict[type, str] = {
    HasLatents: "latents",
    Classifies: "classes that it tells apart",
    Translates: "sets that it translates between",
    HasDensity: "densities",
    Reconstructs: "codes of images",
}
