"""Which classes lie on a path, counted on paths written down by hand."""

import torch

from gan_lab.assembly.judge import Verdict
from gan_lab.tasks.interpolate import labels_of, lies_between, table

NAMES = ("one", "two", "three")


def paths(*rows):
    return torch.tensor(rows)


def test_a_class_lies_between_if_it_is_at_neither_end():
    found = lies_between(paths([0, 2, 1, 1], [0, 0, 1, 2], [2, 0, 1, 0]), 3)

    assert found.tolist() == [
        [False, False, True],
        [False, True, False],
        [False, True, False],
    ]


def test_a_step_without_a_class_counts_for_none():
    assert not lies_between(paths([0, -1, -1, 1]), 3).any()


def test_the_table_counts_paths_and_those_where_the_classifier_is_sure():
    seen = Verdict(
        paths([0, 2, 2, 1], [0, 2, 0, 1], [0, 0, 1, 1], [0, 2, 2, 2]),
        torch.tensor([[1.0, 0.5, 0.95, 1], [1, 0.5, 0.5, 1], [1, 1, 1, 1], [1, 1, 1, 0.1]]),
    )

    lines = table(seen, NAMES, 0.9)

    assert [line.split() for line in lines[2:]] == [
        ["three", "2", "(50.0%)", "1", "(25.0%)"],
        ["none", "2", "(50.0%)"],
    ]


def test_a_question_mark_stands_where_the_classifier_is_not_sure():
    seen = Verdict(paths([0, 1], [2, 2]), torch.tensor([[0.95, 0.5], [1.0, 1.0]]))

    assert labels_of(seen, NAMES, 0.9) == [["one", "two?"], ["three", "three"]]
