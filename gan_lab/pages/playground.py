"""A page with a generator inside, which draws samples and walks between latents in a browser.

It asks the network for nothing: the generator as ONNX, the program that runs it, and the words of
the page are in one file, which works from a disk too.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from gan_lab.pages.onnxruntime_web import Runtime
from gan_lab.pages.page import STYLE, TEMPLATES, render

OWN_STYLE = STYLE + (TEMPLATES / "playground.css").read_text("utf-8")
OWN_SCRIPT = (TEMPLATES / "playground.js").read_text("utf-8")


def page_of(
    title: str,
    facts: Mapping[str, str],
    about: Mapping[str, Any],
    network: bytes,
    runtime: Runtime,
) -> str:
    """Return the page.

    Args:
        title: of it.
        facts: what is said of the model, by name.
        about: what the script has to know: shape, range, latents, condition, check.
        network: as ONNX.
        runtime: that runs it.
    """
    return render(
        "playground.html.j2",
        title=title,
        facts=facts,
        about=_as_data(about),
        latents=about["latents"],
        condition=about["condition"],
        network=_text(gzip.compress(network, 9, mtime=0)),
        runtime_script=_text(runtime.script),
        runtime_wasm=_text(runtime.wasm),
        style=Markup(OWN_STYLE),  # noqa: S704  # files of this package
        script=Markup(OWN_SCRIPT),  # noqa: S704
        policy=_policy(),
    )


def _policy() -> str:
    """Return what a browser may do: run this script and what comes out of it, and ask nobody."""
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(OWN_STYLE)}; "
        f"script-src {_hash(OWN_SCRIPT)} 'wasm-unsafe-eval' blob:; base-uri 'none'; "
        f"form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_data(value: Any) -> Markup:
    """Return JSON that no name in it can end the element of."""
    text = json.dumps(value).replace("<", r"\u003c")
    return Markup(text)  # noqa: S704


def _text(content: bytes) -> Markup:
    return Markup(base64.b64encode(content).decode())  # noqa: S704
