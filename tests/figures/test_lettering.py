"""Letters of any script: in a font that has them, else in words that every font has."""

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from gan_lab.figures import lettering
from gan_lab.figures.lettering import columns, ending, fitted, font_for, named, one_line, shortened
from gan_lab.figures.tiles import tiles


def square(side):
    pen = TTGlyphPen(None)
    corners = [(0, 0), (0, side), (side, side), (side, 0)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def make_font(path, letters):
    """Write a font in which each of the letters is a black square."""
    glyphs = {".notdef": square(0)} | {f"u{ord(letter):04X}": square(900) for letter in letters}
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04X}" for letter in letters})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return str(path)


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Return a function that says which letters the only further font of the machine has."""

    def has(letters):
        found = [make_font(tmp_path / "Made.ttf", letters)] if letters else []
        damaged = tmp_path / "Damaged.ttf"
        damaged.write_bytes(b"not a font")
        monkeypatch.setattr(lettering, "findSystemFonts", lambda: [str(damaged), *found])
        for cached in (lettering._files, lettering._file_for, lettering._letters_of):
            cached.cache_clear()

    yield has
    for cached in (lettering._files, lettering._file_for, lettering._letters_of):
        cached.cache_clear()


def test_a_name_is_itself_where_a_font_has_its_letters_and_a_number_elsewhere(machine):
    names = ["cat", "Jürgen", "Ёлка", "零", "数字", "👍", "", "a\nb\x1b[31m"]

    machine("")
    assert named(names) == [
        "cat", "Jürgen", "Ёлка", "class 3", "class 4", "class 5", "class 6", "a b [31m",
    ]  # fmt: skip

    machine("零字")
    assert named(names)[3:5] == ["零", "class 4"]


def test_a_text_is_drawn_by_a_font_that_has_it(machine):
    machine("零")
    white = np.full((1, 1, 1, 64, 64), 255, np.uint8)

    picture = np.asarray(tiles(white, captions=[["零"]]))

    dark = (picture < 100).all(axis=2)
    rows, columns_ = np.nonzero(dark)
    assert dark[rows.min() : rows.max() + 1, columns_.min() : columns_.max() + 1].all()
    assert rows.size > 80


def test_letters_that_need_no_glyph_ask_for_no_font(machine):
    machine("零")

    assert named(["零\u200d", "a\u0301b"]) == ["零", "a\u0301b"]


def test_what_is_too_wide_loses_its_middle():
    font = font_for("x", 12)
    text = "a class of very many words 95%"

    short = fitted(text, font, 100)

    assert font.getlength(short) <= 100
    assert short.startswith("a cl") and short.endswith("… 95%".replace(" ", "s "))
    assert fitted("cat 95%", font, 100) == "cat 95%"


def test_wide_letters_count_twice():
    assert columns("数字7") == 5
    assert shortened("数字" * 10, 9) == "数字数字…"
    assert columns(shortened("x" * 50, 20)) == 20
    assert shortened("cat", 3) == "cat"
    assert one_line(" a\tb\r\nc ") == "a b c"


def test_of_a_long_name_the_end_is_shown():
    assert ending("outputs/2026-11-29/23-59-59", 20) == "…2026-11-29/23-59-59"
    assert ending("sweep/0", 20) == "sweep/0"
