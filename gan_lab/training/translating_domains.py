"""Images that one generator translates to any of several domains, whatever domain they are of.

Shape legend: N = images, A = attributes, C, H, W = image.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab.data.base import Batch, Images
from gan_lab.latents.conditions import Labels
from gan_lab.training.resting import resting
from gan_lab.training.translating import Originals, asked, translations_at


class TranslatesDomains:
    """What an algorithm with a `generator` of images and domains can be asked for.

    To be named before `Algorithm` among the bases of a class. The view `to_DOMAIN` translates the
    images of all other domains. Attributes are domains that an image may have beside others: there
    is `to_not_ATTRIBUTE`, too, and what else an image has its `discriminator` tells.

    Attributes:
        labels: the domains.
        image_shape: `(C, H, W)` in training.
        takes_any: every view takes images of any domain.
        originals: images of each domain, and of all others, to translate; none until they are
            given.
    """

    labels: Labels
    image_shape: tuple[int, int, int]
    takes_any: bool = True
    originals: Mapping[str, Originals] = {}

    @property
    def domains(self) -> Sequence[str]:
        """The names of the domains, in the order of the labels."""
        return self.labels.class_names

    @property
    def directions(self) -> Mapping[str, tuple[str, str]]:
        """To each domain from all others, and from each attribute to its lack."""
        there = {f"to_{domain}": (f"not_{domain}", domain) for domain in self.domains}
        lack = {f"to_not_{domain}": (domain, f"not_{domain}") for domain in self.domains}
        return there if self.labels.exclusive else there | lack

    @property
    def views(self) -> Sequence[str]:
        """One for each domain, or two for each attribute."""
        return tuple(self.directions)

    @property
    def sets(self) -> Sequence[str]:
        """The domains, or the attributes and what lacks them."""
        return [target for _, target in self.directions.values()]

    def take_originals(self, found: Mapping[str, Originals]) -> None:
        """Take the images to translate; each domain's, and those of all others."""
        (originals,) = found.values()
        self.originals = {}
        for number, domain in enumerate(self.domains):
            if self.labels.exclusive:
                labels = originals.images.labels
                has, known = labels == number, labels >= 0
            else:
                has = originals.images.attributes[:, number] > 0
                known = torch.ones_like(has)
            self.originals[domain] = originals.part(has)
            self.originals[f"not_{domain}"] = originals.part(~has & known)

    def ways_back(self, view: str, images: Images) -> Mapping[str, Tensor]:
        """Return the views that bring translations back, each to the domain that images are of."""
        if not self.labels.exclusive:
            source, _ = self.directions[view]
            return {f"to_{source}": torch.arange(len(images))}
        return {
            f"to_{domain}": places
            for label, domain in enumerate(self.domains)
            if len(places := (images.labels == label).nonzero().flatten())
        }

    def translator(self, view: str) -> str:
        """Return the name of the only network that translates."""
        return "generator"

    def translate(self, images_NCHW: Tensor, view: str) -> Tensor:
        """Return the images translated, float32 in the value range, by the evaluated weights."""
        images_NCHW = images_NCHW.to(self.device)
        target = self.condition_for(images_NCHW, view)
        return asked(self, self.translator(view), images_NCHW, target)

    @torch.no_grad()
    def condition_for(self, images_NCHW: Tensor, view: str) -> Tensor:
        """Return what the generator is told: a label each `(N,)`, or attributes `(N, A)`."""
        _, target = self.directions[view]
        if self.labels.exclusive:
            number = self.domains.index(target)
            return torch.full((len(images_NCHW),), number, device=self.device)
        # It takes images of the size that it was trained on.
        sized = interpolate(images_NCHW, self.image_shape[1:], mode="bilinear", antialias=True)
        with resting(self.evaluated("discriminator")) as (discriminator,):
            answers = discriminator(sized, with_features=True)
        condition = (answers.head > 0).float()
        has = target in self.domains
        condition[:, self.domains.index(target if has else target.removeprefix("not_"))] = has
        return condition

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to translations; see `Algorithm.images_at`."""
        return translations_at(self, n, *address, view=view)
