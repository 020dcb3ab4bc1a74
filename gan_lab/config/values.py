"""Does a value fit a type, and how to say so in a message."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin


def fits(value: Any, hint: Any) -> bool:
    """Return whether `value`, plain data, is of the type `hint`; whole numbers pass as floats."""
    if get_origin(hint) in (Union, UnionType):
        return any(fits(value, option) for option in get_args(hint))
    if hint is Any:
        return True
    if get_origin(hint) is tuple and ... not in get_args(hint):
        return (
            isinstance(value, list)
            and len(value) == len(get_args(hint))
            and all(map(fits, value, get_args(hint)))
        )
    if get_origin(hint) is not None and issubclass(get_origin(hint), Sequence):
        item = get_args(hint)[0]
        return isinstance(value, list) and all(fits(element, item) for element in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def shown(value: Any) -> str:
    """Return `value` as it would be typed."""
    words = {"None": "null", "True": "true", "False": "false"}
    return words.get(str(value), str(value))


def described(hint: Any) -> str:
    """Return the type `hint` in a person's words."""
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(described(option) for option in get_args(hint))
    if get_origin(hint) is tuple and ... not in get_args(hint):
        return f"a list of {len(get_args(hint))}"
    if hint is list or get_origin(hint) is not None:
        return "a list"
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a word",
        NoneType: "null",
    }
    return words.get(hint, f"of type {hint}")
