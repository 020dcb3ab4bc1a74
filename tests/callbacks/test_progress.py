"""What a person sees in a terminal and in a log file."""

import io
import re

from rich.console import Console

from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.progress import EvaluationProgress, TrainingProgress
from gan_lab.runs.metrics_file import MetricsFile
from tests.training.conftest import fit, tiny_gan


def watched(tmp_path, monkeypatch, *, terminal, columns=None):
    screen = io.StringIO()
    monkeypatch.setattr(
        "gan_lab.callbacks.progress.console",
        lambda: Console(file=screen, force_terminal=terminal, width=120, highlight=False),
    )
    log = MetricsLog(MetricsFile(tmp_path / "metrics.csv"), 2)
    module = tiny_gan()
    module.watched = columns or module.watched
    fit(module, 4, callbacks=[log, TrainingProgress(4, log)])
    return screen.getvalue()


def test_a_pipe_gets_one_line_per_row(tmp_path, monkeypatch):
    lines = watched(tmp_path, monkeypatch, terminal=False).splitlines()

    assert len(lines) == 2
    pattern = r"iteration \d/4  \d+ images/s  D\(x\) 0\.\d{3}  D\(G\(z\)\) 0\.\d{3}  0:00:\d\d left"
    assert all(re.fullmatch(pattern, line) for line in lines)


def test_an_algorithm_says_what_is_watched_by_the_names_of_its_columns(tmp_path, monkeypatch):
    columns = ["loss/generator", "not_logged"]
    lines = watched(tmp_path, monkeypatch, terminal=False, columns=columns).splitlines()

    assert re.search(r"images/s  loss/generator \d\.\d{3}  0:00", lines[0])


def test_a_terminal_gets_a_bar_with_the_same_numbers(tmp_path, monkeypatch):
    screen = watched(tmp_path, monkeypatch, terminal=True)

    assert "4/4" in screen
    assert "━" in screen
    assert re.search(r"images/s  D\(x\) 0\.\d{3}  D\(G\(z\)\) 0\.\d{3}", screen)


def test_words_in_square_brackets_are_said_as_they_are():
    screen = io.StringIO()

    EvaluationProgress(Console(file=screen)).say("evaluation.extractors=[auto,inception] adds it")

    assert screen.getvalue() == "evaluation.extractors=[auto,inception] adds it\n"
