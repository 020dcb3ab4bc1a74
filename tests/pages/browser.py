"""A real browser, or the reason why there is none."""

import shutil
from contextlib import contextmanager

import pytest

# As root in a container, and without the browser's own errands on the network.
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic",
)  # fmt: skip


@contextmanager
def chromium():
    """Yield the system's Chromium without a window, or skip the test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with playwright.sync_playwright() as api:
        browser = api.chromium.launch(executable_path=found, args=list(OPTIONS))
        yield browser
        browser.close()


class Watched:
    """A page, what it asked the network for, and what it complained of."""

    def __init__(self, browser, url, **options):
        self.page = browser.new_page(**options)
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(url)

    def fetched(self):
        """Return what was asked for besides the page itself and what lies inside it."""
        return [url for url in self.requests[1:] if not url.startswith("data:")]
