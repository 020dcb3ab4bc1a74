"""Each value of a record is of its kind and in range, or it is named."""

import math

import pytest

from gan_lab.runs import records
from gan_lab.runs.parsing import DamageError
from gan_lab.runs.records import SUMMARY, as_number, evaluation, table, take

HUGE = 10**5000


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (records.count, [0, 5, 10**15], [-1, 1.0, True, None, "1", [], HUGE]),
        (records.whole, [-3, 2**63], [1.5, False, HUGE, "1"]),
        (records.number, [-1.5, 0, 1e100], [math.nan, math.inf, 1e101, HUGE, True, "1", None]),
        (records.duration, [0, 1.5], [-1, math.inf]),
        (records.flag, [True, False], [0, 1, None]),
        (records.text, ["", "a", "数字"], [1, None, ["a"], "x" * 10_001]),
        (records.one_of("a", "b"), ["a"], ["c", None, [], {}]),
        (records.optional(records.count), [None, 1], [-1]),
        (records.each(records.count), [[], [1]], [[-1], {}, None, "12", [1] * 10_001]),
        (records.by_name(records.flag), [{}, {"a": True}], [[], {"a": 1}, {1: True}]),
    ],
)
def test_a_check_takes_its_own_kind_and_no_other(check, good, bad):
    assert [check(value) for value in good] == good
    for value in bad:
        with pytest.raises(DamageError):
            check(value)


def test_words_are_printable_afterwards():
    assert records.text("a\x1b\n\ud800\u202e") == r"a\x1b\n\ud800\u202e"
    assert table({"\x07": ["\r"]}) == {r"\x07": [r"\r"]}


@pytest.mark.parametrize("value", [{"a": {1, 2}}, {"a": b"x"}, {"a": HUGE}, [], None, "a"])
def test_a_tree_holds_words_and_numbers_only(value):
    with pytest.raises(DamageError):
        table(value)


def test_a_tree_has_an_end():
    tree = {}
    tree["a"] = tree
    with pytest.raises(DamageError, match="deeper or longer"):
        table(tree)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iteration": -1}, "has a iteration that is a number, not a count"),
        ({"metrics": {"fid": "x"}}, "has a metrics that is a word, not a finite number"),
        ({"histogram": [1, -1]}, "has a histogram that is a number, not a count"),
        ({"classes": ["a"]}, "counts 2 classes and names 1"),
        ({"bins": {"real": [1], "generated": [1, 2], "different": [True]}}, "no table of bins"),
        ({"bins": {"real": [0], "generated": [1], "different": [True]}}, "no table of bins"),
        ({"bins": {"real": [1]}}, "no table of bins"),
        ({"bins": {"real": [1], "generated": [1], "different": [1]}}, "not true or false"),
        ({"protocol": []}, "has a protocol that is a list, not a table"),
    ],
)
def test_an_evaluation_is_whole_or_says_what_is_wrong(change, reason):
    whole = {
        "iteration": 4, "metrics": {"fid": 1.0, "kl": None}, "classes": ["a", "b"],
        "histogram": [3, 4], "protocol": {"n": 3},
        "bins": {"real": [1, 2], "generated": [0, 3], "different": [True, False]},
    }  # fmt: skip

    assert evaluation(whole | {"of a later version": 1}) == whole
    with pytest.raises(DamageError, match=reason):
        evaluation(whole | change)


def test_a_wrong_field_costs_itself():
    found, wrong = take(
        {"status": "splendid", "iterations": 5, "metrics": {"a": {"last": 1}}}, SUMMARY
    )

    assert found == {"iterations": 5}
    assert wrong == [
        "has a status that is a word, not finished, interrupted or failed",
        "has a metrics that lacks best",
    ]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), ("1.5", 1.5), ("1e999", math.inf), ("-1e200", -math.inf), ("inf", math.inf)],
)
def test_a_cell_is_a_number(cell, number):
    assert as_number(cell) == number
    for other in ("²", "x", "", "1,5", "0x10"):
        with pytest.raises(DamageError):
            as_number(other)
