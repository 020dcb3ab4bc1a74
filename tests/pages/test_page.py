"""What all pages share."""

import base64
import hashlib
import re

import pytest

from gan_lab.pages.page import POLICY, duration, flat, number, render


def test_the_policy_allows_the_very_script_and_style_that_are_in_the_page():
    page = render("index.html.j2", name="n", comparisons=[], runs=[])

    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in POLICY
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.123456, "0.1235"), (1234567, "1,234,567"), (1234.5, "1,234"), (2.0, "2"), (1e-5, "1e-05"),
     (-1.386294, "-1.386"), (float("inf"), "infinite"), (None, "\N{EN DASH}")],
)  # fmt: skip
def test_numbers_are_readable(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.52, "0.5 s"), (59.9, "1 min 0 s"), (75, "1 min 15 s"), (7384, "2 h 3 min"),
     (400_000, "111 h 6 min")],
)  # fmt: skip
def test_durations_are_in_the_units_that_they_are_long_in(seconds, shown):
    assert duration(seconds) == shown


def test_nested_keys_are_dotted():
    assert flat({"a": {"b": 1, "c": {}}, "d": [1, 2]}) == {"a.b": 1, "a.c": {}, "d": [1, 2]}
