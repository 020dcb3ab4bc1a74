"""Discriminators that know images of all sets, beside those of each set.

Brunner, Wang, Wattenhofer, Zhao, 2018, arXiv:1809.07575: a translation should look like music of
any genre, too, and not only have what tells the target from the source. In the authors' code these
discriminators learn, but no generator is told what they say; here the generators are.

Shape legend: N = images of a minibatch, C, H, W = image.
"""

import copy
from collections.abc import Mapping
from typing import Literal, final

import torch
from torch import Tensor, nn

from gan_lab import seeding

SOURCES = {"base": "", "partial": "ab", "full": "abc"}
Kind = Literal["base", "partial", "full"]


@final
class ExtraDiscriminators(nn.Module):
    """One for each set, which tells translations to it from real images of all sets mixed.

    Args:
        kind: which sets are mixed: those that are translated, or a third one with them, each with
            an equal share; `base`: there are no extra discriminators.
        weight: of what they learn and teach, gamma in equation 8.
        discriminators: those of each set, whose untrained copies they are.
    """

    def __init__(self, kind: Kind, weight: float, discriminators: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.sources, self.weight = SOURCES[kind], weight
        copied = discriminators if self.sources else {}
        self.networks = nn.ModuleDict({name: copy.deepcopy(copied[name]) for name in copied})

    def draws(self, n: int, device: torch.device, *address: int | str) -> dict[str, Tensor]:
        """Return which set each of `n` mixed images is of."""
        if not self.sources:
            return {}
        generator = seeding.generator(device, *address)
        high = len(self.sources)
        return {"mixed": torch.randint(high, (n,), generator=generator, device=device)}

    def mixed(self, real: Mapping[str, Tensor], drawn: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return real images of all sets, `(N, C, H, W)`, by the name `mixed`.

        Args:
            real: a minibatch of each set.
            drawn: by `draws`, for this device.
        """
        if not self.sources:
            return {}
        sets_SNCHW = torch.stack([real[name] for name in self.sources])
        places_N = torch.arange(sets_SNCHW.shape[1], device=sets_SNCHW.device)
        return {"mixed": sets_SNCHW[drawn["mixed"], places_N]}
