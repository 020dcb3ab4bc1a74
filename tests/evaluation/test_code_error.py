"""The error of codes as a classifier: exact counts, and a half each to match and to count."""

import pytest
import torch
from torch.nn.functional import one_hot

from gan_lab.data.base import Images
from gan_lab.evaluation.code_error import CodeError, match
from gan_lab.evaluation.held_out import HeldOut

N, CLASSES = 1000, ("a", "b", "c")


def asked(labels, classify, k=3):
    """Return the error of a classifier that is told the labels, which are the images' pixels."""
    images = Images(labels[:, None, None, None].to(torch.uint8), labels, CLASSES)
    metric = CodeError()
    metric.attach(HeldOut.labelled("test", images, lambda pixels: pixels.float()))
    return metric(lambda pixels: one_hot(classify(pixels.flatten().long()), k).float())


def labels(n=N):
    return torch.randint(3, (n,), generator=torch.Generator().manual_seed(0))


def test_a_code_that_is_the_class_by_another_number_makes_no_error():
    permuted = torch.tensor([2, 0, 1])

    assert asked(labels(), lambda true: permuted[true]) == {"code_error": 0}


def test_two_classes_of_one_code_cost_the_rarer_one():
    found = asked(labels(), lambda true: true.clamp(max=1))

    assert found["code_error"] == pytest.approx(1 / 3, abs=0.05)


def test_one_code_for_all_is_as_good_as_the_commonest_class():
    found = asked(labels(), torch.zeros_like)

    assert found["code_error"] == pytest.approx(2 / 3, abs=0.05)


def test_a_class_of_two_codes_counts_one_of_them():
    halves = torch.arange(N) % 2  # class 0 is divided into the codes 0 and 3

    def classify(true):
        return torch.where((true == 0) & (halves[: len(true)] == 0), 3, true)

    found = asked(labels(), classify, k=4)

    assert found["code_error"] == pytest.approx(1 / 6, abs=0.05)


def test_chance_is_not_flattered_by_the_best_of_all_assignments():
    random = torch.Generator().manual_seed(1)
    found = [
        asked(labels(40), lambda true: torch.randint(3, true.shape, generator=random))
        for _ in range(200)
    ]

    errors = torch.tensor([each["code_error"] for each in found])
    assert errors.mean().item() == pytest.approx(2 / 3, abs=0.03)


def test_images_without_a_label_do_not_count():
    some = labels()
    some[::2] = -1

    assert asked(some, lambda true: true)["code_error"] == 0


def test_the_assignment_is_the_best_of_all_not_a_greedy_one():
    # Greedy takes 0 for 0 (5 of them) and is left with 0 right ones for 1; the best has 4 + 4.
    codes = torch.tensor([0] * 5 + [0] * 4 + [1] * 4)
    true = torch.tensor([0] * 5 + [1] * 4 + [0] * 4)

    assert match(codes, true, 2, 2).tolist() == [1, 0]
    assert match(codes, true, 3, 2).tolist() == [1, 0, -1]
