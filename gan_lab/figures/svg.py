"""matplotlib's figures as SVG to be set into a page, which gives them its colours.

A page allows no styles but its own, has one set of ids, and is light or dark as the reader likes
it. So styles become attributes, ids get the name of the figure, and a colour is a place in the
page's palette.
"""

import io
import re
from html import escape

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Stand for the page's palette while matplotlib draws; the page defines the variables.
INK, FAINT = "#010101", "#020202"
CARD = "#040404"  # what a figure stands on
SERIES = tuple(f"#03030{n}" for n in range(8))
PALETTE = {INK: "var(--ink)", FAINT: "var(--line)", CARD: "var(--card)"} | {
    colour: f"var(--series-{n})" for n, colour in enumerate(SERIES)
}
TEXT_SIZE = 11  # pixels
GROUP = "group "  # begins the gid of what a page shows and hides by the rest of it


def settings() -> dict[str, object]:
    """Return matplotlib's settings for a figure of a page."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "gan_lab",
        "font.size": TEXT_SIZE,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "figure.dpi": 72,  # an SVG's unit is then a pixel
        "grid.color": FAINT,
        "grid.linewidth": 0.7,
        "legend.frameon": False,
        "legend.labelcolor": INK,
        "lines.linewidth": 1.7,
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
    }


def inline(figure: Figure, name: str, title: str) -> str:
    """Return the figure as an `<svg>` element; to be called under `settings()` too.

    Args:
        figure: in the colours of `PALETTE`.
        name: a word that no other figure of the page has.
        title: what it shows, for those who do not see it.
    """
    text = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    FigureCanvasSVG(figure).print_svg(text, metadata=nothing)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r' style="([^"]*)"', lambda found: _attributes(found[1]), svg)
    svg = re.sub(r' d="[^"]*"', lambda found: re.sub(r"(\.\d{2})\d+", r"\1", found[0]), svg)
    svg = re.sub("|".join(PALETTE), lambda found: PALETTE[found[0]], svg)
    svg = _own_ids(svg, name)
    size = re.search(r'viewBox="[^"]*"', svg)[0]
    opening = f'<svg {size} role="img" aria-labelledby="{name}-title" xmlns:xlink="{XLINK}">'
    return f'{opening}<title id="{name}-title">{escape(title)}</title>{svg[svg.index(">") + 1 :]}'


XLINK = "http://www.w3.org/1999/xlink"


def _attributes(style: str) -> str:
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    known = {key.strip(): value.strip() for key, value in pairs}
    # The page says in which letters; of `font` an attribute takes the size alone.
    size = re.search(r"([\d.]+)px", known.pop("font", known.pop("font-size", "")))
    known.pop("font-family", None)
    if size:
        known["font-size"] = size[1]
    return "".join(f' {key}="{value}"' for key, value in known.items())


def _own_ids(svg: str, name: str) -> str:
    used = set(re.findall(r"#([\w-]+)", svg))

    def mark(found: re.Match[str]) -> str:
        if found[1].startswith(GROUP):
            return f' data-group="{found[1].removeprefix(GROUP)}"'
        return f' id="{name}-{found[1]}"' if found[1] in used else ""

    svg = re.sub(r' id="([^"]*)"', mark, svg)
    return re.sub(r'(url\(|href=")#', rf"\1#{name}-", svg)
