"""The page with a generator inside: one file that asks for nothing, whatever names are in it."""

import base64
import gzip
import hashlib
import re
import tarfile

import pytest

from gan_lab.errors import DataError
from gan_lab.pages import onnxruntime_web, playground
from gan_lab.pages.onnxruntime_web import SCRIPT, WASM, Runtime

ABOUT = {
    "shape": [1, 2, 2], "range": [-1, 1], "samples": 4,
    "latents": {"dim": 2, "path": "spherical", "truncates": True, "parts": [], "drawn": None},
    "condition": {"heading": "Class", "choices": [{"name": "</script><b>", "value": [0]}]},
}  # fmt: skip


def made():
    runtime = Runtime(gzip.compress(b"export {}"), gzip.compress(b"\0asm"))
    return playground.page_of("<i>A", {"Data": "</dl>"}, ABOUT, b"onnx", runtime)


def inside(page, name):
    return re.search(rf'id="{name}">(.*?)</script>', page, re.DOTALL)[1]


def test_the_network_and_its_program_lie_inside():
    page = made()

    assert gzip.decompress(base64.b64decode(inside(page, "network"))) == b"onnx"
    assert gzip.decompress(base64.b64decode(inside(page, "runtime-wasm"))) == b"\0asm"
    assert "Truncation" in page


def test_the_browser_may_ask_nobody_and_run_nothing_else():
    page = made()

    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    policy = policy.replace("&#39;", "'")
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}' 'wasm-unsafe-eval' blob:"
    assert not re.findall(r'(?:src|href)="(?!data:)', page)


def test_names_stay_names():
    page = made()

    assert page.count("<script") == 5
    assert "</script><b>" not in page
    assert "<i>A" not in page


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Let a small archive be the npm package."""
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    contents = {SCRIPT: b"a script", WASM: b"a program"}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    folder = tmp_path / "onnxruntime-web"
    folder.mkdir()
    path = folder / onnxruntime_web.ARCHIVE
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            source = tmp_path / name
            source.write_bytes(content)
            archive.add(source, f"package/dist/{name}")
    monkeypatch.setattr(onnxruntime_web, "SHA256", digests)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(onnxruntime_web, "PACKAGE_SHA256", sha256)
    return path


def test_the_program_is_taken_from_the_package_once(package):
    first = onnxruntime_web.prepare()
    package.unlink()

    assert onnxruntime_web.prepare() == first
    assert gzip.decompress(first.script) == b"a script"
    assert gzip.decompress(first.wasm) == b"a program"


def test_a_damaged_program_and_another_package_are_noticed(package):
    onnxruntime_web.prepare()
    (kept,) = package.parent.glob("*.wasm.gz")
    kept.write_bytes(gzip.compress(b"another program"))
    with pytest.raises(DataError, match="is truncated or altered; delete it"):
        onnxruntime_web.prepare()
    kept.write_bytes(b"no gzip")
    with pytest.raises(DataError, match="is truncated or altered; delete it"):
        onnxruntime_web.prepare()
    kept.unlink()
    package.write_bytes(b"other")
    with pytest.raises(DataError, match=r"is not onnxruntime-web 1\.30\.0: replace it"):
        onnxruntime_web.prepare()


def test_without_npm_it_is_said_where_to_put_the_package(package):
    package.unlink()

    with pytest.raises(DataError, match=r"npm, which .* is not installed.*\n.*Put onnxruntime-web"):
        onnxruntime_web.prepare()
