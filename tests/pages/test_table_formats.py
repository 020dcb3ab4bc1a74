"""The table as LaTeX, Markdown and CSV; as LaTeX it compiles, and other readers agree."""

import csv
import io
import re
import shutil
import subprocess

import pytest

from gan_lab.pages.page import NONE
from gan_lab.pages.result_table import Cell, Column, ResultTable, Row
from gan_lab.pages.table_formats import FORMATS

HOSTILE = (
    "\\input{/etc/passwd} $x_1^2$ & 100% #3 ~{a}~ <b> |c| \"d\" 'e' `f` -- --- a_b * [g] é ł 中"
)


@pytest.fixture
def table():
    rows = (
        Row(("minimax", "2e-4"), 2, (Cell(1234.567, 12.3, 2), Cell(0.5, None, 1)), 0),
        Row(("lsgan", ""), 2, (Cell(9.5, 0.7071, 2, best=True), Cell(None, None, 0)), 1),
        Row((HOSTILE, "1"), 1, (Cell(1.5e-7, None, 1), Cell(0.25, None, 1, best=True)), 2),
    )
    columns = (Column("fd_mnist_cnn", "lower", "0.1 to 0.2"), Column("recall", "higher", ""))
    notes = ("Mean ± standard deviation over n seeds; without ± there is one.",)
    return ResultTable(("loss", "optimizer.lr"), columns, rows, "last", "deviation", notes)


def written(table, name, metrics=("fd_mnist_cnn", "recall")):
    return FORMATS[name](table).text(metrics)


def test_as_markdown_it_is_a_table_with_its_rule_and_its_notes(table):
    lines = written(table, "markdown").splitlines()

    assert lines[2:6] == [
        "| loss | optimizer.lr | n | ↓ fd_mnist_cnn | ↑ recall |",
        "| --- | --- | ---: | ---: | ---: |",
        "| minimax | 2e-4 | 2 | 1,235 ± 12 | 0.5 (1) |",
        f"| lsgan | {NONE} | 2 | **9.50 ± 0.71** | {NONE} |",
    ]
    assert lines[7] == "| perfect model |  |  | 0.1 to 0.2 |  |"
    assert lines[-1].startswith("Mean ± standard deviation over n seeds")
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines[2:8]}) == 1


def test_as_csv_it_has_full_digits_and_says_what_they_are(table):
    rows = list(csv.DictReader(io.StringIO(written(table, "csv"))))

    assert list(rows[0]) == [
        "loss", "optimizer.lr", "n", "fd_mnist_cnn", "fd_mnist_cnn deviation", "fd_mnist_cnn n",
        "recall", "recall deviation", "recall n", "checkpoint", "spread", "software",
    ]  # fmt: skip
    assert (rows[0]["fd_mnist_cnn"], rows[1]["fd_mnist_cnn deviation"]) == ("1234.567", "0.7071")
    assert (rows[1]["recall"], rows[1]["recall n"], rows[1]["optimizer.lr"]) == ("", "0", "")
    assert (rows[2]["loss"], rows[0]["spread"]) == (HOSTILE, "deviation")


def test_as_latex_numbers_are_formulas_and_words_are_only_words(table):
    text = written(table, "latex")

    assert r"loss & optimizer.lr & $n$ & $\downarrow$ fd\_mnist\_cnn & $\uparrow$ recall \\" in text
    assert r"minimax & 2e-4 & 2 & $1{,}235 \pm 12$ & $0.5 (1)$ \\" in text
    assert r"lsgan & \textendash{} & 2 & $\mathbf{9.50 \pm 0.71}$ & -- \\" in text
    assert r"$1.5 \times 10^{-7}$" in text
    assert r"perfect model &  &  & $0.1\ldots 0.2$ &  \\" in text
    assert r"\begin{tabular}{llrrr}" in text
    check_strictly(text)


@pytest.mark.parametrize("name", FORMATS)
def test_columns_that_nobody_chose_are_left_out(table, name):
    both, one = written(table, name), written(table, name, ["recall"])

    assert "mnist" in both
    assert "mnist" not in one
    assert "recall" in one
    assert len(one.splitlines()) == len(both.splitlines())


@pytest.mark.parametrize("name", FORMATS)
def test_runs_that_differ_in_their_seed_alone_are_one_row(name):
    row = Row((), 3, (Cell(1.0, 0.5, 3),), 0)
    table = ResultTable((), (Column("fid", "lower", ""),), (row,), "last", "error", ("Mean.",))

    text = written(table, name, ["fid"])

    assert "all" in text
    assert "perfect" not in text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
def test_latex_itself_takes_it(table, tmp_path):
    (tmp_path / "table.tex").write_text(written(table, "latex"))
    (tmp_path / "paper.tex").write_text(
        "\\documentclass{article}\\usepackage{booktabs,graphicx}"
        "\\begin{document}\\input{table}\\end{document}"
    )

    made = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "paper"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert made.returncode == 0, made.stdout[-2000:]
    assert (tmp_path / "paper.pdf").stat().st_size > 5000
    assert "Overfull" not in made.stdout
    assert "Missing character" not in (tmp_path / "paper.log").read_text(errors="replace")


KNOWN = frozenset(
    (
        "begin", "end", "centering", "caption", "resizebox", "ifdim", "width", "linewidth", "else",
        "fi", "toprule", "midrule", "bottomrule", "downarrow", "uparrow", "pm", "times", "mathbf",
        "ldots", "textendash", "textbackslash", "textasciitilde", "textasciicircum", "textless",
        "textgreater", "textbar", "char", "medskip",
    )
)  # fmt: skip


def check_strictly(text):
    """Refuse what LaTeX would not take: unknown commands, loose braces, lines of other widths."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert set(re.findall(r"\\([a-z]+)", body)) <= KNOWN
    bare = re.sub(r"\\([\\{}$&#_%])", "", body.replace("{%\n", "{\n").replace("\\\\\n", "\n"))
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    rows = [line for line in bare.splitlines() if line.count("&")]
    assert {row.count("&") for row in rows} == {4}
    assert not re.search(r"[#%~^]|_|[^\x00-\xff]", re.sub(r"\$[^$]*\$", "", bare))


@pytest.mark.parametrize("broken", ["{", "$", "\\input", "a_b", "#", "ł"])
def test_the_strict_check_refuses(table, broken):
    text = written(table, "latex").replace("minimax", broken)

    with pytest.raises(AssertionError):
        check_strictly(text)
