"""In which choices runs differ, what they are called, and which of them belong together."""

from pathlib import Path

import pytest

from gan_lab.pages.compared import (
    COLOURS,
    MANY_CHOICES,
    MOST_REFERENCES,
    Job,
    by_group,
    colours_of,
    compared,
    value_of,
)
from gan_lab.runs.reading import Run

HOME = Path("/sweep")


def run_with(*overrides, root="/sweep/0", config=(), options=(), about=()):
    return Run(
        root=Path(root), status="finished", overrides=overrides, config=dict(config),
        options=dict(options), about=dict(about), rows=[], evaluations=[], samples={}, pictures={},
        repeats={},
    )  # fmt: skip


def job(name="0", colour=0, **choices):
    return Job(run_with(), name, choices, colour)


def choices_of(*runs):
    return [dict(each.choices) for each in compared(runs, HOME)[1]]


def test_what_all_runs_have_in_common_is_quoted_for_a_shell_in_the_order_typed():
    words = ["+b='x y'", "a=[1, 2]"]

    common, jobs = compared([run_with(*words, "c=1"), run_with("c=2", *words)], HOME)

    assert common == "'+b='\"'\"'x y'\"'\"'' 'a=[1, 2]'"
    assert [each.choices for each in jobs] == [{"c": "1"}, {"c": "2"}]


def test_where_hydra_works_is_no_choice_and_not_in_common():
    words = ["hydra.run.dir=x", "hydra/launcher=joblib"]

    common, jobs = compared([run_with(*words, "c=1"), run_with("hydra.run.dir=y", "c=1")], HOME)

    assert common == "c=1"
    assert [each.choices for each in jobs] == [{}, {}]


def test_choices_stand_in_the_order_in_which_they_were_first_typed():
    found = choices_of(run_with("b=1", "a=1"), run_with("c=2", "a=2"))

    assert [list(choices.items()) for choices in found] == [
        [("b", "1"), ("a", "1"), ("c", "")],
        [("b", ""), ("a", "2"), ("c", "2")],
    ]


def test_the_seed_stands_last_as_it_is_what_is_repeated():
    found = choices_of(run_with("seed=0", "a=1"), run_with("seed=1", "a=2"))

    assert [list(choices) for choices in found] == [["a", "seed"]] * 2


def test_a_key_that_was_removed_is_a_choice_without_a_value():
    removed = run_with("~optimizer.eps", config={"optimizer": {"lr": 1}})
    kept = run_with(config={"optimizer": {"eps": 1e-8}})

    assert choices_of(removed, kept) == [{"optimizer.eps": ""}, {"optimizer.eps": "1e-08"}]


@pytest.mark.parametrize(
    ("value", "word"),
    [(True, "true"), (None, "null"), ([1, 2.5], "[1, 2.5]"), ({}, "{}"), ("a b", "a b")],
)
def test_a_value_that_is_no_word_is_written_as_one(value, word):
    chosen = run_with("key=typed", config={"key": value})

    assert choices_of(chosen, run_with(config={"key": 7})) == [{"key": word}, {"key": "7"}]


def test_a_group_set_to_nothing_is_a_choice_without_a_value():
    one = run_with("debug=fast", config={"debug": True}, options={"debug": "fast"})

    assert choices_of(one, run_with(options={"debug": None})) == [{"debug": "fast"}, {"debug": ""}]


def test_references_are_followed_from_key_to_key_and_not_for_ever():
    last = f"k{MOST_REFERENCES}"
    chain = {f"k{n}": f"${{k{n + 1}}}" for n in range(MOST_REFERENCES)} | {last: 5}
    circle = {"k0": "${k1}", "k1": "${k0}"}
    elsewhere = {"k0": "${oc.env:HOME}"}

    found = choices_of(
        *(run_with("k0=1", config=config) for config in (chain, circle, elsewhere)),
        run_with("k0=1", config={"k0": "${nowhere}"}),
    )

    assert [choices["k0"] for choices in found] == ["5", "${k0}", "${oc.env:HOME}", "${nowhere}"]


def test_a_run_is_called_by_its_place_below_home_or_beside_it():
    runs = [run_with(root="/sweep/a/1"), run_with(root="/other/2"), run_with(root="/sweep")]

    assert [each.name for each in compared(runs, HOME)[1]] == ["a/1", "../other/2", "."]


def test_runs_that_differ_in_their_seed_alone_have_one_colour_and_colours_come_round():
    runs = [run_with(f"loss=l{n}", f"seed={seed}") for n in range(COLOURS + 1) for seed in (0, 1)]

    colours = [each.colour for each in compared(runs, HOME)[1]]

    assert colours == [n % COLOURS for n in range(COLOURS + 1) for _ in (0, 1)]


def test_a_group_is_named_by_its_choices_but_the_seed_and_those_without_a_value():
    assert job(loss="lsgan", seed="3", debug="", lr="0.1").group == "loss=lsgan lr=0.1"
    assert job(seed="3").group == ""


def test_of_runs_that_differ_in_nothing_the_last_counts_and_groups_keep_their_order():
    choices = [("b", "0"), ("a", "0"), ("b", "1"), ("b", "0"), ("a", "0")]
    jobs = [job(str(n), loss=loss, seed=seed) for n, (loss, seed) in enumerate(choices)]

    found = {name: [each.name for each in members] for name, members in by_group(jobs).items()}

    assert list(found.items()) == [("loss=b", ["3", "2"]), ("loss=a", ["4"])]
    assert by_group([]) == {}


def test_colours_are_those_of_choices_and_of_many_choices_those_of_runs():
    few = dict.fromkeys("abcdefgh"[: MANY_CHOICES - 1], "1")
    many = dict.fromkeys("abcdefgh"[:MANY_CHOICES], "1")

    assert colours_of([job("0", 2, **few)]) == {"a=1 b=1 c=1 d=1": 2}
    other = job("2", 3, **many | {"a": "2"})
    assert colours_of([job("0", 2, **many), job("1", 2, **many), other]) == {"0, 1": 2, "2": 3}
    assert colours_of([job("0", 4, seed="1"), job("1", 4, seed="2")]) == {"all": 4}


def test_a_value_that_a_run_lacks_is_none():
    run = run_with(about={"metrics": {"fid": {"last": 0.0, "best": None}}})

    assert (value_of(run, "fid", "last"), value_of(run, "fid", "best")) == (0.0, None)
    assert value_of(run, "kid", "last") is None
