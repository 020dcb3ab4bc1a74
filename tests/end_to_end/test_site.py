"""The documentation as a site: built strictly, and opened from disk in a browser."""

import os
import subprocess
import sys

import pytest

from gan_lab.config.options import find_conf, options_of
from tests.documents import ROOT
from tests.pages.browser import Watched, chromium

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the site, built without a warning: a broken link is one."""
    for package in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(package, reason=f"{package} is not installed; make docs does it")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    # No request gets through to a proxy that nobody runs.
    nowhere = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    environment = os.environ | nowhere | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_reference_has_every_group_option_and_class_of_the_options(site):
    for folder in sorted({path.parent for path in find_conf().rglob("*.yaml")} - {find_conf()}):
        group = folder.relative_to(find_conf()).as_posix()
        page = (site / "reference" / "words" / f"{group.replace('/', '_')}.html").read_text("utf-8")
        for option in options_of(group):
            assert f'id="{option}"' in page, f"{group}={option}"
    loss = (site / "reference" / "words" / "loss.html").read_text("utf-8")
    assert "<code>loss.a</code>" in loss
    assert "D's target for generated images" in loss.replace("&#39;", "'")
    assert '#gan_lab.losses.adversarial.LeastSquares"' in loss
    networks = (site / "reference" / "python" / "networks.html").read_text("utf-8")
    assert 'id="gan_lab.networks.dcgan.DCGANGenerator"' in networks


def test_pages_open_from_disk_ask_the_network_for_nothing_and_can_be_searched(site):
    with chromium() as browser:
        for page in ("index.html", "start.html", "reference/words/loss.html"):
            watched = Watched(browser, (site / page).as_uri())
            asked = [url for url in watched.requests if not url.startswith(("file:", "data:"))]
            assert asked == [], page
            assert watched.complaints == [], page
        watched.page.locator(".md-search__input").fill("truncation")
        watched.page.locator(".md-search-result__item").first.wait_for()
        assert "matching" in watched.page.locator(".md-search-result__meta").inner_text()


def test_no_page_is_wider_than_a_telephone(site):
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        for path in sorted(site.glob("*.html")):
            page.goto(path.as_uri())
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(over) <= 0, path.name
