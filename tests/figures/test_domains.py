"""Features of two domains in the plane."""

import numpy as np
import pytest

from gan_lab.figures.domains import in_the_plane, scatter_of_domains


def test_the_plane_is_that_of_the_largest_variances_of_both_domains_together():
    random = np.random.default_rng(0)
    numbers = random.normal(size=(400, 5)) * [0.1, 30, 0.1, 3, 0.1]
    features = {"source": numbers[:300] + 7, "target": numbers[300:] + 7}

    plane, share = in_the_plane(features)

    assert {name: points.shape for name, points in plane.items()} == {
        "source": (300, 2),
        "target": (100, 2),
    }
    both = np.concatenate(list(plane.values()))
    centred = numbers - numbers.mean(axis=0)
    for place, column in enumerate((1, 3)):
        assert abs(np.corrcoef(both[:, place], centred[:, column])[0, 1]) > 0.99
    expected = numbers.var(axis=0)
    assert share == pytest.approx(expected[[1, 3]].sum() / expected.sum(), abs=1e-3)


def test_domains_and_classes_have_colours_of_their_own():
    source, target = np.array([[-1.0, 0.0]] * 5), np.array([[1.0, 0.0]] * 5)
    labels = {"source": np.array([0] * 5), "target": np.array([1] * 5)}

    picture = scatter_of_domains({"source": source, "target": target}, labels, ["zero", "one"])

    pixels = np.asarray(picture)
    by_domain, by_class = pixels[:, :525], pixels[:, 525:]
    assert colours(by_domain) == colours(by_class) == {"blue", "orange"}
    # Without labels the same dots have no colour of a class.
    unknown = scatter_of_domains({"source": source, "target": target}, dict.fromkeys(labels), [])
    assert colours(np.asarray(unknown)[:, 525:]) == set()


def colours(pixels):
    red, blue = pixels[..., 0].astype(int), pixels[..., 2].astype(int)
    found = {"orange": red - blue > 60, "blue": blue - red > 60}
    return {name for name, where in found.items() if where.any()}


def test_features_that_are_all_the_same_have_a_place():
    features = {"source": np.ones((3, 4)), "target": np.ones((2, 4))}

    plane, share = in_the_plane(features)

    assert not plane["source"].any()
    assert share == 0.0
