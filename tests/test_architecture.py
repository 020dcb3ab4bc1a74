"""The rules of the house that can be read off its source: who imports whom, and how long it is."""

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "gan_lab"
FILES = sorted(PACKAGE.rglob("*.py"))
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in FILES}

# From the ground up. A part sees itself and what lies below it, nothing beside it.
LAYERS = (
    {"faults", "terminal", "safe_reading"},
    {"errors", "seeding", "durable", "plurals", "ranges", "dotted_keys"},
    {"extras", "machine", "schedules", "output_files"},
    {"networks", "losses", "latents", "augmentation", "data"},
    {"training", "evaluation", "figures", "runs"},
    {"pages"},
    {"callbacks", "claims", "config"},
    {"assembly", "sweep_signals"},
    {"tasks", "sweep"},
    {"command_line"},
    {"library"},
    {"__main__", "__init__"},
)
HEIGHT = {part: height for height, parts in enumerate(LAYERS) for part in parts}

KNOWS_HYDRA = {"config", "assembly", "tasks", "sweep", "command_line", "library"}
SAYS_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc", "builders", "builder"}
LONGEST_FUNCTION = 45


def part_of(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def module_of(file: str) -> str:
    return ".".join(["gan_lab", *Path(file).with_suffix("").parts]).removesuffix(".__init__")


def imported_by(file: str, source: str) -> set[str]:
    """Return everything that the source imports anywhere in it, as full dotted names."""
    return set(bindings(file, source).values())


@functools.cache
def nodes_of(source: str) -> list[ast.AST]:
    """Return everything that the source is made of."""
    return list(ast.walk(ast.parse(source)))


@functools.cache
def bindings(file: str, source: str) -> dict[str, str]:
    """Return `{name in the file: full dotted name}` of all its imports."""
    found = {}
    for node in nodes_of(source):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            home = ["gan_lab", *file.split("/")][: -node.level] if node.level else []
            module = ".".join([*home, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names}
    return found


def parts_seen_by(file: str, source: str) -> set[str]:
    names = (name.split(".") for name in imported_by(file, source))
    return {name[1] for name in names if name[0] == "gan_lab" and len(name) > 1}


@pytest.mark.parametrize(
    "line",
    [
        "import gan_lab.losses.adversarial",
        "import gan_lab.losses.adversarial as adversarial",
        "from gan_lab import losses",
        "from gan_lab import losses as something",
        "from gan_lab.losses.adversarial import Minimax",
        "from ..losses.adversarial import Minimax",
        "from .. import losses",
        "def late():\n    from gan_lab.losses import adversarial",
        "if TYPE_CHECKING:\n    from gan_lab.losses import adversarial",
    ],
)
def test_no_spelling_of_an_import_escapes_the_layer_rule(line):
    assert parts_seen_by("networks/dcgan.py", line) == {"losses"}


def test_every_part_of_the_package_has_a_layer():
    assert {part_of(file) for file in SOURCES} - {"__init__"} <= HEIGHT.keys()


def test_imports_point_downwards():
    above_or_beside = {
        f"{file} imports {other}"
        for file, source in SOURCES.items()
        for other in parts_seen_by(file, source) - {part_of(file)}
        if HEIGHT.get(other, len(LAYERS)) >= HEIGHT.get(part_of(file), 0)
    }

    assert above_or_beside == set()


def test_hydra_and_omegaconf_stop_at_the_door():
    parts = {
        part_of(file)
        for file, source in SOURCES.items()
        if {"hydra", "omegaconf"} & {name.split(".")[0] for name in imported_by(file, source)}
    }

    assert parts == KNOWS_HYDRA


def test_the_configuration_is_checked_without_torch():
    modules = sorted(
        module_of(file) for file in SOURCES if part_of(file) in {"config", "command_line"}
    )
    heavy = "{'torch', 'lightning', 'numpy'}"
    code = f"import sys, {', '.join(modules)}; print({heavy} & {{*sys.modules}})"

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )

    assert len(modules) > 1
    assert result.stdout == "set()\n"


def test_file_names_say_what_is_in_them():
    assert not SAYS_NOTHING & {
        word for file in SOURCES for word in Path(file).with_suffix("").parts
    }


def test_the_training_step_and_all_around_it_fit_on_one_screen():
    # Constructors are left out: theirs is the list of what they are given.
    lengths = {
        f"{file}: {node.name}": node.end_lineno - node.lineno + 1
        for file, source in SOURCES.items()
        if part_of(file) == "training"
        for node in nodes_of(source)
        if isinstance(node, ast.FunctionDef) and node.name != "__init__"
    }

    assert "training/gan.py: iterate" in lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


class Classes:
    """The class definitions of the package by full name, and which of them extend which."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.nodes = dict(self._all(sources))
        self.bases = {name: self._bases(name, sources) for name in self.nodes}

    def _all(self, sources: dict[str, str]) -> Iterator[tuple[str, ast.ClassDef]]:
        for file, source in sources.items():
            for node in nodes_of(source):
                if isinstance(node, ast.ClassDef):
                    yield f"{module_of(file)}.{node.name}", node

    def _bases(self, name: str, sources: dict[str, str]) -> list[str]:
        """Return the full names of the bases, those outside the package included."""
        module = name.rpartition(".")[0]
        file = next(file for file in sources if module_of(file) == module)
        known = bindings(file, sources[file])
        found = []
        for base in self.nodes[name].bases:
            first, dot, rest = ast.unparse(base).partition(".")
            local = f"{module}.{first}"
            found.append(local if local in self.nodes else known.get(first, first) + dot + rest)
        return found

    def depth(self, name: str) -> int:
        return 1 + max(
            (self.depth(base) for base in self.bases[name] if base in self.nodes), default=0
        )

    def leaves(self) -> set[str]:
        return set(self.nodes) - {base for bases in self.bases.values() for base in bases}

    def has_decorator(self, name: str, decorator: str) -> bool:
        return any(
            ast.unparse(node).split("(")[0].split(".")[-1] == decorator
            for node in self.nodes[name].decorator_list
        )

    def is_exception(self, name: str) -> bool:
        return name.endswith("Error")

    def is_record(self, name: str) -> bool:
        """Plain data that extends nothing of ours."""
        ours = any(base in self.nodes for base in self.bases[name])
        is_typed = bool({"typing.NamedTuple", "typing.TypedDict"} & set(self.bases[name]))
        return is_typed or (not ours and self.has_decorator(name, "dataclass"))

    def is_protocol(self, name: str) -> bool:
        """Says what others have, without being extended."""
        return "typing.Protocol" in self.bases[name]


@pytest.fixture(scope="module")
def classes():
    """Return those of the package."""
    return Classes(SOURCES)


def test_the_class_rules_see_through_imports():
    classes = Classes(
        {
            "data/base.py": "class Top: ...",
            "data/middle.py": "from gan_lab.data.base import Top as T\nclass Middle(T): ...",
            "data/leaf.py": "from gan_lab.data import middle\nclass Leaf(middle.Middle): ...",
        }
    )

    assert classes.depth("gan_lab.data.leaf.Leaf") == 3
    assert classes.leaves() == {"gan_lab.data.leaf.Leaf"}


def test_no_class_is_more_than_one_step_from_its_abstract_base(classes):
    assert {name for name in classes.nodes if classes.depth(name) > 2} == set()


def test_classes_that_nothing_extends_are_final(classes):
    open_to_extension = {
        name
        for name in classes.leaves()
        if not classes.has_decorator(name, "final")
        and not classes.is_exception(name)
        and not classes.is_record(name)
        and not classes.is_protocol(name)
    }

    assert open_to_extension == set()


# What reads a picture file, or hands one to a program, in the libraries that are installed.
READS_PICTURES = {
    "PIL.Image.open", "PIL.ImageFile", "PIL.ImageShow", "PIL.ImageGrab", "PIL.EpsImagePlugin",
    "matplotlib.image.imread", "matplotlib.pyplot.imread", "torchvision", "imageio", "cv2",
    "skimage",
}  # fmt: skip
OPENER = "data/pictures.py"


def names_used(file: str, source: str) -> set[str]:
    """Return everything that the source imports or reaches through an import, in full."""
    known = bindings(file, source)
    found = set(known.values())
    for node in nodes_of(source):
        if isinstance(node, ast.Attribute):
            first, dot, rest = ast.unparse(node).partition(".")
            found.add(known.get(first, first) + dot + rest)
    return found


def reads_pictures(file: str, source: str) -> set[str]:
    return {
        name
        for name in names_used(file, source)
        if any(f"{name}.".startswith(f"{reader}.") for reader in READS_PICTURES)
    }


@pytest.mark.parametrize(
    "lines",
    [
        "from PIL import Image\nImage.open(path)",
        "from PIL import Image as Picture\nPicture.open(path)",
        "from PIL.Image import open as read\nread(path)",
        "import PIL.Image\nPIL.Image.open(path)",
        "import PIL.Image as I\nread = I.open",
        "from PIL import ImageFile\nImageFile.Parser()",
        "import matplotlib.pyplot as plt\nplt.imread(path)",
        "from matplotlib.image import imread",
        "def late():\n    import cv2",
    ],
)
def test_no_spelling_of_reading_a_picture_escapes_the_rule(lines):
    assert reads_pictures("pages/page.py", lines)


def test_picture_files_are_read_in_one_place_only():
    readers = {file for file, source in SOURCES.items() if reads_pictures(file, source)}

    assert readers == {OPENER}
    calls = [
        node
        for node in nodes_of(SOURCES[OPENER])
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Image.open"
    ]
    assert len(calls) == 1
    assert "formats" in {keyword.arg for keyword in calls[0].keywords}
