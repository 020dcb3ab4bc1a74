"""What is said of files that were passed over."""

from gan_lab.data.passed_over import by_reason, found_instead, passed_over


def test_the_most_frequent_reason_is_first_and_three_names_are_shown():
    passed = {"damaged": ["x"], "empty": ["a", "b", "c", "d"]}

    assert by_reason(passed) == "4 empty (a, b, c, ...), 1 damaged (x)"
    assert passed_over(passed, kept=1000) == (
        "5 of 1,005 passed over: 4 empty (a, b, c, ...), 1 damaged (x)"
    )
    assert found_instead(passed) == " (4 empty, 1 damaged)"


def test_where_nothing_is_passed_over_nothing_is_said():
    assert passed_over({}, kept=3) == found_instead({}) == ""


def test_five_reasons_are_shown():
    passed = {f"reason {index}": ["x"] * (9 - index) for index in range(6)}
    assert found_instead(passed).endswith("5 reason 4, ...)")
