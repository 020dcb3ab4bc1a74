"""The pages in a real browser: they work, fetch nothing, and run nobody else's script."""

import itertools
from xml.etree import ElementTree

import pytest
from PIL import Image

from gan_lab.pages.compared import compared
from gan_lab.pages.comparison import write_comparison
from gan_lab.pages.result_table import result_table, shown_metrics
from gan_lab.pages.run_page import write_run_page
from gan_lab.pages.table_formats import ENDINGS, FORMATS
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.finding import find_runs
from gan_lab.runs.reading import read_run
from tests.pages.browser import Watched, chromium
from tests.pages.made import make_run, make_sweep
from tests.pages.test_sounds import write_two_notes

pytestmark = pytest.mark.slow  # a browser takes seconds to start

HOSTILE = [
    "<script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=\'taken\'">',
    "</title></style></script><script>document.title='taken'</script>",
    "'onload='document.title=1' $\\frac{$ {{7*7}} {% if %}",
    "javascript:document.title='taken'",
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    # As large as the default run's, with pictures that compress as badly as can be.
    root = tmp_path_factory.mktemp("reports") / "run"
    make_run(root, overrides=["loss=minimax"], evaluations=10, samples=30)
    write_run_page(RunDirectory(root))
    return root / "report.html"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    root = make_sweep(tmp_path_factory.mktemp("sweeps") / "losses")
    for job in find_runs(str(root)):
        write_run_page(RunDirectory(job))
    write_comparison(find_runs(str(root)), root / "report.html")
    return root / "report.html"


def test_music_is_played_and_stopped_by_a_button_and_fetches_nothing(browser, tmp_path):
    pytest.importorskip("mido")
    make_run(tmp_path / "run")
    write_two_notes(tmp_path / "run" / "samples" / "00000100.mid")
    write_run_page(RunDirectory(tmp_path / "run"))

    watched = Watched(browser, (tmp_path / "run" / "report.html").as_uri())
    button = watched.page.locator(".play")
    button.click()
    assert button.text_content() == "Stop"
    button.click()
    assert button.text_content() == "Play iteration 100"
    assert watched.fetched() == watched.complaints == []


def test_the_slider_moves_the_grid_by_mouse_and_by_keyboard(browser, report):
    watched = Watched(browser, report.as_uri())
    slider, picture = watched.page.locator("#slide"), watched.page.locator(".slides img:visible")
    newest = picture.get_attribute("src")
    assert picture.count() == 1
    assert watched.page.locator("output").inner_text() == "iteration 990"

    slider.focus()
    slider.press("ArrowLeft")
    earlier = picture.get_attribute("src")
    slider.press("Home")

    assert len({newest, earlier, picture.get_attribute("src")}) == 3
    assert picture.count() == 1
    assert watched.page.locator("output").inner_text() == "iteration 33"
    assert slider.get_attribute("max") == "19"
    assert watched.complaints == watched.fetched() == []


def test_the_configuration_can_be_searched(browser, report):
    page = Watched(browser, report.as_uri()).page

    page.get_by_label("Search keys and values").fill("LR 0.0002")

    assert page.locator("#config tbody tr:visible").all_inner_texts() == ["optimizer.lr\t0.0002"]
    assert page.locator("#config-count").inner_text() == "1 of 4"


def test_the_table_sorts_both_ways_by_number_and_filters_everything(browser, comparison):
    watched = Watched(browser, comparison.as_uri())
    page = watched.page
    head = page.locator("#jobs th", has_text="best fd_mnist_cnn")
    first = page.locator("#jobs tbody tr:visible td:last-child").first
    button = head.get_by_role("button")

    button.click()
    assert (head.get_attribute("aria-sort"), first.inner_text()) == ("ascending", "5")
    button.press("Enter")
    assert (head.get_attribute("aria-sort"), first.inner_text()) == ("descending", "0")

    page.get_by_label("Show runs with").fill("lsgan")
    assert page.locator("#jobs tbody tr:visible").count() == 2
    assert page.locator("#jobs-count").inner_text() == "2 of 6"
    assert page.locator(".gallery figure:visible").count() == 2
    lines = page.locator("svg").first.locator("g[data-group]")
    assert [lines.nth(n).is_visible() for n in range(6)] == [False, False, True, True, False, False]
    assert watched.complaints == watched.fetched() == []


def saved(page, button, folder):
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_what_is_shown_of_the_results_is_saved_as_a_command_writes_it(
    browser, comparison, tmp_path
):
    page = Watched(browser, comparison.as_uri()).page
    runs = [read_run(root) for root in find_runs(str(comparison.parent))]
    _, jobs = compared(runs, comparison.parent)
    left = [name for name in shown_metrics(runs) if name != "ndb"]

    page.get_by_role("radio", name="the best checkpoint").check()
    page.locator(".choices summary").click()
    page.get_by_label("ndb", exact=True).uncheck()

    assert page.locator("#results-last").is_hidden()
    heads = page.locator("#results-best thead th:visible").all_inner_texts()
    assert not any("ndb" in head for head in heads)
    table = result_table(jobs, left, "best", "deviation")
    for name, button in {"latex": "LaTeX", "markdown": "Markdown", "csv": "CSV"}.items():
        path = saved(page, page.get_by_role("button", name=button), tmp_path)
        assert path.name == f"losses-results{ENDINGS[name]}"
        assert path.read_text() == FORMATS[name](table).text(left)


def test_a_chart_is_saved_in_light_colours_with_its_key_and_what_the_filter_left(
    browser, comparison, tmp_path
):
    watched = Watched(browser, comparison.as_uri(), color_scheme="dark")
    page = watched.page
    page.get_by_label("Show runs with").fill("lsgan")
    figure = page.locator("figure", has_text="fd_mnist_cnn, each run")

    svg = saved(page, figure.get_by_role("button", name="SVG"), tmp_path)
    png = saved(page, figure.get_by_role("button", name="PNG"), tmp_path)

    root = ElementTree.parse(svg).getroot()
    texts = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"loss=minimax", "loss=lsgan", "loss=non_saturating", "iteration"} <= texts
    assert sum("data-group" in element.attrib for element in root.iter()) == 2
    assert "var(" not in svg.read_text()
    assert "#1d2126" in svg.read_text()  # the ink of the light page
    with Image.open(png) as picture:
        size = [int(root.attrib[name]) for name in ("width", "height")]
        assert list(picture.size) == [3 * side for side in size]
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 20
    assert svg.stem == png.stem == "fd_mnist_cnn-each-run"
    assert watched.complaints == []


