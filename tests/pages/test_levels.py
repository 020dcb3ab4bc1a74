"""The pictures of each level of networks that grow."""

import re

from gan_lab.pages.levels import levels
from gan_lab.pages.run_page import run_page
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run


def grown_run(root):
    """Return a run of 500 iterations, whose images have 4 pixels up to the 200th, then 8 and 16."""
    make_run(root, evaluations=5, samples=10)  # a picture every 50 iterations
    lines = (root / "metrics.csv").read_text().splitlines()
    sides = ["schedule/growth.resolution", "4", "4", "8", "8", "16"]
    rows = [f"{line},{side}" for line, side in zip(lines, sides, strict=True)]
    (root / "metrics.csv").write_text("\n".join(rows) + "\n")
    return read_run(root)


def test_each_level_has_the_last_picture_before_it_ends(tmp_path):
    found = levels(grown_run(tmp_path / "run"))

    assert [level["says"] for level in found] == [
        "4 pixels, iteration 250", "8 pixels, iteration 450", "16 pixels, iteration 500"
    ]  # fmt: skip
    assert len({level["uri"] for level in found}) == 3
    assert all(level["uri"].startswith("data:image/png;base64,") for level in found)


def test_a_picture_that_cannot_be_read_is_left_out(tmp_path):
    run = grown_run(tmp_path / "run")
    (tmp_path / "run" / "samples" / "00000450.png").write_bytes(b"none")

    assert [level["says"][:2] for level in levels(run)] == ["4 ", "16"]


def test_the_page_shows_levels_where_there_are_some(tmp_path):
    page = run_page(grown_run(tmp_path / "grown"))
    plain = run_page(read_run(make_run(tmp_path / "plain")))

    assert '<h2 id="levels">Levels</h2>' in page
    assert '<a href="#levels"' in page
    assert len(re.findall('alt="Samples of ', page)) == 3
    assert "Levels" not in plain
