"""Does a value fit the type of an argument or a key, and how to say so in a message."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from gan_lab.config.suggestions import same_value
from gan_lab.errors import did_you_mean
from gan_lab.ranges import LARGEST, Length, Range
from gan_lab.schedules import Course, fault_of_course, is_course

LIMITS = (Range, Length)


def fits(value: Any, hint: Any) -> bool:
    """Return whether `value`, plain data, is of the type `hint` and within its `Range` or `Length`.

    Whole numbers pass as floats. What is not finite fits only where a range says so.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        limits = [limit for limit in arguments[1:] if isinstance(limit, LIMITS)]
        ranged = any(isinstance(limit, Range) for limit in limits)
        typed = _is_number(value, arguments[0]) if ranged else fits(value, arguments[0])
        return typed and all(limit.fits(value) for limit in limits)
    if origin in (Union, UnionType):
        if Course in arguments and is_course(value):
            others = [option for option in arguments if option is not Course]
            ends = [end for part in value.values() if isinstance(part, list) for end in part]
            return not fault_of_course(value) and all(fits(end, Union[*others]) for end in ends)
        return any(fits(value, option) for option in arguments)
    if origin is Literal:
        return any(value == word and type(value) is type(word) for word in arguments)
    if hint is Any:
        return True
    if origin is tuple and ... not in arguments:
        return (
            isinstance(value, list)
            and len(value) == len(arguments)
            and all(map(fits, value, arguments))
        )
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, dict)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return isinstance(value, list) and all(fits(element, arguments[0]) for element in value)
    if is_typeddict(hint):
        hints = get_type_hints(hint, include_extras=True)
        return (
            isinstance(value, dict)
            and value.keys() == hints.keys()
            and all(fits(value[name], hints[name]) for name in hints)
        )
    if hint in (int, float):
        return _is_number(value, hint) and math.isfinite(value) and abs(value) <= _most(value)
    return isinstance(value, hint) if isinstance(hint, type) else True


def _is_number(value: Any, hint: Any) -> bool:
    kinds = int if hint is int else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool)


def _most(value: float) -> float:
    return LARGEST if isinstance(value, int) else math.inf


def shown(value: Any) -> str:
    """Return `value` as it would be typed."""
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def described(hint: Any) -> str:
    """Return the type `hint` in a person's words."""
    return _described(hint, plural=False)


def _described(hint: Any, *, plural: bool) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        limits = " ".join(filter(None, map(str, arguments[1:])))
        if any(isinstance(limit, Length) for limit in arguments[1:]):
            elements = get_args(arguments[0])[0]
            return f"a list {limits} {_described(elements, plural=True)}"
        return f"{_described(arguments[0], plural=plural)} {limits}".rstrip()
    if origin in (Union, UnionType):
        named = [
            list(map(shown, get_args(option)))
            if get_origin(option) is Literal
            else [_described(option, plural=plural)]
            for option in arguments
        ]
        return _either([name for names in named for name in names])
    if origin is Literal:
        return _either(list(map(shown, arguments)))
    if origin is tuple and ... not in arguments:
        return f"a list of {len(arguments)} {_described(arguments[0], plural=True)}"
    if hint is list or hint is tuple:
        return "a list"
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return f"a list of {_described(arguments[0], plural=True)}"
    if is_typeddict(hint):
        parts = get_type_hints(hint, include_extras=True).items()
        inside = ", ".join(f"{name}: {_described(part, plural=False)}" for name, part in parts)
        return f"groups of {inside}" if plural else f"a group of {inside}"
    words = {
        int: ("a whole number", "whole numbers"),
        float: ("a number", "numbers"),
        bool: ("true or false", "true or false"),
        str: ("a word", "words"),
        NoneType: ("null", "null"),
        Course: ("a course such as {linear: [1, 0.5], iterations: 1000}", "courses"),
    }
    return words[hint][plural] if hint in words else f"of type {hint}"


def _either(options: list[str]) -> str:
    *others, last = options
    return f"{', '.join(others)} or {last}" if others else last


def complaint(key: str, value: Any, hint: Any) -> str:
    """Return the sentence that says why `key=value` is refused, where `hint` is what fits."""
    said = f"{key}={shown(value)}"
    if not isinstance(value, dict):
        hint = _without_course(hint)  # nobody has tried to write one
    known = sorted(map(shown, _words(hint)))
    if known and isinstance(value, str | int | float):
        if (other := same_value(key, shown(value))) in known:
            return f"{said} is not known. Type {key}={other}."
        return f"{said} is not known.{did_you_mean(shown(value), known)}"
    if isinstance(value, int) and abs(value) > LARGEST:
        return f"{said} must be {described(hint)} that fits into 64 bits."
    if isinstance(value, dict) and is_course(value) and (fault := fault_of_course(value)):
        return f"{said} must be {described(hint)}; {fault}."
    meant = _whole(value)
    remedy = f" Type {key}={meant}." if meant is not None and fits(meant, hint) else ""
    return f"{said} must be {described(hint)}.{remedy}"


def _without_course(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    return reduce(or_, [option for option in get_args(hint) if option is not Course])


def _whole(value: Any) -> int | None:
    """Return the whole number that 1e3, 50k, 5_000 or '7' stands for, or None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if found := re.fullmatch(r"([\d_]+)(\.\d+)?([kKmM]?)", value if isinstance(value, str) else ""):
        number = float(f"{found[1].replace('_', '') or 0}{found[2] or ''}")
        scaled = number * {"": 1, "k": 1_000, "m": 1_000_000}[found[3].lower()]
        return int(scaled) if scaled.is_integer() else None
    return None


def _words(hint: Any) -> list[Any]:
    """Return the words of a closed list, which may be null as well; nothing for another hint."""
    options = [hint]
    if get_origin(hint) in (Union, UnionType):
        options = [option for option in get_args(hint) if option is not NoneType]
    if any(get_origin(option) is not Literal for option in options):
        return []
    return [word for option in options for word in get_args(option)]
