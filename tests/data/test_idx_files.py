"""The idx format; the routes to files in it are tested with MNIST's."""

import io

import numpy as np

from gan_lab.data.idx_files import read_idx, write_idx


def test_the_idx_format_goes_both_ways():
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    raw = write_idx(array)
    assert io.BytesIO(raw).read(16) == bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4])
    np.testing.assert_array_equal(read_idx(raw), array)
