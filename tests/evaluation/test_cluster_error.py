"""The error of clusters as a classifier: exact counts, and who gives a cluster its class."""

import torch
from torch.nn.functional import one_hot

from gan_lab.data.base import Images
from gan_lab.evaluation.cluster_error import ClusterError, majority
from gan_lab.evaluation.code_error import halves
from gan_lab.evaluation.held_out import HeldOut

N, CLASSES = 1000, ("a", "b", "c")
SHARES = torch.tensor([0.5, 0.35, 0.15])
LABELS = torch.multinomial(SHARES, N, replacement=True, generator=torch.Generator().manual_seed(0))


def asked(logits_NK, labels=LABELS):
    """Return the errors of a classifier with these logits; the images are their places."""
    pixels = torch.arange(len(labels)).int()[:, None, None, None]
    images = Images(pixels, labels, CLASSES)
    metric = ClusterError()
    metric.attach(HeldOut.labelled("test", images, lambda pixels: pixels))
    return metric(lambda places: logits_NK[places.flatten().long()])


def sure(clusters, k):
    return 9.0 * one_hot(clusters, k).float()


def test_two_clusters_of_one_class_make_no_error():
    clusters = torch.where(LABELS == 0, torch.arange(N) % 2, LABELS + 1)

    found = asked(sure(clusters, 5))

    assert found == {"cluster_error": 0, "cluster_error_one_label": 0}


def test_two_classes_of_one_cluster_cost_the_rarer_one():
    found = asked(sure(LABELS.clamp(max=1), 2))

    _, second = halves(N)
    assert found["cluster_error"] == (LABELS[second] == 2).double().mean().item()


def test_one_label_is_that_of_the_image_which_is_likeliest_in_the_cluster():
    logits = sure(torch.zeros_like(LABELS), 2)
    first, second = halves(N)
    logits[first[LABELS[first] == 2][3], 0] = 10.0

    found = asked(logits)

    assert found["cluster_error_one_label"] == (LABELS[second] != 2).double().mean().item()
    assert found["cluster_error"] == (LABELS[second] != 0).double().mean().item()


def test_likely_is_a_probability_not_a_large_logit():
    logits = sure(LABELS, 3)
    first, _ = halves(N)
    logits[first[LABELS[first] == 0][0]] = torch.tensor([100.0, 99.9, 0.0])

    assert asked(logits)["cluster_error_one_label"] == 0


def test_errors_are_not_counted_on_the_images_that_name_the_clusters():
    clusters = torch.arange(N)  # of one image each: on the same images none would be wrong

    assert asked(sure(clusters, N))["cluster_error"] == 1


def test_a_cluster_without_images_has_no_class():
    clusters, labels = torch.tensor([0, 0, 0, 2]), torch.tensor([1, 1, 0, 0])

    assert majority(clusters, labels, 4).tolist() == [1, -1, 0, -1]