def test_a_hundred_runs_open_within_two_seconds_and_scroll_in_their_frame(browser, tmp_path):
    for n in range(100):
        words = [f"loss={'abcde'[n % 5]}", f"optimizer.lr={n // 20 + 1}e-4", f"seed={n % 20 // 5}"]
        make_run(tmp_path / str(n), overrides=words, evaluations=40, samples=1)
    write_comparison(find_runs(str(tmp_path)), tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size < 6_000_000

    page = browser.new_page(viewport={"width": 1300, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto((tmp_path / "report.html").as_uri())

    # Of the processor, which is the same however busy the machine is.
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    assert 0 < found["TaskDuration"] < 2  # seconds
    assert page.evaluate("document.documentElement.scrollWidth") == 1300
    frame = page.locator("#jobs").locator("xpath=..")
    assert frame.evaluate("(one) => one.clientHeight < 0.8 * innerHeight")
    assert frame.evaluate("(one) => one.scrollHeight > 2 * one.clientHeight")


def test_a_job_leads_to_its_own_page(browser, comparison):
    page = Watched(browser, comparison.as_uri()).page

    with page.expect_navigation():
        page.locator("#jobs a").nth(3).click()

    assert page.title() == "losses/3: finished"


@pytest.mark.parametrize("which", ["report", "comparison"])
def test_both_schemes_and_all_widths_are_drawn_without_overflow(browser, request, which):
    page = Watched(browser, request.getfixturevalue(which).as_uri()).page
    for width, scheme in itertools.product((390, 1300), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)

        assert page.evaluate("document.documentElement.scrollWidth") == width
        ground, ink, label = page.evaluate(
            """() => {
              const style = (selector) => getComputedStyle(document.querySelector(selector));
              return [style("body").backgroundColor, style("body").color, style("svg text").fill];
            }"""
        )
        assert (brightness(ground) > brightness(ink)) is (scheme == "light")
        assert label == ink  # the charts follow the page


def test_the_tables_of_a_comparison_fit_and_long_names_stay_on_one_line(browser, tmp_path):
    for n in range(6):
        root = tmp_path / "outputs" / "2026-11-29" / f"23-59-5{n}, a name that goes on"
        words = [f"loss={('minimax', 'non_saturating')[n % 2]}", f"seed={n // 2}"]
        make_run(root, overrides=[*words, f"optimizer.generator.lr={n % 2 + 1}e-4"], best=91.7 + n)
    home = tmp_path / "outputs"
    write_comparison(find_runs(str(home)), home / "report.html")

    url = (home / "report.html").as_uri()
    page = Watched(browser, url, viewport={"width": 1300, "height": 900}).page

    tables = page.evaluate(
        "[...document.querySelectorAll('.scroll')].map((one) => one.scrollWidth - one.clientWidth)"
    )
    heights = page.evaluate(
        "[...document.querySelectorAll('#jobs tbody tr')].map((row) => row.clientHeight)"
    )
    assert max(tables) <= 0
    assert max(heights) < 45  # one line
    page.get_by_label("Show runs with").fill("23-59-53")  # in the part that is not shown
    assert page.locator("#jobs tbody tr:visible").count() == 1


def test_long_words_and_numbers_break_on_a_narrow_page(browser, tmp_path):
    for n in range(2):
        words = ["data.dir=/" + "x" * 300, f"loss={'y' * 200}{n}", f"seed={n}"]
        root = make_run(tmp_path / ("z" * 100) / str(n), overrides=words, best=1.23e13 + n)
        write_run_page(RunDirectory(root))
    home = tmp_path / ("z" * 100)
    write_comparison(find_runs(str(home)), home / "report.html")

    for path in (home / "report.html", home / "0" / "report.html"):
        page = Watched(browser, path.as_uri(), viewport={"width": 390, "height": 900}).page
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def brightness(colour):
    return sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(",")))


def test_what_a_stranger_wrote_stays_text(browser, tmp_path):
    names = [text.replace("/", "-") for text in HOSTILE]
    for name, text in zip(names, HOSTILE, strict=True):
        root = make_run(tmp_path / name, overrides=[f"data={text}"], samples=1)
        metrics = root / "metrics.csv"
        metrics.write_text(metrics.read_text().replace("kid_mnist_cnn", f'"kid_{csv(text)}"'))
        (root / "summary.json").unlink()
        config = root / ".hydra" / "config.yaml"
        config.write_text(config.read_text() + f"name: {text!r}\n")
        write_run_page(RunDirectory(root))
    write_comparison(find_runs(str(tmp_path)), tmp_path / "report.html")

    pages = {
        tmp_path / name / "report.html": [text] for name, text in zip(names, HOSTILE, strict=True)
    }
    for path, texts in (pages | {tmp_path / "report.html": HOSTILE}).items():
        watched = Watched(browser, path.as_uri())
        title = watched.page.title()
        for known in (*HOSTILE, *names):
            title = title.replace(known, "")
        assert "taken" not in title
        assert watched.page.locator("script").count() == 1
        assert watched.complaints == watched.fetched() == []
        body = watched.page.locator("body").inner_text()
        assert [text for text in texts if text not in body] == []


def csv(text):
    return text.replace('"', '""')


def test_a_script_that_got_in_all_the_same_does_not_run(browser, tmp_path, report):
    page = tmp_path / "page.html"
    page.write_text(
        report.read_text().replace("</main>", "</main><script>document.title='taken'</script>")
    )

    watched = Watched(browser, page.as_uri())

    assert watched.page.title() != "taken"
    assert "Content Security Policy" in watched.complaints[0]


def test_a_report_as_large_as_the_default_runs_is_under_3_megabytes(report):
    assert report.stat().st_size < 3_000_000
