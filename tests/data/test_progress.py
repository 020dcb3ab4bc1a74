"""Bars for whoever waits at a terminal, and not for a second's work."""

import pytest

from gan_lab.data import progress


@pytest.mark.parametrize(
    ("patience", "at_a_terminal", "shown"), [(0, True, True), (60, True, False), (0, False, False)]
)
def test_a_late_bar_is_of_long_work_at_a_terminal(
    patience, at_a_terminal, shown, monkeypatch, capsys
):
    monkeypatch.setattr(progress, "PATIENCE", patience)
    monkeypatch.setattr(progress, "on_terminal", lambda: at_a_terminal)

    with progress.late_bar(3, "number") as count:
        for _ in range(3):
            count()

    found = capsys.readouterr()
    assert ("3/3" in found.err) == shown
    assert found.out == ""
