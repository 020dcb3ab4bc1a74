"""Words of a command line as Hydra reads them, overrides of the form key=value."""

from collections.abc import Iterator
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException


def parse(word: str) -> Override:
    """Return what Hydra makes of `word`.

    Raises:
        ValueError: it is not of the form key=value.
    """
    try:
        override = OverridesParser.create().parse_override(word)
    except (HydraException, RecursionError) as error:
        raise ValueError(word) from error
    if not override.key_or_group:
        raise ValueError(word)
    return override


def group_of(key: str) -> str:
    """Return the group that a word's key chooses an option of; in `data@data.a` that is data."""
    return key.partition("@")[0]


def key_of(override: Override) -> str:
    """Return the key or group that `override` is about, without the signs in front of it."""
    return override.get_key_element().lstrip("+~")


def values(node: Any) -> Iterator[Any]:
    """Yield every single value in `node`, keys of mappings included."""
    if isinstance(node, dict):
        yield from values([*node.keys(), *node.values()])
    elif isinstance(node, list):
        for value in node:
            yield from values(value)
    else:
        yield node
