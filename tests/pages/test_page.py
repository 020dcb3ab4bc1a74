"""What all pages share."""

import base64
import hashlib
import re

import pytest

from gan_lab.pages.page import (
    POLICY,
    breakable,
    duration,
    number,
    render,
    with_spread,
)


def test_the_policy_allows_the_very_script_and_style_that_are_in_the_page():
    page = render("index.html.j2", name="n", common="", compare="", comparisons=[], runs=[])

    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in POLICY
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.123456, "0.1235"), (1234567, "1,234,567"), (1234.5, "1,234"), (2.0, "2"), (1e-5, "1e-05"),
     (-1.386294, "-1.386"), (float("inf"), "infinite"), (None, "\N{EN DASH}"),
     (float("nan"), "not a number"), (1e30, "1e+30"), (-2.5e20, "-2.5e+20")],
)  # fmt: skip
def test_numbers_are_readable(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("mean", "spread", "shown"),
    [(91.7234, 0.0015, "91.7234 ± 0.0015"), (91.7234, 1.234, "91.7 ± 1.2"),
     (9.5, 0.7071, "9.50 ± 0.71"), (12345.6, 1234.5, "12,300 ± 1,200"),
     (0.5, 0.096, "0.500 ± 0.096"),
     (0.3, 5.5e-17, "0.3000000 ± 0.0000000"), (1.0, 0.0, "1 ± 0"), (2.303, None, "2.303"),
     (-0.0012, 0.0031, "-0.0012 ± 0.0031"), (0.0, 0.25, "0.00 ± 0.25"), (3.0, 14.0, "3 ± 14"),
     (1.5e-8, 2.2e-9, "(1.50 ± 0.22)e-8"), (3.21e12, 4.5e10, "(3.210 ± 0.045)e12"),
     (None, None, "\N{EN DASH}")],
)  # fmt: skip
def test_a_mean_and_its_spread_end_at_the_same_digit(mean, spread, shown):
    assert with_spread(mean, spread) == shown


def test_a_name_breaks_between_its_parts_and_brings_no_tags():
    assert breakable("best fd_mnist") == "best fd_<wbr>mnist"
    assert breakable("a/b.c=<b>/") == "a/<wbr>b.<wbr>c=<wbr>&lt;b&gt;/"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.52, "0.5 s"), (59.9, "1 min 0 s"), (75, "1 min 15 s"), (7384, "2 h 3 min"),
     (400_000, "111 h 6 min")],
)  # fmt: skip
def test_durations_are_in_the_units_that_they_are_long_in(seconds, shown):
    assert duration(seconds) == shown
