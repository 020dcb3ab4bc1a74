"""What all pages share: templates, the one style sheet and script, and what a browser may do.

Names of runs, overrides and metrics may be a stranger's. The templates escape them, and the policy
lets the browser run the script of this package only, and fetch nothing.
"""

import base64
import functools
import hashlib
import math
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gan_lab.figures.lettering import ending
from gan_lab.plurals import counted
from gan_lab.terminal import printable

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "page.css").read_text("utf-8")
SCRIPT = (TEMPLATES / "page.js").read_text("utf-8")


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


# connect-src is for a page that task=serve has sent, which asks whether there is a newer one.
POLICY = (
    f"default-src 'none'; img-src data:; style-src {_source(STYLE)}; script-src {_source(SCRIPT)}; "
    f"connect-src 'self'; base-uri 'none'; form-action 'none'"
)

NONE = "\N{EN DASH}"


def render(template: str, **values: Any) -> str:
    """Return the page that the template makes of the values."""
    return _environment().get_template(template).render(values)


def number(value: float | str | None) -> str:
    """Return a number with four digits and its thousands apart; a dash for none."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite"
    if abs(value) >= 1e15:
        return f"{value:.4g}"
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def with_spread(mean: float | None, spread: float | None) -> str:
    """Return a mean and its deviation, both to the second digit of the deviation: 91.72 ± 0.15.

    No more than seven digits of the mean are shown, beyond which there is only rounding.
    """
    if mean is None or not spread or not math.isfinite(mean) or not math.isfinite(spread):
        return number(mean) if spread is None else f"{number(mean)} ± {number(spread)}"
    size = math.floor(math.log10(max(abs(mean), spread)))
    if -5 < size < 9:
        decimals = min(1 - math.floor(math.log10(spread)), 6 - min(size, 6))
        shown = (f"{round(one, decimals):,.{max(decimals, 0)}f}" for one in (mean, spread))
        return " ± ".join(shown)
    digits = min(max(size - math.floor(math.log10(spread)), 0) + 1, 6)
    return f"({mean / 10**size:.{digits}f} ± {spread / 10**size:.{digits}f})e{size}"


def breakable(text: str) -> Markup:
    """Return a name that may be broken into lines between its parts."""
    parts = re.split(r"(?<=[/_.=])(?=.)", str(text))
    return Markup("<wbr>").join(parts)


def duration(seconds: float | None) -> str:
    """Return a duration in the units that it is long in."""
    if seconds is None:
        return NONE
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def typed(value: Any) -> str:
    """Return a value of a configuration as it is typed: null, true, [a, b]."""
    if isinstance(value, list):
        return f"[{', '.join(map(typed, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _shown(value: Any) -> Any:
    """Return words without what a browser would obey: marks of direction, halves of characters."""
    return printable(value) if type(value) is str else value


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "duration": duration,
        "counted": counted,
        "breakable": breakable,
        "typed": typed,
        "ending": ending,
    }
    environment.globals |= {
        "style": Markup(STYLE),  # noqa: S704  # files of this package
        "script": Markup(SCRIPT),  # noqa: S704
        "policy": POLICY,
        "with_spread": with_spread,
        "none_word": NONE,
    }
    return environment
