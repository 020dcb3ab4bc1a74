"""Codes in the plane: dots of each class over the prior."""

import numpy as np

from gan_lab.figures.codes import scatter_of_codes

CODES = np.array([[0.0, 0.0], [1.0, 1.0]])
PRIOR = np.array([[-1.0, 1.0], [1.0, -1.0]])


def colours(picture):
    return {tuple(pixel) for pixel in np.asarray(picture).reshape(-1, 3)}


def test_each_class_has_its_colour_and_the_prior_is_gray():
    seen = colours(scatter_of_codes(CODES, np.array([0, 1]), PRIOR, ("cat", "dog")))

    assert {(31, 119, 180), (255, 127, 14), (217, 217, 217)} <= seen


def test_without_labels_or_with_many_classes_all_have_one():
    names = tuple(map(str, range(100)))
    for labels, known in ((None, ()), (np.array([0, 1]), names)):
        seen = colours(scatter_of_codes(CODES, labels, PRIOR, known))
        assert (31, 119, 180) in seen
        assert (255, 127, 14) not in seen
