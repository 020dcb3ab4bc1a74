"""The Inception Score: images that the 2015 network is sure of, of many different classes.

Salimans et al., 2016, arXiv:1606.03498, section 4. Shape legend: N = images, K = classes.
"""

from collections.abc import Mapping
from typing import Annotated, final

import torch
from torch import Tensor
from torchmetrics.utilities import dim_zero_cat

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.inception import Inception
from gan_lab.evaluation.metric import Better, SampleMetric, random_part
from gan_lab.evaluation.samples import Samples
from gan_lab.ranges import Range


@final
class InceptionScore(SampleMetric):
    """`inception_score`: `exp E[KL(p(y|x) || p(y))]`, mean and deviation over parts of the images.

    As in the authors' code the logits have no bias. It knows nothing of the real images, and says
    nothing of data that are unlike ImageNet; `fit` scores the real ones for comparison.

    Args:
        extractor: see `SampleMetric`.
        primary: see `SampleMetric`.
        splits: parts of the images, each scored by itself.
    """

    def __init__(
        self,
        extractor: str,
        primary: bool = True,
        splits: Annotated[int, Range(1, 1000)] = 10,
    ) -> None:
        super().__init__(extractor, primary)
        self.splits = splits
        self.add_state("logits", [], dist_reduce_fx="cat")
        self.add_state("positions", [], dist_reduce_fx="cat")

    @classmethod
    def applies_to(cls, extractor: Extractor) -> bool:
        """Return whether it is the network of 2015, with its classifier."""
        return isinstance(extractor, Inception) and extractor.classifier is not None

    def attach(self, extractor: Extractor) -> None:
        """Take the classifier."""
        self.classifier = extractor.classifier

    @property
    def sensible_from(self) -> int:
        """Two images in each part."""
        return 2 * self.splits

    def fit(self, real: Samples) -> None:
        """Score the real images."""
        logits = self._logits(real)
        score, _ = inception_score(random_part(logits, len(logits), self.draw), self.splits)
        self.register_buffer("real", torch.tensor(score, dtype=torch.float64))

    def update(self, generated: Samples) -> None:
        """Keep the logits."""
        self.logits.append(self._logits(generated))
        self.positions.append(generated.positions)

    def compute(self) -> dict[str, float]:
        """Return mean and standard deviation over the parts."""
        logits = dim_zero_cat(self.logits)[dim_zero_cat(self.positions).argsort()]
        self.need(len(logits))
        mean, deviation = inception_score(logits, self.splits)
        return {
            "inception_score": mean,
            "inception_score_std": deviation,
            "inception_score_real": self.real.item(),
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """From 1, where all images look alike, to the number of classes."""
        return {"inception_score": "higher"}

    @property
    def perfect(self) -> Mapping[str, str]:
        """What the real images get."""
        return {"inception_score": "inception_score_real"}

    def _logits(self, samples: Samples) -> Tensor:
        return samples.features @ self.classifier.to(samples.features.device).T


def inception_score(logits_NK: Tensor, splits: int) -> tuple[float, float]:
    """Return mean and standard deviation, divided by their number, over as many equal parts."""
    scores = []
    for part in logits_NK.tensor_split(splits):
        log_shares = part.double().log_softmax(dim=1)
        shares = log_shares.exp()
        overall = shares.mean(dim=0)
        divergence = (shares * log_shares).sum(dim=1).mean() - torch.xlogy(overall, overall).sum()
        scores.append(divergence.exp())
    scores = torch.stack(scores)
    return scores.mean().item(), scores.std(correction=0).item()
