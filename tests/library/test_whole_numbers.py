"""Whole numbers of any library become Python's; others are refused."""

import numpy as np
import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.library.whole_numbers import whole


@pytest.mark.parametrize("value", [3, np.int64(3), torch.tensor(3)])
def test_whole_numbers_become_pythons(value):
    assert type(whole("n", value)) is int
    assert whole("n", value, least=3) == 3


@pytest.mark.parametrize("value", [2, -1, 3.0, True, "3", None])
def test_others_are_refused_by_name(value):
    with pytest.raises(ConfigError, match=f"n={value} must be a whole number of at least 3"):
        whole("n", value, least=3)
