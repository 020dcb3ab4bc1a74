"""A damaged run directory costs one marked row: no traceback, no hang, nothing read elsewhere."""

import hashlib
import os
import pickle
import shutil
import signal
import sys
import threading
import warnings
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from gan_lab import command_line
from gan_lab.errors import GanLabError
from gan_lab.machine.watchdog import FIRST
from gan_lab.pages import metric_chart, run_charts, run_page
from gan_lab.pages.comparison import comparison_page
from gan_lab.pages.server import new_server
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.finding import find_runs
from gan_lab.runs.metrics_file import MetricsFile
from gan_lab.runs.reading import read_run
from tests.safety.conftest import FAST
from tests.safety.damage import damage

EVALUATED = (
    *FAST[:-1], "data.limit=200", "iterations=4", "log_every=1", "samples_every=2",
    "checkpoint_every=2", "evaluation.every=2", "evaluation.n_fake=200",
)  # fmt: skip
QUICK, ALL = 6, 200
SECRETS = ("gan-lab-canary-in-the-environment", "gan-lab-canary-in-another-file")
NAMES = ("run", "a \x1b]0;owned\x07", "b\nc", os.fsdecode(b"\xff\xfe"), "\u202etxt", "<b>&amp;")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the directory of a finished and evaluated run."""
    directory = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sys, "argv", ["gan_lab", *EVALUATED, f"hydra.run.dir={directory}"])
        monkeypatch.setenv(FIRST, "")
        command_line.main()
    return directory


@pytest.fixture(autouse=True)
def canary(monkeypatch):
    monkeypatch.setenv("GAN_LAB_CANARY", SECRETS[0])


@pytest.fixture
def damaged(whole, tmp_path, request):
    """Return so many damaged copies of the run, and a folder that none of them may touch."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRETS[1])
    for name in ("20200101.png", "00000009.png", "00000009.json", "config.yaml", "2023.pdf"):
        (outside / name).write_text(SECRETS[1])
    roots = {}
    for seed in range(request.param):
        root = tmp_path / "runs" / f"{seed:03d}" / NAMES[seed % len(NAMES)]
        shutil.copytree(whole, root)
        roots[root] = f"{seed}: {', '.join(damage(root, seed, outside))}"
    before = fingerprint(outside)
    yield roots
    assert fingerprint(outside) == before


def fingerprint(folder):
    return {
        path.name: (path.stat().st_ino, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.iterdir()
    }


@contextmanager
def within(seconds, what):
    """Fail where the body does not end in time."""

    def give_up(*_):
        raise AssertionError(f"no end after {seconds} s: {what}")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check(output, *, terminal):
    assert not [secret for secret in SECRETS if secret in output]
    if terminal:
        assert not {"\x1b", "\x07", "\u202e", "\r"} & set(output)
    else:
        output.encode()
        assert not {"\x1b", "\x00", "\u202e"} & set(output)
        assert "<script>alert" not in output


how_many = pytest.mark.parametrize(
    "damaged",
    [pytest.param(QUICK, id="few"), pytest.param(ALL, id="all", marks=pytest.mark.slow)],
    indirect=True,
)


@how_many
def test_the_list_has_one_row_for_each_and_says_what_is_wrong(damaged, tmp_path, run):
    with within(60, "task=list"):
        outcome = run("task=list", f"runs={tmp_path / 'runs'}")

    assert (outcome.status, outcome.err) == (0, "")
    assert "Traceback" not in outcome.out
    check(outcome.out, terminal=True)
    roots = find_runs(str(tmp_path / "runs"))
    rows = [line for line in outcome.out.splitlines() if line.startswith("│ runs/")]
    assert len(roots) >= 0.95 * len(damaged)  # one without any mark of a run is none
    assert [row.split("/")[1] for row in rows] == [root.parent.name for root in roots]
    for root, row in zip(roots, rows, strict=True):
        assert read_run(root).damage in row, damaged[root]


def drawn_once(draw):
    """Return `draw` with a memory of what it has drawn."""
    known = {}

    def drawn(*what):
        key = pickle.dumps(what)
        if key not in known:
            known[key] = draw(*what)
        return known[key]

    return drawn


@how_many
def test_each_has_a_page_and_all_have_a_comparison(damaged, tmp_path, monkeypatch):
    # Most of the damage leaves most of the charts as they are.
    for module, name in (
        (metric_chart, "line_chart"),
        (run_charts, "bin_chart"),
        (run_charts, "heat_map"),
    ):
        monkeypatch.setattr(module, name, drawn_once(getattr(module, name)))
    runs = []
    for root, what in damaged.items():
        with within(20, what):
            try:
                runs.append(read_run(root))
                page = run_page.run_page(runs[-1])
            except Exception as error:
                raise AssertionError(what) from error
        check(page, terminal=False)
        assert ("Damaged:" in page) >= bool(runs[-1].problems), what
    with within(120, "comparison"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        check(comparison_page(runs, tmp_path / "runs", tmp_path), terminal=False)


@how_many
def test_the_server_shows_all_of_them(damaged, tmp_path):
    server = new_server(tmp_path / "runs", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    host = "{}:{}".format(*server.server_address)
    try:
        with within(120, "the server"):
            connection = HTTPConnection(host, timeout=60)
            places = ["/"]
            for root in damaged:
                place = quote(os.fsencode(root.relative_to(tmp_path / "runs")))
                places += [f"/{place}/{name}" for name in ("report.html", "summary.json")]
            for place in places:
                connection.request("GET", place)
                answer = connection.getresponse()
                page = answer.read().decode(errors="replace")
                assert answer.status in (200, 404), place
                assert not [secret for secret in SECRETS if secret in page], place
                if place == "/":
                    assert answer.status == 200
                    check(page, terminal=False)
                    assert "damaged:" in page
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@how_many
def test_going_on_in_one_is_refused_in_a_sentence_or_touches_nothing_else(damaged):
    for root, what in damaged.items():
        directory = RunDirectory(root)
        with within(10, what):
            try:
                file = MetricsFile(directory.metrics)
                directory.open(new=False)
            except GanLabError as error:
                assert str(root) in str(error), what
                continue
            file.cut(2)
            directory.summary.unlink(missing_ok=True)
            directory.forget_after(2)
            directory.close()


@pytest.mark.parametrize(
    "damaged",
    [pytest.param(1, id="few"), pytest.param(10, id="many", marks=pytest.mark.slow)],
    indirect=True,
)
def test_the_command_that_goes_on_ends_in_a_run_or_in_a_sentence(damaged, tmp_path, run):
    for root, what in damaged.items():
        whole_again = tmp_path / "copy"
        with within(120, what):
            outcome = run(f"ckpt='{root}/checkpoints/last.ckpt'", "iterations=5")
        assert outcome.status in (0, 1), what
        assert "Traceback" not in outcome.err, f"{what}\n{outcome.err}"
        check(outcome.err + outcome.out, terminal=True)
        assert not whole_again.exists()
