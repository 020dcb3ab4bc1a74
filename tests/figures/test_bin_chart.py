"""Bins of the real images, and how many generated ones they hold."""

from gan_lab.figures.bin_chart import bin_chart
from tests.figures.svg_parts import texts


def test_different_bins_are_coloured_apart():
    svg = bin_chart("bins", "Bins", [10, 10, 10, 10], [0, 5, 20, 15], [True, False, True, False])

    assert svg.count('fill="var(--series-1)"') == svg.count('fill="var(--series-0)"') == 3
    assert "generated, different" in texts(svg)


def test_bins_without_images_are_drawn_empty():
    assert "<svg" in bin_chart("bins", "t", [0, 0], [0, 0], [False, True])
