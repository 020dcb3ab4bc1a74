"""The benchmarks' harness: what it reports of programs that it runs in turn."""

import math

import pytest

from benchmarks.harness import (
    Table,
    in_turn,
    median,
    peak_of,
    ratio,
    run_python,
    seconds_until,
    shown,
)
from benchmarks.scaling import exponent


def test_programs_run_in_turn_and_keep_their_figures():
    calls = []

    def program(name):
        return lambda: calls.append(name) or {"seconds": float(len(calls))}

    found = in_turn({"a": program("a"), "b": program("b")}, rounds=3)

    assert calls == ["a", "b"] * 3
    assert [figures["seconds"] for figures in found["b"]] == [2.0, 4.0, 6.0]


def test_a_ratio_is_the_median_of_those_of_each_round():
    ours = [{"seconds": 1.0}, {"seconds": 2.0}, {"seconds": 4.0}]
    theirs = [{"seconds": 3.0}, {"seconds": 4.0}, {"seconds": 20.0}]

    assert ratio(theirs, ours, "seconds") == "3.00 (2.00 to 5.00)"
    assert median(ours, "seconds") == 2.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1,234"),
        (12.34, "12.3"),
        (0.001234, "0.00123"),
        (0.0, "0.0"),
        (2048, "2,048"),
        ("as is", "as is"),
    ],  # fmt: skip,
)
def test_numbers_have_three_significant_digits(value, text):
    assert shown(value) == text


def test_a_table_is_markdown():
    table = Table("Speed", [{"case": "mlp", "s": 0.5}], "Noted.")

    assert str(table) == "## Speed\n\n| case | s |\n| --- | --- |\n| mlp | 0.500 |\n\nNoted."
    assert table.as_data()["rows"] == [{"case": "mlp", "s": 0.5}]


def test_a_program_that_fails_is_named_with_what_it_said():
    with pytest.raises(RuntimeError, match=r"(?s)-c .*ended with 3.*no more"):
        run_python("-c", "import sys; print('no more', file=sys.stderr); sys.exit(3)")
    with pytest.raises(RuntimeError, match="never printed"):
        seconds_until(["-c", "print('something')"], lambda line: line == "else\n")
    with pytest.raises(RuntimeError, match="ended with 3"):
        peak_of("-c", "import sys; sys.exit(3)")


def test_the_peak_of_a_program_is_its_own():
    little, much = (peak_of("-c", f"x = b'x' * {n}")["mebibytes"] for n in (1, 300 * 2**20))

    assert 290 < much - little < 650


def test_the_exponent_of_a_power_is_found():
    sizes = (10, 20, 50)

    assert exponent(sizes, [3 * size**1.5 for size in sizes]) == pytest.approx(1.5)
    assert not math.isclose(exponent(sizes, sizes), 1.5)
