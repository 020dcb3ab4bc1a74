"""A table of results as LaTeX, Markdown and CSV."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from gan_lab.pages.page import NONE, with_spread
from gan_lab.pages.result_table import Cell, Column, ResultTable, Row
from gan_lab.terminal import printable

ARROWS = {"lower": "↓", "higher": "↑"}
PERFECT = "perfect model"  # whose samples are another draw of real images
ALL = "all"  # what the row is called where runs differ in their seed alone
COLUMNS = "COLUMNS"  # stands for the alignment of the columns that are written
# How a file that is written here is known again: see gan_lab/output_files.py.
ABOUT = ("checkpoint", "spread", "software")
WRITTEN_BY = "Written by gan_lab"


@dataclass(frozen=True)
class WrittenTable:
    """A table in some format, in parts, so that a page can leave out columns.

    Attributes:
        of: of each cell of a line the metric that it is of; empty for what is always written.
        alignment: of each column, as LaTeX has it.
        lines: each its cells, or a line as it stands.
        start: of a line of cells.
        separator: between two cells.
        end: of a line of cells.
    """

    of: Sequence[str]
    alignment: Sequence[str]
    lines: Sequence[str | Sequence[str]]
    start: str
    separator: str
    end: str

    def text(self, metrics: Collection[str]) -> str:
        """Return the table with the columns of these metrics."""
        kept = [place for place, metric in enumerate(self.of) if not metric or metric in metrics]
        columns = "".join(self.alignment[place] for place in kept)
        lines = [
            line.replace(COLUMNS, columns)
            if isinstance(line, str)
            else self.start + self.separator.join(line[place] for place in kept) + self.end
            for line in self.lines
        ]
        return "\n".join(lines) + "\n"

    def plain(self) -> dict[str, Any]:
        """Return it as data, for the script of a page, which does as `text` does."""
        return {
            "of": self.of, "alignment": list(self.alignment), "lines": self.lines,
            "start": self.start, "separator": self.separator, "end": self.end,
        }  # fmt: skip


def latex(table: ResultTable) -> WrittenTable:
    """Return the table for LaTeX, in the form of the package booktabs."""
    heads = [
        f"${_ARROWS_OF_LATEX[column.better]}$ {_escaped(column.metric)}"
        if column.better
        else _escaped(column.metric)
        for column in table.columns
    ]
    keys = [*map(_escaped, table.choices or ["runs"]), "$n$"]
    rows = [
        [
            *(_escaped(word) for word in _names(table, row)),
            str(row.n),
            *(_in_latex(cell, row) for cell in row.cells),
        ]
        for row in table.rows
    ]
    foot = _foot(table, lambda word: word and f"${_as_formula(word)}$")
    return WrittenTable(
        of=_of(table),
        alignment="l" * (len(keys) - 1) + "r" * (1 + len(heads)),
        lines=[
            f"% {WRITTEN_BY}: task=report. It needs \\usepackage{{booktabs,graphicx}}.",
            "\\begin{table}",
            "\\centering",
            f"\\caption{{{' '.join(_escaped(note) for note in table.notes)}}}",
            "\\medskip",
            # As wide as it is, and no wider than the text.
            "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
            f"\\begin{{tabular}}{{{COLUMNS}}}",
            "\\toprule",
            [*keys, *heads],
            "\\midrule",
            *rows,
            *(["\\midrule", foot] if foot else []),
            "\\bottomrule",
            "\\end{tabular}}",
            "\\end{table}",
        ],
        start="",
        separator=" & ",
        end=" \\\\",
    )


def markdown(table: ResultTable) -> WrittenTable:
    """Return the table for Markdown, as GitHub reads it."""
    heads = [
        f"{ARROWS[column.better]} {_plain(column.metric)}"
        if column.better
        else _plain(column.metric)
        for column in table.columns
    ]
    keys = [*map(_plain, table.choices or ["runs"]), "n"]
    rows = [
        [
            *(_plain(word) for word in _names(table, row)),
            str(row.n),
            *(f"**{shown(cell, row)}**" if cell.best else shown(cell, row) for cell in row.cells),
        ]
        for row in table.rows
    ]
    foot = _foot(table, lambda word: word)
    rule = [*["---"] * (len(keys) - 1), *["---:"] * (1 + len(heads))]
    return WrittenTable(
        of=_of(table),
        alignment=[""] * len(rule),
        lines=[
            f"<!-- {WRITTEN_BY}: task=report -->",
            "",
            [*keys, *heads],
            rule,
            *rows,
            *([foot] if foot else []),
            "",
            " ".join(_plain(note) for note in table.notes),
        ],
        start="| ",
        separator=" | ",
        end=" |",
    )


def comma_separated(table: ResultTable) -> WrittenTable:
    """Return the table as CSV: of each metric the mean, what ± is, and the runs, in full digits."""
    keys = [*map(_quoted, table.choices or ["runs"]), "n"]
    heads = [
        _joined(column.metric, f"{column.metric} {table.spread}", f"{column.metric} n")
        for column in table.columns
    ]
    rows = [
        [
            *(_quoted(word) for word in _names(table, row, nothing="")),
            str(row.n),
            *(_joined(cell.mean, cell.spread, cell.n) for cell in row.cells),
            _joined(table.checkpoint, table.spread, "gan_lab"),
        ]
        for row in table.rows
    ]
    lines = [[*keys, *heads, _joined(*ABOUT)], *rows]
    return WrittenTable(
        of=[*_of(table), ""],
        alignment=[""] * len(lines[0]),
        lines=lines,
        start="",
        separator=",",
        end="",
    )


FORMATS: dict[str, Callable[[ResultTable], WrittenTable]] = {
    "latex": latex,
    "markdown": markdown,
    "csv": comma_separated,
}
ENDINGS = {"latex": ".tex", "markdown": ".md", "csv": ".csv"}


def shown(cell: Cell, row: Row) -> str:
    """Return a mean with its spread, and of how many runs it is where some lack it."""
    brackets = f" ({cell.n})" if 0 < cell.n < row.n else ""
    return f"{with_spread(cell.mean, cell.spread)}{brackets}"


def arrow(column: Column) -> str:
    """Return which way the metric is better; empty where neither is."""
    return ARROWS.get(column.better, "")


_ARROWS_OF_LATEX = {"lower": "\\downarrow", "higher": "\\uparrow"}
# Characters that LaTeX would take for commands, in any encoding of fonts.
_LATEX = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "_": "\\_", "%": "\\%", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", '"': "\\char34{}",
    "±": "$\\pm$", NONE: "\\textendash{}",
}  # fmt: skip
# Marks above and below Latin letters that every font of LaTeX has.
_ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"


def _names(table: ResultTable, row: Row, nothing: str = NONE) -> list[str]:
    return [word or nothing for word in row.choices] if table.choices else [ALL]


def _of(table: ResultTable) -> list[str]:
    names = [""] * (len(table.choices or [ALL]) + 1)
    return [*names, *(column.metric for column in table.columns)]


def _foot(table: ResultTable, write: Callable[[str], str]) -> list[str]:
    """Return the line of what perfect samples get; empty where nobody knows."""
    if not any(column.perfect for column in table.columns):
        return []
    rest = [""] * len(table.choices or [ALL])
    return [PERFECT, *rest, *(write(column.perfect) for column in table.columns)]


def _in_latex(cell: Cell, row: Row) -> str:
    if cell.mean is None:
        return "--"
    formula = _as_formula(shown(cell, row))
    return f"$\\mathbf{{{formula}}}$" if cell.best else f"${formula}$"


def _as_formula(words: str) -> str:
    """Return a number, with what stands around it, as a formula."""
    formula = words.replace(",", "{,}").replace("±", "\\pm").replace(" to ", "\\ldots ")
    formula = re.sub(r"(?<=[\d)])e([+-]?)0*(\d+)", _power, formula)
    return formula.replace("infinite", "\\infty").replace("not a number", "\\mathrm{nan}")


def _power(found: re.Match[str]) -> str:
    return f" \\times 10^{{{found[1].replace('+', '')}{found[2]}}}"


def _escaped(text: str) -> str:
    """Return words for LaTeX: Latin letters as they are, other ones by their numbers."""
    # Two hyphens would become a dash.
    return re.sub("-(?=-)", "-{}", "".join(map(_letter, printable(text))))


def _letter(letter: str) -> str:
    if letter in _LATEX:
        return _LATEX[letter]
    base, *marks = unicodedata.normalize("NFD", letter)
    is_latin = base.isascii() and len(marks) <= 1 and set(marks) <= set(_ACCENTS)
    return letter if is_latin or letter in "ßæÆøØœŒ" else f"U+{ord(letter):04X}"


def _plain(text: str) -> str:
    """Return words for a cell of Markdown."""
    return re.sub(r"([\\|*`\[\]])", r"\\\1", printable(text)).replace("<", "&lt;")


def _quoted(word: object) -> str:
    return _joined(word)


def _joined(*cells: object) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(
        [printable(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return text.getvalue()
