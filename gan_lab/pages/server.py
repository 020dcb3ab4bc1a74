"""A folder of runs over HTTP, for this machine alone and for reading alone."""

import os
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, final
from urllib.parse import quote, unquote, urlsplit

from gan_lab.pages.page import POLICY, render
from gan_lab.runs.reading import find_runs, read_run

ADDRESS = "127.0.0.1"
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
    server = ThreadingHTTPServer((ADDRESS, port), _Handler)
    server.folder = folder.resolve()
    return server


@final
class _Handler(BaseHTTPRequestHandler):
    server_version = "gan_lab"
    sys_version = ""

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
        path = unquote(urlsplit(self.path).path)
        if path == "/":
            self._send(_index(self.server.folder).encode(), KINDS[".html"], None, with_body)
            return
        file = allowed_file(self.server.folder, path)
        try:
            content = file.read_bytes()
            changed = file.stat().st_mtime
        except (OSError, AttributeError):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._send(content, KINDS[file.suffix], changed, with_body)

    def _send(self, content: bytes, kind: str, changed: float | None, with_body: bool) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        # Also of pages that somebody else made: only this package's script runs.
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if changed is not None:
            self.send_header("ETag", f'"{changed}"')
        self.end_headers()
        if with_body:
            self.wfile.write(content)


def allowed_file(folder: Path, path: str) -> Path | None:
    """Return the file that a request means, or None if it is not for it.

    Args:
        folder: resolved; nothing outside it is shown, whatever dots and links say.
        path: of the request, decoded.
    """
    try:
        file = (folder / path.lstrip("/")).resolve()
        inside = file.is_relative_to(folder) and file.is_file() and file.suffix in KINDS
    except (OSError, ValueError):  # too long, or a null byte
        return None
    hidden = inside and any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file if inside and not hidden else None


def _index(folder: Path) -> str:
    pages = [
        path
        for path in sorted(folder.rglob("report.html"))
        if allowed_file(folder, str(path.relative_to(folder)))
    ]
    roots = [root for root in find_runs(str(folder)) if root / "report.html" in pages]
    runs = [read_run(root) for root in roots]
    return render(
        "index.html.j2",
        name=folder.name,
        comparisons=[_place(path.parent, folder) for path in pages if path.parent not in roots],
        runs=[{"run": run, "place": _place(run.root, folder)} for run in reversed(runs)],
    )


def _place(directory: Path, folder: Path) -> dict[str, str]:
    name = os.path.relpath(directory, folder)
    return {"name": name, "link": quote(f"{name}/report.html")}
