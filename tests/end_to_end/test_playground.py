"""task=export format=page in a browser: what it draws, offline and from a disk."""

import base64
import json
import re
import time

import numpy as np
import pytest
import torch

import gan_lab
from gan_lab.data.routes import UnavailableError
from gan_lab.errors import DataError
from gan_lab.pages import onnxruntime_web
from gan_lab.pages.onnxruntime_web import Runtime
from tests.end_to_end.conftest import FAST
from tests.pages.browser import Watched, chromium

CONDITIONAL = (*FAST, "data.condition=labels")
INFOGAN = (
    *FAST, "latent=structured", "terms=[mutual_information]", "latent.factors.noise.size=6",
)  # fmt: skip
PETALS = (*FAST, "latent=petals")
PIXELS = """(canvas) => [...canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data]"""


@pytest.fixture
def small(monkeypatch):
    """Let the program for browsers be none: the page is written, and not opened."""
    pytest.importorskip("onnxscript", reason="onnxscript is not installed")
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    monkeypatch.setattr(onnxruntime_web, "prepare", lambda: Runtime(b"", b""))
    return monkeypatch


def export(run, trained, tmp_path, words, *options):
    ckpt = trained(*words) / "checkpoints" / "last.ckpt"
    out = tmp_path / "export"
    outcome = run(
        "task=export", "format=page", f"ckpt={ckpt}", "trainer=cpu", f"out={out}", *options
    )
    return outcome, out


def about(page):
    text = page.read_text("utf-8")
    return json.loads(re.search(r'id="about">(.*?)</script>', text, re.DOTALL)[1])


@pytest.mark.slow
def test_the_page_knows_how_to_draw(small, run, trained, tmp_path):
    outcome, folder = export(run, trained, tmp_path, CONDITIONAL, "license=mit")

    assert outcome.status == 0, outcome.err
    assert {path.name for path in folder.iterdir()} == {
        "playground.html", "card.json", "README.md", "samples.png"
    }  # fmt: skip
    found = about(folder / "playground.html")
    assert found["latents"]["parts"] == [{"kind": "gaussian", "size": found["latents"]["dim"]}]
    assert [choice["name"] for choice in found["condition"]["choices"]] == list("0123456789")
    assert sum(choice["share"] for choice in found["condition"]["choices"]) == pytest.approx(1)
    model = gan_lab.load(trained(*CONDITIONAL), device="cpu")
    latents = np.frombuffer(base64.b64decode(found["check"]["latents"]), np.float32)
    labels = torch.tensor(found["check"]["conditions"])
    with torch.no_grad():
        images = model.generator(torch.tensor(latents).view(4, -1), labels).numpy()
    expected = np.frombuffer(base64.b64decode(found["check"]["images"]), np.float32)
    assert np.abs(images.ravel() - expected).max() < 1e-6
    assert "Open `playground.html` in a browser" in (folder / "README.md").read_text()


def test_a_page_that_would_be_too_large_is_refused(small, run, trained, tmp_path):
    small.setattr("gan_lab.assembly.playground.MOST_BYTES", 10_000)

    outcome, _ = export(run, trained, tmp_path, FAST)

    assert outcome.status == 1
    assert "format=page would be" in outcome.err
    assert "choose format=onnx" in outcome.err


@pytest.fixture
def program():
    """Skip where the program for browsers can neither be fetched nor lies in the cache."""
    try:
        return onnxruntime_web.prepare()
    except (DataError, UnavailableError) as error:
        pytest.skip(str(error))


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [FAST, CONDITIONAL, INFOGAN, PETALS], ids=["gan", "conditional", "infogan", "petals"]
)
def test_a_browser_draws_what_the_checkpoint_draws(program, run, trained, tmp_path, words):
    outcome, folder = export(run, trained, tmp_path, words)
    assert outcome.status == 0, outcome.err
    page = folder / "playground.html"
    assert page.stat().st_size < 20_000_000
    model = gan_lab.load(trained(*words), device="cpu")

    with chromium() as browser:
        watched = Watched(browser, page.as_uri())
        opened = watched.page
        opened.wait_for_selector("body[data-ready]", timeout=120_000)

        assert float(opened.get_attribute("body", "data-ready")) < 1e-5
        assert watched.complaints == []
        assert [url for url in watched.fetched() if not url.startswith("blob:")] == []
        drawn = opened.evaluate("samples.map(({latent, condition}) => [latent, condition])")
        shown = [
            np.array(canvas.evaluate(PIXELS)).reshape(32, 32, 4)
            for canvas in opened.query_selector_all("#samples canvas")
        ]
        assert len(shown) == len(drawn) == 64
        compare(model, drawn, shown)
        if "data.condition=labels" in words:
            opened.select_option("#condition", label="7")
            until(opened, "samples.every(({condition}) => condition[0] === 7)")
        if "latent=petals" not in words and "latent=structured" not in words:
            limit_latents(opened)
        other_seed(opened)
        walk(opened)
        # Of this test's own reading, Chromium says that it could be faster.
        assert not [said for said in watched.complaints if "willReadFrequently" not in said]


def compare(model, drawn, shown):
    """The pixels are those of the checkpoint's own generator, but for rounding."""
    latents = torch.tensor([latent for latent, _ in drawn])
    labels = [torch.tensor([label[0] for _, label in drawn])] if drawn[0][1] else []
    with torch.no_grad():
        expected = model.pixels(model.generator(latents, *labels))
    pixels = np.stack(shown)
    assert (pixels[..., 3] == 255).all()
    for channel in range(3):  # the images are grey
        difference = np.abs(pixels[..., channel] - expected[..., 0].astype(int))
        assert difference.max() <= 1
        assert (difference > 0).mean() < 0.001


def until(opened, condition, seconds=60):
    """Wait for a condition; playwright's own way to do so is not let in by the page's policy."""
    end = time.monotonic() + seconds
    while not opened.evaluate(condition):
        assert time.monotonic() < end, condition
        opened.wait_for_timeout(50)


def limit_latents(opened):
    opened.evaluate(
        "at('truncation').value = 0.5; at('truncation').dispatchEvent(new Event('input'))"
    )
    until(opened, "Math.max(...samples.flatMap(({latent}) => latent)) <= 0.5")
    most = opened.evaluate("Math.max(...samples.flatMap(({latent}) => latent.map(Math.abs)))")
    assert 0.3 < most <= 0.5


def other_seed(opened):
    """The same seed gives the same latents, another one others."""
    ask = "samples[5].latent"
    first = opened.evaluate(ask)
    for seed in (12, 0):
        opened.fill("#seed", str(seed))
        opened.press("#seed", "Enter")
        assert (opened.evaluate(ask) == first) == (seed == 0)


def walk(opened):
    """The way leads from the first chosen one to the second."""
    opened.click("#samples button:nth-child(4)")
    opened.click("#samples button:nth-child(9)")
    until(
        opened,
        "JSON.stringify([...document.querySelectorAll('[data-end]')].map((one) => one.dataset.end))"
        ' === \'["A","B"]\'',
    )
    for place, sample in ((0, 4), (1000, 9)):
        opened.evaluate(
            f"at('place').value = {place}; at('place').dispatchEvent(new Event('input'))"
        )
        opened.wait_for_timeout(500)
        shown, expected = (
            np.array(opened.query_selector(which).evaluate(PIXELS))
            for which in ("#walk", f"#samples button:nth-child({sample}) canvas")
        )
        assert np.abs(shown - expected).max() <= 1
    opened.click("#play")
    until(opened, "Number(at('place').value) < 900")
    opened.click("#play")
    assert opened.inner_text("#play") == "Play"
