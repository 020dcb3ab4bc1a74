"""The card of a model for people: the page that a stranger sees first, as Markdown.

Its front matter is what model hubs read: YAML, written as JSON's strings, which YAML reads too.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

SHOWN = 12  # metrics, the first ones; card.json has all

USE = {
    "safetensors": """\
import gan_lab

model = gan_lab.from_pretrained("{place}")
images = model.sample(64, seed=0)  # uint8 (64, {height}, {width}, {channels})""",
    "onnx": """\
import numpy as np
import onnxruntime

inputs = dict(np.load("inputs.npz"))  # 16 of each, for a start
network = onnxruntime.InferenceSession("model.onnx")
(images,) = network.run(["images"], inputs)  # float32 (16, C, H, W)""",
    "torch": """\
import numpy as np
import torch

inputs = dict(np.load("inputs.npz"))  # 16 of each, for a start
network = torch.export.load("model.pt2").module()
given = [torch.from_numpy(value) for value in inputs.values()]
images = network(*given).detach().numpy()  # float32 (16, C, H, W)""",
}
OF_CLASS = "\nsome = model.sample(8, condition={name})  # of one class: {names}"
TRANSLATED = "\n# model.translate(images, to={name}) translates images of your own."
PIXELS = (
    "\npixels = np.clip(np.round((images - {low:g}) / {span:g} * 255), 0, 255).astype(np.uint8)"
)
# Those that the Hub knows by a word; others have to say `other`, with a name.
LICENSES = frozenset({
    "apache-2.0", "mit", "openrail", "bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear",
    "cc", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
    "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0",
    "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0",
    "artistic-2.0", "bsl-1.0", "ecl-2.0", "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2", "agpl-3.0",
    "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "lgpl", "lgpl-2.1", "lgpl-3.0", "isc", "mpl-2.0", "ms-pl",
    "ncsa", "odc-by", "odbl", "osl-3.0", "postgresql", "pddl", "unlicense", "wtfpl", "zlib",
    "unknown", "other",
})  # fmt: skip


def readme_of(card: Mapping[str, Any], *, has_picture: bool, repo: str | None = None) -> str:
    """Return the page.

    Args:
        card: see `card_of`.
        has_picture: whether samples.png lies beside it.
        repo: where it lies on the Hub; None: in a folder alone.
    """
    picture = "![Samples](samples.png)\n\n" if has_picture else ""
    return (
        f"---\n{_front_matter(card)}---\n\n# {card['algorithm']} of {card['data']['name']}\n\n"
        f"{_in_a_sentence(card)}\n\n{picture}"
        f"## Use it\n\n{_use(card, repo)}\n\n{_inputs_in_words(card)}"
        f"## How good it is\n\n{_scores(card)}"
        f"## What it is\n\n{_facts(card)}\n"
        f"## How it was made\n\n```bash\n{_harmless(card['command'])}\n```\n\n"
        f"`card.json` has all of this for programs.\n"
    )


def _front_matter(card: Mapping[str, Any]) -> str:
    lines = {
        **_license(card["license"]),
        "library_name": "gan_lab",
        "pipeline_tag": "image-to-image"
        if card["translates"]
        else "unconditional-image-generation",
        "tags": ["gan_lab", "image-generation", card["algorithm"].lower()],
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items())


def _license(said: str | None) -> dict[str, str]:
    if not said or said in LICENSES:
        return {"license": said} if said else {}
    name = re.sub(r"[^a-z0-9.]+", "-", said.lower()).strip("-")
    return {"license": "other", "license_name": name or "other"}


def _in_a_sentence(card: Mapping[str, Any]) -> str:
    channels, height, width = card["image_shape"]
    kind = {1: "grey", 3: "coloured"}.get(channels, f"{channels}-channel")
    what = "images" if card["value_range"] else "points"
    does = "Translates" if card["translates"] else "Makes"
    size = f"{kind} {what} of {height}x{width} pixels" if card["value_range"] else what
    asked = ""
    if card["classes"]:
        asked = f" of any of {len(card['classes'])} classes"
    elif card["words"]:
        asked = " of what a sentence says"
    return f"{does} {size}{asked}. Trained with gan_lab."


