"""Nested dictionaries by their dotted keys, as in `optimizer.lr`."""

from collections.abc import Mapping
from typing import Any


def leaves(node: Any, prefix: str = "") -> dict[str, Any]:
    """Return every value of a nested dictionary by its dotted key; lists count as values.

    Args:
        node: what is nested.
        prefix: of all keys, ending with a dot.
    """
    if isinstance(node, Mapping) and (node or not prefix):
        found: dict[str, Any] = {}
        for key, value in node.items():
            found |= leaves(value, f"{prefix}{key}.")
        return found
    return {prefix.removesuffix("."): node}
