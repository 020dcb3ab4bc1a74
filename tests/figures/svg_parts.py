"""What stands in an SVG, and where."""

import re
from xml.etree import ElementTree

import numpy as np


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("text")]


def path_of(svg, group):
    """Return the points of the line in a group, `(n, 2)`, in pixels from the upper left."""
    node = next(n for n in ElementTree.fromstring(svg).iter() if n.get("data-group") == group)
    path = next(n for n in node.iter() if n.tag.endswith("path"))
    return np.array(re.findall(r"[ML] ([\d.]+) ([\d.]+)", path.get("d")), float)


def places(svg):
    """Return the texts with their places, and the highest place of the axes."""
    nodes = list(ElementTree.fromstring(svg).iter())
    found = {node.text: (float(node.get("x")), float(node.get("y"))) for node in nodes
             if node.tag.endswith("text") and node.get("x")}  # fmt: skip
    top = min(float(n.get("y")) for n in nodes if n.tag.endswith("rect") and n.get("y"))
    return found, top