def _facts(card: Mapping[str, Any]) -> str:
    sha256 = card["data"]["sha256"]
    known = ", ".join(map(str, sha256.values())) if isinstance(sha256, Mapping) else sha256
    channels, height, width = card["image_shape"]
    facts = {
        "Algorithm": f"{card['algorithm']}, {card['iteration']:,} iterations",
        "Data": card["data"]["name"],
        "SHA-256 of the data": known or "not known",
        "Seed": card["seed"],
        "Licence": card["license"] or "not said",
        "Images": f"{channels} x {height} x {width} (channels, height, width)",
        "Value range": _range(card["value_range"]),
        "Weights": "moving average" if card["weights"] == "ema" else "as trained",
        "Checked": f"largest difference to the checkpoint, of {card['parity']['of']}: "
        f"{card['parity']['largest_difference']:.2g}",
        "Made with": ", ".join(f"{name} {version}" for name, version in card["versions"].items()),
    }
    rows = "".join(f"| {name} | {_harmless(value)} |\n" for name, value in facts.items())
    return f"| | |\n|---|---|\n{rows}"


def _range(value_range: Any) -> str:
    if not value_range:
        return "none: these are no images"
    return f"{value_range[0]:g} (black) to {value_range[1]:g} (white)"


def _use(card: Mapping[str, Any], repo: str | None) -> str:
    if card["format"] == "page":
        return f"Open `{card['file']}` in a browser: it holds the network and needs no connection."
    if card["format"] != "safetensors":
        return f"```python\n{USE[card['format']]}{_to_pixels(card['value_range'])}\n```"
    channels, height, width = card["image_shape"]
    place = repo or "."
    code = USE["safetensors"].format(place=place, height=height, width=width, channels=channels)
    if repo is None:
        code = code.replace('(".")', '(".")  # this folder')
    return f"```python\n{code}{_asked(card)}\n```"


def _asked(card: Mapping[str, Any]) -> str:
    """Return how to ask for less than everything, of a model that can be asked."""
    names = card["classes"]
    if not names:
        return ""
    shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
    # Classes can be asked for by number, too.
    name = json.dumps(names[0]) if re.fullmatch(r"[\w .-]+", names[0]) else "0"
    if card["translates"]:
        return TRANSLATED.format(name=name)
    return OF_CLASS.format(name=name, names=_harmless(shown))


def _to_pixels(value_range: Any) -> str:
    if not value_range:
        return ""
    low, high = value_range
    return PIXELS.format(low=low, span=high - low).replace("- -", "+ ")


def _inputs_in_words(card: Mapping[str, Any]) -> str:
    lines = [
        f"- `{given['name']}`, {given['type']} ({', '.join(map(str, given['shape']))}): "
        f"{_harmless(given['meaning'])}\n"
        for given in card["inputs"]
    ]
    return f"Inputs, any number n of each:\n\n{''.join(lines)}\n" if lines else ""


def _scores(card: Mapping[str, Any]) -> str:
    if not card["evaluation"]:
        return "It was not evaluated at this iteration.\n\n"
    metrics, protocol = card["evaluation"]["metrics"], card["evaluation"]["protocol"] or {}
    rows = "".join(
        f"| {_harmless(name)} | {'infinite' if value is None else f'{value:.4g}'} |\n"
        for name, value in list(metrics.items())[:SHOWN]
    )
    more = len(metrics) - SHOWN
    rest = f"{more} more stand in `card.json`.\n\n" if more > 0 else ""
    return f"{_protocol(protocol)}\n\n| metric | value |\n|---|---|\n{rows}\n{rest}"


def _protocol(protocol: Mapping[str, Any]) -> str:
    n_fake, n_real = (
        f"{n:,} " if isinstance(n := protocol.get(key), int) else "" for key in ("n_fake", "n_real")
    )
    extractors = protocol.get("extractors")
    names = extractors if isinstance(extractors, Mapping) else ()
    by = f", features of {', '.join(map(_harmless, names))}" if names else ""
    return (
        f"{n_fake}generated images against {n_real}of {_harmless(protocol.get('data'))} "
        f"({_harmless(protocol.get('split'))}){by}, seed {_harmless(protocol.get('seed'))}."
    )


def _harmless(text: Any) -> str:
    """Return words of a checkpoint, which may be a stranger's, that stay within their place."""
    kept = str(text).replace("`", "'").replace("|", "/").replace("\n", " ").replace("<", "&lt;")
    return kept.replace("](", "] (")  # neither a link nor a picture from elsewhere
