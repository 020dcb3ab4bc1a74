"""Pages about the package, made of its docstrings: one for each of its folders and modules.

What a page shows is read off the source by mkdocstrings; nothing is imported.
"""

import ast
from functools import cache
from pathlib import Path

from conf_pages import MadePage

FOLDER = "reference/python"


@cache
def package_pages(package: Path) -> list[MadePage]:
    """Return a page for each folder of the package, and one for each module beside them."""
    parts = sorted(
        path
        for path in package.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    )
    pages = [_page(package, path) for path in parts if path.stem not in ("__init__", "__main__")]
    rows = "\n".join(
        f"| [`{page.title}`]({Path(page.path).name}) | {_says(package, page.title)} |"
        for page in pages
    )
    text = (
        "# Python\n\nPrograms use `gan_lab` itself ([From Python](../../python.md)); the rest is "
        "what it is built of, for [parts of your own](../../extending.md). These pages are made of "
        f"the docstrings.\n\n| part | what it holds |\n|---|---|\n{rows}\n\n::: gan_lab\n"
    )
    return [MadePage("gan_lab", f"{FOLDER}/index.md", text), *pages]


def _page(package: Path, path: Path) -> MadePage:
    """Return the page of a folder or of a module."""
    name = f"{package.name}.{path.stem}"
    modules = [path] if path.is_file() else sorted(path.rglob("*.py"))
    dotted = [
        ".".join(module.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        for module in modules
    ]
    first, *others = dotted
    shown = "\n".join(f"::: {module}\n" for module in others)
    head = f"::: {first}\n    options: {{heading_level: 1}}\n"  # the page's own heading
    return MadePage(name, f"{FOLDER}/{path.stem}.md", f"{head}\n{shown}")


def _says(package: Path, name: str) -> str:
    """Return the first line of a docstring."""
    path = package / name.split(".")[1]
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").split("\n")[0]
