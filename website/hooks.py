"""What MkDocs is told while it builds the site: pages that are made, and links that are moved.

The home page is README.md, the changes are CHANGELOG.md, and the reference is made of conf/ and of
the docstrings. In docs/ links to the repository's files lead where a code host has them; here they
lead to the pages made of those files.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conf_pages import conf_pages
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from package_pages import package_pages

ROOT = Path(__file__).parents[1]
SCRIPTS_AND_STYLES = ("style.css", "iframe-worker.js")
OF_ROOT = {"index.md": "README.md", "changes.md": "CHANGELOG.md"}
ALONE = ("index.md", "start.md", "how_do_i.md")  # with no neighbours to show beside them
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)([^)#\s]+)(#[^)]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the reference to the navigation, and name headings as code hosts do."""
    config.mdx_configs["toc"]["slugify"] = slug
    conf = [{page.title: page.path} for page in conf_pages(ROOT / "conf")]
    package = [{page.title: page.path} for page in package_pages(ROOT / "gan_lab")]
    config.nav.insert(-1, {"Reference": [{"Words": conf}, {"Python": package}]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made of other files."""
    texts = {path: (ROOT / name).read_text("utf-8") for path, name in OF_ROOT.items()}
    for page in (*conf_pages(ROOT / "conf"), *package_pages(ROOT / "gan_lab")):
        texts[page.path] = page.text
    for path, text in texts.items():
        from_root = re.sub(r"""(\[|\]\(|src=")docs/""", r"\1", text)
        files.append(File.generated(config, path, content=from_root))
    for name in SCRIPTS_AND_STYLES:
        text = (ROOT / "website" / name).read_text("utf-8")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links to files of the repository lead to the pages made of them, or nowhere."""
    if page.file.src_uri in ALONE:
        page.meta["hide"] = ["navigation"]
    elif not re.search(r"^(## |::: )", markdown, re.MULTILINE):
        page.meta["hide"] = ["toc"]  # of no headings: its room is for tables
    up = "../" * page.file.src_uri.count("/")
    titles = dict(_titles(config.nav))

    def moved(found: re.Match[str]) -> str:
        text, link, anchor = found.groups(default="")
        if text == link:  # a file's name, where a page has a title
            text = titles.get(link, text)
        path = link.removeprefix("../")
        if link == path and page.file.src_uri not in OF_ROOT:
            return f"[{text}]({link}{anchor})"
        if target := place_of(path):
            return f"[{text}]({up}{target}{anchor})"
        return text if (ROOT / path).exists() else f"[{text}]({link}{anchor})"

    return _LINK.sub(moved, markdown)


def _titles(nav: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield the path and the title of each page of the navigation."""
    for item in nav:
        for title, below in item.items():
            yield from ((below, title),) if isinstance(below, str) else _titles(below)


def place_of(path: str) -> str | None:
    """Return the page that shows a file or folder of the repository, or None."""
    if path in OF_ROOT.values():
        return next(page for page, name in OF_ROOT.items() if name == path)
    parts = path.rstrip("/").split("/")
    if parts == ["conf"]:
        return "reference/words/index.md"
    if parts[0] == "conf":
        groups = parts[1:-1] if parts[-1].endswith(".yaml") else parts[1:]
        return f"reference/words/{'_'.join(groups)}.md"
    if parts[0] == "gan_lab":
        return f"reference/python/{parts[1].removesuffix('.py')}.md"
    return None


def slug(heading: str, separator: str) -> str:
    """Return the anchor of a heading, as code hosts make it, so that links hold in both places."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", separator)
