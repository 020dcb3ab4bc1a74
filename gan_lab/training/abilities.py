"""What only some algorithms can do, as protocols that a task asks for by their names.

Shape legend: N = images, C, H, W = image, Z = latent dimension, K = classes, F = features.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol, runtime_checkable

from torch import Tensor, nn

from gan_lab.data.base import Batch, Images
from gan_lab.latents.priors import Prior
from gan_lab.networks.puzzle import Assembled
from gan_lab.training.assembling import Puzzle
from gan_lab.training.translating import Originals


@runtime_checkable
class MakesImages(Protocol):
    """Images are made, in one or more views; nearly all algorithms do."""

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions, int64 below `n`, to images and their conditions.

        Images are float32 `(N, C, H, W)` in the value range. They depend on `address` alone, and
        training and its random numbers are not disturbed.
        """


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


@runtime_checkable
class Completes(Protocol):
    """Images are made one number after the other, and can be gone on with.

    Attributes:
        counting: who is told of each number that is drawn, such as a bar.
    """

    counting: Callable[[int, str], AbstractContextManager[Callable[[], object]]]

    def comes_first(self, share: float) -> Tensor:
        """Return which numbers of an image come first, bool `(C, H, W)`: so many, rounded."""

    def complete(self, images_NCHW: Tensor, kept_CHW: Tensor, *address: int | str) -> Tensor:
        """Return images whose other numbers are drawn anew; training is not disturbed.

        Args:
            images_NCHW: in the value range.
            kept_CHW: bool, of numbers that come first.
            address: of the random numbers.
        """


@runtime_checkable
class AdaptsDomains(Protocol):
    """Classes are told in two domains, of which one alone has shown its labels."""

    def examine(self, images_NCHW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return features `(N, F)`, logits of classes `(N, K)` and of being of the target `(N,)`.

        All are float32, of images in the value range; training is not disturbed.
        """


@runtime_checkable
class StartsFromImages(Protocol):
    """Images are made of other images, those of the data where nobody names any."""

    @property
    def originals(self) -> Mapping[str, Originals]:
        """These, of each source of the data."""

    def take_originals(self, found: Mapping[str, Originals]) -> None:
        """Take such images."""


@runtime_checkable
class Assembles(Protocol):
    """Images are made of patches of others, whose places are not told."""

    def assemble(self, patches_NKChw: Tensor, latents_NZ: Tensor) -> Assembled:
        """Return images and masks, float32; training is not disturbed."""

    def reassemble(self, images_NCHW: Tensor, *address: int | str) -> tuple[Puzzle, Assembled]:
        """Return images cut into their key patches, and what is made of these."""


# What metrics ask a model for, and who has such a method.
ASKED: dict[str, type] = {
    "classify": Classifies,
    "translate": Translates,
    "log_prob": HasDensity,
    "reconstruct": Reconstructs,
    "examine": AdaptsDomains,
    "sample": HasLatents,
    "reassemble": Assembles,
}
# What a task lacks without them, in its message.
ABILITIES: dict[type, str] = {
    MakesImages: "images",
    HasLatents: "latents",
    Classifies: "classes that it tells apart",
    Translates: "sets that it translates between",
    Assembles: "patches that it makes images of",
    HasDensity: "a density that can be asked for",
    Reconstructs: "codes of images",
    Completes: "an order in which it makes the numbers of an image",
}
