"""Feature matching: to D's last hidden layer, generated images look like real ones on average."""

from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor

from gan_lab.losses.adversarial import full_precision
from gan_lab.losses.terms import Judged, PhaseOutputs, Term


@final
@dataclass(frozen=True, kw_only=True)
class FeatureMatching(Term):
    """`|E[f(x)] - E[f(G(z))]|^2`, with `f` the features that D's last layer weighs, for G.

    Salimans et al., 2016, arXiv:1606.03498, section 3.1. The squares of all features are summed, as
    in the paper; its authors' code takes their mean.
    """

    phases: ClassVar = ("generator",)
    mixes_images: ClassVar = True
    needs_features: ClassVar = True
    needs_real: ClassVar = True

    def __call__(self, phase: PhaseOutputs) -> Tensor:
        """Return the squared distance between the mean features of the whole minibatch."""

        def mean_features(judged: Judged) -> Tensor:
            return phase.mean_over_devices(full_precision(judged.features).mean(dim=0))

        return (mean_features(phase.real) - mean_features(phase.fake)).square().sum()
