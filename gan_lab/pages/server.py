"""A folder of runs over HTTP, for this machine alone and for reading alone."""

import os
import sys
from collections.abc import Mapping, Set
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, final
from urllib.parse import parse_qs, quote, unquote

from gan_lab.pages.comparison import comparison_page
from gan_lab.pages.page import POLICY, render
from gan_lab.pages.pictures import thumbnail
from gan_lab.runs.finding import find_runs
from gan_lab.runs.reading import Run, read_run
from gan_lab.safe_reading import open_regular
from gan_lab.terminal import complain

ADDRESS = "127.0.0.1"
COMPARE = "/compare"  # ?run=NAME&run=NAME
MOST_COMPARED = 200  # runs
MOST_FIELDS = 10_000  # of a query
MOST_THUMBNAILS = 200  # of the newest runs
BLOCK = 1 << 20  # bytes of a file that are held at a time
SECONDS_OF_SILENCE = 30  # of a client, after which its connection is closed
# What may leave the folder; a checkpoint, for one, may not.
KINDS: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
    ".csv": "text/plain; charset=utf-8",
    ".json": "application/json",
}


def new_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of the folder's reports, which has the port already.

    Args:
        folder: of runs.
        port: 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    server = _Server((ADDRESS, port), _Handler)
    server.folder = folder.resolve()
    return server


@final
class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what is wrong here in a line; nothing of a client that went away."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            complain(f"a request could not be answered ({type(error).__name__}: {error}).")


@final
class _Handler(BaseHTTPRequestHandler):
    server_version = "gan_lab"
    sys_version = ""
    timeout = SECONDS_OF_SILENCE

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: a page that follows a run asks every second."""

    def _answer(self, *, with_body: bool) -> None:
        port = self.server.server_address[1]
        # Another site's name may be made to mean this machine, and its script would then read here.
        if self.headers.get("Host") not in (f"{ADDRESS}:{port}", f"localhost:{port}"):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        path, _, query = self.path.partition("#")[0].partition("?")
        path = unquote(path, errors="surrogateescape")
        if path in ("/", COMPARE):
            made = self._made(path, query)
            if made is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            page = made.encode()
            self._begin(KINDS[".html"], len(page), None)
            if with_body:
                self.wfile.write(page)
            return
        file = allowed_file(self.server.folder, path)
        try:
            content = open_regular(file) if file else None
        except OSError:
            content = None
        if content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with content:
            about = os.fstat(content.fileno())
            self._begin(KINDS[file.suffix], about.st_size, about.st_mtime)
            left = about.st_size if with_body else 0
            while left > 0 and (block := content.read(min(left, BLOCK))):
                self.wfile.write(block)
                left -= len(block)

    def _made(self, path: str, query: str) -> str | None:
        """Return the list of runs, or the page that compares those of a query; None of none."""
        folder = self.server.folder
        if path == "/":
            return index_page(folder)
        roots = chosen_runs(folder, query)
        return comparison_page(list(map(read_run, roots)), folder, folder) if roots else None

    def _begin(self, kind: str, length: int, changed: float | None) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        # Also of pages that somebody else made: only this package's script runs.
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if changed is not None:
            self.send_header("ETag", f'"{changed}"')
        self.end_headers()


def allowed_file(folder: Path, path: str) -> Path | None:
    """Return the file that a request means, or None if it is not for it.

    Args:
        folder: resolved; nothing outside it is shown, whatever dots and links say.
        path: of the request, decoded.
    """
    try:
        file = (folder / path.lstrip("/")).resolve()
        inside = file.is_relative_to(folder) and file.is_file() and file.suffix in KINDS
    except (OSError, ValueError, RuntimeError):  # too long, a null byte, links in a circle
        return None
    hidden = inside and any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file if inside and not hidden else None


def chosen_runs(folder: Path, query: str) -> list[Path]:
    """Return the runs that a query names by their places in the folder, and no other directory.

    Args:
        folder: resolved.
        query: of the request, as in `run=a&run=b`.
    """
    try:
        fields = parse_qs(query, errors="surrogateescape", max_num_fields=MOST_FIELDS)
    except ValueError:  # too many
        return []
    known = {os.path.relpath(root, folder): root for root in find_runs(str(folder))}
    names = [name for name in dict.fromkeys(fields.get("run", [])) if name in known]
    return [known[name] for name in names[:MOST_COMPARED]]


def index_page(folder: Path) -> str:
    """Return the page that lists the runs of a folder, the newest first."""
    reports = {
        Path(place)
        for place, _, files in os.walk(folder)
        if "report.html" in files
        and allowed_file(folder, os.path.relpath(Path(place, "report.html"), folder))
    }
    runs = [read_run(root) for root in find_runs(str(folder))]
    comparisons = sorted(reports - {run.root for run in runs})
    typed = [set(run.overrides) for run in runs]
    common = set.intersection(*typed) if len(typed) > 1 else set()
    rows = [
        {
            "run": run,
            "place": _place(run.root, folder, reports),
            "differs": " ".join(word for word in run.overrides if word not in common),
            "picture": _thumbnail(run) if age < MOST_THUMBNAILS else "",
        }
        for age, run in enumerate(reversed(runs))
    ]
    return render(
        "index.html.j2",
        name=folder.name,
        common=" ".join(sorted(common)),
        comparisons=[_place(root, folder, reports) for root in comparisons],
        runs=rows,
        compare=COMPARE,
    )


def _thumbnail(run: Run) -> str:
    """Return a part of the last picture of samples; nothing without one."""
    return thumbnail(run.samples[max(run.samples)]) if run.samples else ""


def _place(directory: Path, folder: Path, reports: Set[Path]) -> dict[str, str]:
    name = os.path.relpath(directory, folder)
    page = quote(os.fsencode(f"{name}/report.html"))
    return {
        "name": folder.name if directory == folder else name,
        "link": page if directory in reports else "",
        "query": quote(os.fsencode(name), safe=""),
    }
