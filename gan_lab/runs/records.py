"""Checks of the values in a run's records.

A check takes a value and returns it in a form that pages may trust, or raises `DamageError`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gan_lab.runs.parsing import DEEPEST, MOST_VALUES, DamageError
from gan_lab.terminal import printable

Check = Callable[[Any], Any]

LARGEST = 1e100  # of a number; a diverged loss is smaller
MOST = 10**15  # of what is counted
LONGEST = 10_000  # characters, and entries of a list or table
WORDS = {
    dict: "a table", list: "a list", str: "a word", bool: "true or false", int: "a number",
    float: "a number", type(None): "nothing",
}  # fmt: skip


def count(value: Any) -> int:
    """Take a whole number from 0 on."""
    if type(value) is not int or not 0 <= value <= MOST:
        raise _is(value, "a count")
    return value


def whole(value: Any) -> int:
    """Take a whole number such as a seed."""
    if type(value) is not int or abs(value) >= 1 << 64:
        raise _is(value, "a whole number")
    return value


def number(value: Any) -> float:
    """Take a finite number."""
    if type(value) not in (int, float) or not abs(value) <= LARGEST:
        raise _is(value, "a finite number")
    return value


def duration(value: Any) -> float:
    """Take seconds."""
    if number(value) < 0:
        raise _is(value, "a duration")
    return value


def flag(value: Any) -> bool:
    """Take true or false."""
    if type(value) is not bool:
        raise _is(value, "true or false")
    return value


def text(value: Any) -> str:
    """Take a word or sentence; it is printable afterwards."""
    if type(value) is not str or len(value) > LONGEST:
        raise _is(value, "a word")
    return printable(value)


def one_of(*words: str) -> Check:
    """Take one of these words."""

    def check(value: Any) -> str:
        if value not in words:
            raise _is(value, f"{', '.join(words[:-1])} or {words[-1]}")
        return value

    return check


def optional(check: Check) -> Check:
    """Take nothing, or what `check` takes."""
    return lambda value: None if value is None else check(value)


def either(check: Check, other: Check) -> Check:
    """Take what `check` takes, or what `other` takes."""

    def check_both(value: Any) -> Any:
        try:
            return check(value)
        except DamageError:
            return other(value)

    return check_both


def each(check: Check) -> Check:
    """Take a list of what `check` takes."""

    def check_all(value: Any) -> list:
        if type(value) is not list or len(value) > LONGEST:
            raise _is(value, "a list")
        return [check(entry) for entry in value]

    return check_all


def by_name(check: Check) -> Check:
    """Take a table from words to what `check` takes."""

    def check_all(value: Any) -> dict[str, Any]:
        if type(value) is not dict or len(value) > LONGEST:
            raise _is(value, "a table")
        return {text(name): check(entry) for name, entry in value.items()}

    return check_all


def fields(checks: Mapping[str, Check], needed: Sequence[str] = ()) -> Check:
    """Take a table with these fields; others are left out."""

    def check_all(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _is(value, "a table")
        for name in needed:
            if name not in value:
                raise DamageError(f"lacks {name}")
        found = {}
        for name in (name for name in checks if name in value):
            try:
                found[name] = checks[name](value[name])
            except DamageError as error:
                raise DamageError(f"has a {name} that {error}") from error
        return found

    return check_all


def nested(key: Check, value: Check) -> Check:
    """Take tables and lists in one another, no deeper or longer than any configuration.

    Args:
        key: takes the keys of the tables.
        value: takes what is neither a table nor a list.
    """

    def copy_all(whole_tree: Any) -> Any:
        room = [MOST_VALUES]

        def copy(node: Any, depth: int) -> Any:
            room[0] -= 1
            if depth > DEEPEST or room[0] < 0:
                raise DamageError("is deeper or longer than any configuration")
            if type(node) is dict:
                return {key(name): copy(entry, depth + 1) for name, entry in node.items()}
            if type(node) is list:
                return [copy(entry, depth + 1) for entry in node]
            return value(node)

        return copy(whole_tree, 0)

    return copy_all


def plain(value: Any) -> Any:
    """Take a word, a number, true, false or nothing."""
    if type(value) is str:
        return text(value)
    if type(value) is int:
        return whole(value)
    if value is not None and type(value) not in (bool, float):
        raise DamageError("holds more than words and numbers")
    return value


tree = nested(lambda key: text(str(key)), plain)


def table(value: Any) -> dict[str, Any]:
    """Take a `tree` that is a table."""
    if type(value) is not dict:
        raise _is(value, "a table")
    return tree(value)


def _is(value: Any, wanted: str) -> DamageError:
    kind = WORDS.get(type(value), "something else")
    return DamageError(f"is {kind} out of range" if kind == wanted else f"is {kind}, not {wanted}")


def bins(value: Any) -> dict[str, list]:
    """Take the bins of NDB, or an empty table."""
    found = fields({"real": each(count), "generated": each(count), "different": each(flag)})(value)
    if found and (
        len({len(column) for column in found.values()}) != 1
        or len(found) != 3
        or not sum(found["real"])
        or not sum(found["generated"])
    ):
        raise DamageError("is no table of bins")
    return found


def evaluation(value: Any) -> dict[str, Any]:
    """Take `evaluation/ITERATION.json`."""
    found = fields(
        {
            "iteration": count,
            "metrics": by_name(optional(number)),
            "classes": each(text),
            "histogram": each(count),
            "bins": bins,
            "by_class": by_name(each(optional(number))),
            "protocol": table,
        },
        needed=["iteration"],
    )(value)
    classes, histogram = (len(found.get(name, ())) for name in ("classes", "histogram"))
    if classes and histogram and classes != histogram:
        raise DamageError(f"counts {histogram} classes and names {classes}")
    for name, values in found.get("by_class", {}).items():
        if len(values) != classes:
            raise DamageError(f"has {len(values)} numbers of {name} and names {classes} classes")
    return found


REPEATS: Mapping[str, Check] = {
    "iteration": count,
    "metrics": by_name(optional(number)),
    "std": by_name(optional(number)),
    "repeats": each(table),
    "perfect": by_name(either(number, text)),
    "protocol": table,
}

START: Mapping[str, Check] = {
    "reference": by_name(number),
    "watched": each(text),
    "better": by_name(one_of("lower", "higher")),
    "perfect": by_name(either(number, text)),
    "units": by_name(text),
    "monitor": text,
    "best_since": count,
    "seed": whole,
    "evaluation": table,
    "versions": by_name(text),
    "hardware": fields(
        {"device": text, "name": text, "processes": count, "cores": optional(count),
         "precision": text},
        needed=["name", "processes", "precision"],
    ),
}  # fmt: skip

SUMMARY: Mapping[str, Check] = {
    **START,
    "status": one_of("finished", "interrupted", "failed"),
    "iterations": count,
    "images_seen": count,
    "seconds": duration,
    "images_per_second": number,
    "metrics": by_name(
        fields(
            {"last": number, "best": optional(number), "best_iteration": optional(count)},
            needed=["last", "best", "best_iteration"],
        )
    ),
    "collapses": each(
        fields(
            {"iteration": count, "metric": text, "value": number, "best": number,
             "best_iteration": count, "rolled_back_to": optional(count)},
            needed=["iteration", "metric", "value", "best", "best_iteration"],
        )
    ),
}  # fmt: skip


def take(value: Any, checks: Mapping[str, Check]) -> tuple[dict[str, Any], list[str]]:
    """Return the fields of a record that are as they should be, and what is wrong with others.

    Raises:
        DamageError: it is no record at all.
    """
    if type(value) is not dict:
        raise _is(value, "a table")
    found, wrong = {}, []
    for name, check in checks.items():
        if name in value:
            try:
                found[name] = check(value[name])
            except DamageError as error:
                wrong.append(f"has a {name} that {error}")
    return found, wrong


def as_number(cell: str) -> float:
    """Return the number in a cell of a table; one beyond all range is infinite.

    Raises:
        DamageError: there is none.
    """
    if len(cell) <= 15 and cell.isascii() and cell.isdigit():
        return int(cell)
    try:
        found = float(cell)
    except ValueError as error:
        raise DamageError("has a cell that is no number") from error
    return math.copysign(math.inf, found) if abs(found) > LARGEST else found
