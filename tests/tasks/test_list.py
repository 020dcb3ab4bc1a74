"""task=list: one line per run."""

from rich.console import Console

from gan_lab.runs.reading import read_run
from gan_lab.tasks.list import table
from tests.pages.made import make_run


def test_square_brackets_in_a_name_are_shown_and_style_nothing(tmp_path):
    runs = [read_run(make_run(tmp_path / name)) for name in ("a [bold]x", "b[", "logger=[wandb]")]
    console = Console(width=250)

    with console.capture() as captured:
        console.print(table(runs))

    assert all(str(run.root) in captured.get() for run in runs)
