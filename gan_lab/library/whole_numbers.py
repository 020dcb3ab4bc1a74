"""Whole numbers that somebody's program gives, of any library."""

import operator
from typing import Any

from gan_lab.errors import ConfigError


def whole(name: str, value: Any, least: int = 0) -> int:
    """Return a number as Python's own, since random numbers depend on how it is written.

    Args:
        name: for the message.
        value: such as 3 or `np.int64(3)`.
        least: that it may be.

    Raises:
        ConfigError: it is not whole, or too small.
    """
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if number < least:
        raise ConfigError(f"{name}={value} must be a whole number of at least {least}.")
    return number
