"""Blocks of rows, side by side under their names."""

import numpy as np

from gan_lab.figures.traversals import traversals


def test_each_variable_has_a_block_with_a_row_per_value():
    dark, bright = (np.full((3, 5, 1, 28, 28), level, np.uint8) for level in (0, 255))

    one, two = traversals({"a": dark}), traversals({"a": dark, "b": bright})

    assert two.width > 2 * one.width
    assert two.height == one.height
    pixels = np.asarray(two.convert("L"))
    assert pixels[60:, : one.width].mean() < 60 < 200 < pixels[60:, -one.width :].mean()
