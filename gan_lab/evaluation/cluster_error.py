"""The error of clusters of real images, each of which gets one class, as a classifier.

Shape legend: N = images, K = clusters.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.evaluation.code_error import halves
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric


@final
class ClusterError(ModelMetric):
    """`cluster_error`: the share of images that are not of the class of their cluster.

    A cluster's class is that of most of its images, in one half of them, and errors are counted on
    the other half. `cluster_error_one_label` knows one label per cluster, that of the image which
    is the likeliest to be in it: so Makhzani et al., 2016, arXiv:1511.05644, section 6, who take it
    from a validation set.

    Several clusters may be of one class, unlike codes in `code_error`: more of them make fewer
    errors, and none if each image has its own. So compare as many.
    """

    asks: ClassVar = "classify"
    of_codes: ClassVar = True

    def __call__(self, classify: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return both errors on the second half of the images, which are in random order."""
        logits_NK, labels = self.known.logits(classify), self.known.labels
        first, second = halves(len(labels))
        clusters = logits_NK.argmax(dim=1)
        likeliest = logits_NK[first].log_softmax(dim=1).argmax(dim=0)
        classes = {
            "cluster_error": majority(clusters[first], labels[first], logits_NK.shape[1]),
            "cluster_error_one_label": labels[first][likeliest],
        }
        return {
            name: (of_cluster[clusters[second]] != labels[second]).double().mean().item()
            for name, of_cluster in classes.items()
        }

    @property
    def better(self) -> Mapping[str, Better]:
        """Fewer errors."""
        return {"cluster_error": "lower", "cluster_error_one_label": "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """None."""
        return {"cluster_error": 0.0, "cluster_error_one_label": 0.0}


def majority(clusters_N: Tensor, labels_N: Tensor, k: int) -> Tensor:
    """Return the commonest class of each cluster `(K,)`, -1 of one without images.

    Args:
        clusters_N: int64.
        labels_N: int64.
        k: K.
    """
    n_classes = int(labels_N.max()) + 1
    counts = (clusters_N * n_classes + labels_N).bincount(minlength=k * n_classes)
    most, classes = counts.reshape(k, n_classes).max(dim=1)
    return torch.where(most > 0, classes, -1)
