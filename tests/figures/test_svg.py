"""SVG for a page: no styles, no ids of others, the page's colours, and text that stays text."""

import re
from xml.etree import ElementTree

import matplotlib
from matplotlib.figure import Figure

from gan_lab.figures.svg import GROUP, INK, SERIES, inline, settings


def drawn(name="one", title="a title", label="label"):
    with matplotlib.rc_context(settings()):
        figure = Figure((4, 2))
        axes = figure.subplots()
        axes.plot([1, 2], [1, 2], "o-", color=SERIES[2], label=label, gid=f"{GROUP}7")
        axes.legend()
        return inline(figure, name, title)


def test_nothing_is_left_that_a_strict_page_would_refuse_or_that_it_colours_itself():
    svg = drawn()

    assert not re.search(r"style|<metadata|<!--|#[0-9a-f]{6}", svg)
    for colour in ("var(--ink)", "var(--line)", "var(--series-2)"):
        assert colour in svg
    assert INK not in svg


def test_two_figures_share_no_id_and_each_finds_its_own():
    one, two = (ElementTree.fromstring(drawn(name)) for name in ("one", "two"))
    ids = [{node.get("id") for node in svg.iter()} - {None} for svg in (one, two)]
    used = {link.split("#")[1].rstrip(")") for node in one.iter() for link in node.attrib.values()
            if "#" in link}  # fmt: skip

    assert not ids[0] & ids[1]
    assert used <= ids[0]
    assert len(used) >= 2  # a clip path and a marker


def test_it_is_a_picture_with_a_name_and_its_parts_can_be_found():
    svg = ElementTree.fromstring(drawn(title="D(x) < 1 & more"))

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == svg[0].get("id") == "one-title"
    assert svg[0].text == "D(x) < 1 & more"
    assert len([node for node in svg.iter() if node.get("data-group") == "7"]) == 1


def test_labels_are_text_whatever_is_in_them():
    label = '</text><script>x</script> $\\frac{ style="a: b" id="c"'

    svg = ElementTree.fromstring(drawn(label=label))

    assert not [node for node in svg.iter() if node.tag.endswith("script")]
    texts = [node.text or "" for node in svg.iter()]
    assert any(text.startswith("</text><script>x</script> $\\frac{") for text in texts)


def test_the_same_figure_is_the_same_text():
    assert drawn() == drawn()
