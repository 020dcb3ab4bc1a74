"""Heat maps of classes over the iterations."""

from xml.etree import ElementTree

import numpy as np
import pytest

from gan_lab.figures.heat_map import heat_map
from tests.figures.svg_parts import places, texts


def test_the_heat_map_names_classes_and_iterations_and_says_percentages():
    shares = np.array([[0.5, 0.9], [0.5, 0.1]])

    svg = heat_map("map", "Shares", shares, ["cats", "dogs"], [1000, 2000])

    assert {"cats", "dogs", "1,000", "2,000", "50", "90", "10"} <= set(texts(svg))
    assert svg.count("data:image/png;base64,") == 2  # the map and its scale


@pytest.mark.parametrize("name", ["0", "automobile", "a class of many words"])
def test_names_of_classes_have_room_beside_the_heat_map(name):
    svg = heat_map("map", "Shares", np.full((2, 3), 0.5), [name, "cat"], [1, 2, 3])

    nodes = ElementTree.fromstring(svg).iter()
    end = next(float(node.get("x")) for node in nodes if node.text == name)
    assert end - 6 * len(name) >= 25  # pixels of a letter, and of the axis' own name


@pytest.mark.parametrize(
    "names", [["零", "一つ目のクラス", "عربي", "👍"], ["x" * 300, "$x^2$", "a\nb", "<b>&"]]
)
def test_names_in_any_letters_are_left_to_the_browser_and_cut_where_they_are_long(names):
    svg = heat_map("map", "Shares", np.full((4, 2), 0.25), names, [1, 2])

    found, _ = places(svg)
    assert {name for name in names if len(name) < 9 and "\n" not in name} <= set(found)
    assert all(x >= 20 for x, _ in found.values())
    assert max(map(len, found)) < 40


def test_a_single_class_can_be_read():
    svg = heat_map("map", "Shares", np.array([[1.0, 1.0]]), ["one"], [1, 2])

    assert 'fill="#111111"' in svg  # dark on the brightest


def test_a_heat_map_names_round_iterations():
    columns = list(range(1000, 25_000, 1000))

    svg = heat_map("map", "Shares", np.full((2, 24), 0.5), ["a", "b"], columns)

    assert [text for text in texts(svg) if "," in text] == [
        f"{n:,}" for n in range(2000, 25_000, 2000)
    ]


def test_a_thousand_classes_are_not_all_named():
    svg = heat_map("map", "t", np.full((1000, 3), 0.001), [f"c{n}" for n in range(1000)], [1, 2, 3])

    assert len([text for text in texts(svg) if text.startswith("c") and text != "class"]) <= 25
