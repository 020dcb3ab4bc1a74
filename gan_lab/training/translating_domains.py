"""Images that one generator translates to any of several domains, whatever domain they are of.

Shape legend: N = images, C, H, W = image.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from gan_lab.data.base import Batch, Images
from gan_lab.training.translating import Originals, asked, translations_at


class TranslatesDomains:
    """What an algorithm with a network `generator` of images and domains can be asked for.

    To be named before `Algorithm` among the bases of a class. The view `to_DOMAIN` translates the
    images of all other domains.

    Attributes:
        domains: their names, in the order of the labels.
        takes_any: every view takes images of any domain.
        originals: images of each domain, and of all others, to translate; none until they are
            given.
    """

    domains: Sequence[str]
    takes_any: bool = True
    originals: Mapping[str, Originals] = {}

    @property
    def directions(self) -> Mapping[str, tuple[str, str]]:
        """From all other domains, to each."""
        return {f"to_{domain}": (f"not_{domain}", domain) for domain in self.domains}

    @property
    def views(self) -> Sequence[str]:
        """One for each domain."""
        return tuple(self.directions)

    @property
    def sets(self) -> Sequence[str]:
        """The domains."""
        return self.domains

    def take_originals(self, found: Mapping[str, Originals]) -> None:
        """Take the images to translate; each domain's, and those of all others."""
        (all_of_them,) = found.values()
        labels = all_of_them.images.labels
        self.originals = {}
        for label, domain in enumerate(self.domains):
            self.originals[domain] = all_of_them.part(labels == label)
            self.originals[f"not_{domain}"] = all_of_them.part((labels != label) & (labels >= 0))

    def ways_back(self, view: str, images: Images) -> Mapping[str, Tensor]:
        """Return the views that bring translations back, each to the domain that images are of."""
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
        label = self.domains.index(self.directions[view][1])
        labels = torch.full((len(images_NCHW),), label, device=self.device)
        return asked(self, self.translator(view), images_NCHW.to(self.device), labels)

    def images_at(self, n: int, *address: int | str, view: str = "") -> Callable[[Tensor], Batch]:
        """Return a function from positions to translations; see `Algorithm.images_at`."""
        return translations_at(self, n, *address, view=view)
