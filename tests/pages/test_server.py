"""The server: reports and nothing else, to this machine and nobody else."""

import http.client
import os
import re
import shutil
import socket
import threading
from contextlib import contextmanager

import pytest

from gan_lab.pages.run_page import write_run_page
from gan_lab.pages.server import index_page, new_server
from gan_lab.runs.directory import RunDirectory
from tests.pages.browser import Watched, chromium
from tests.pages.made import make_run


@contextmanager
def serving(folder):
    server = new_server(folder, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    root = make_run(tmp_path_factory.mktemp("reported") / "runs" / "one", samples=1)
    write_run_page(RunDirectory(root))
    return root


@pytest.fixture
def server(reported, tmp_path):
    shutil.copytree(reported, tmp_path / "runs" / "one")
    (tmp_path / "runs" / "one" / "checkpoints" / "last.ckpt").write_text("weights")
    (tmp_path / "secret.html").write_text("secret")
    (tmp_path / "runs" / "link.html").symlink_to(tmp_path / "secret.html")
    (tmp_path / "runs" / "folder").symlink_to(tmp_path)
    with serving(tmp_path / "runs") as one:
        yield one


def ask(server, path, method="GET", **headers):
    address = server.server_address
    connection = http.client.HTTPConnection(*address)
    headers = {"Host": "{}:{}".format(*address)} | headers
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_list_and_the_reports_are_shown(server):
    answer, page = ask(server, "/")
    report, content = ask(server, "/one/report.html")

    assert answer.status == report.status == 200
    assert b"one/report.html" in page
    assert b"secret" not in page
    assert b"<h1>runs/one</h1>" in content
    assert "script-src 'sha256-" in report.headers["Content-Security-Policy"]
    assert ask(server, "/one/metrics.csv")[0].headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html", "/one/../../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html",
        "/one/%2e%2e%2f%2e%2e%2fsecret.html", "//secret.html", "/link.html", "/folder/secret.html",
        "/one/checkpoints/last.ckpt", "/one/.hydra/config.yaml", "/one", "/one/", "/no.html",
        "/one/report.html%00.png", "/" + "a" * 5000 + ".html", "/..\\secret.html",
    ],
)  # fmt: skip
def test_what_lies_outside_or_is_no_page_is_not_there(server, path):
    answer, body = ask(server, path)

    assert answer.status == 404
    assert b"secret" not in body.replace(b"secret.html", b"")


def test_an_absolute_path_does_not_leave_the_folder(server, tmp_path):
    assert ask(server, f"/{tmp_path}/secret.html")[0].status == 404


def test_a_run_is_listed_with_what_it_was_and_a_part_of_its_samples(server, tmp_path):
    words = ["loss=lsgan", "seed=3"]
    make_run(tmp_path / "runs" / "two & more", overrides=words, samples=2)

    page = ask(server, "/")[1].decode()
    names = re.findall(r'<th scope="row" title="([^"]*)"', page)
    first = page.split("</tr>")[1]

    assert names == ["two &amp; more", "one"]  # the newest first
    assert "loss=lsgan seed=3" in first
    assert ">Minimax<" in first
    assert 'class="thumbnail" src="data:image/png;base64,' in first
    assert 'data-run="two%20%26%20more"' in first


def test_the_comparison_of_the_folder_itself_has_its_name(tmp_path):
    make_run(tmp_path / "losses" / "0")
    (tmp_path / "losses" / "report.html").touch()

    page = index_page(tmp_path / "losses")

    assert '<a href="./report.html">losses</a>' in page


def test_chosen_runs_are_compared(server, tmp_path):
    for n in range(2):
        make_run(tmp_path / "runs" / f"& {n}", overrides=[f"loss={n}"], samples=1)

    answer, page = ask(server, "/compare?run=%26%201&run=one&run=one&run=lost")

    assert answer.status == 200
    assert b"2 runs</title>" in page
    assert b'href="one/report.html"' in page
    assert b'title="&amp; 1"' in page
    assert b'title="&amp; 0"' not in page


@pytest.mark.parametrize(
    "query",
    ["", "?", "?run=", "?run=lost", "?run=..", "?run=/etc", "?run=one/checkpoints", "?run=folder",
     "?run=one%00", "?run=../runs/one", "?walk=one", "?run=%ff"],
)  # fmt: skip
def test_nothing_is_compared_but_runs_of_the_folder(server, query):
    assert ask(server, f"/compare{query}")[0].status == 404


def test_one_request_compares_no_more_than_it_may(server, tmp_path, monkeypatch):
    for n in range(3):
        make_run(tmp_path / "runs" / str(n), samples=1)
    monkeypatch.setattr("gan_lab.pages.server.MOST_COMPARED", 2)

    assert b"2 runs</title>" in ask(server, "/compare?run=0&run=1&run=2")[1]
    assert ask(server, "/compare?" + "&".join(["run=0"] * 10_001))[0].status == 404


@pytest.mark.slow
def test_runs_are_ticked_and_compared_in_a_browser(server, tmp_path):
    for n, loss in enumerate(("minimax", "lsgan", "lsgan")):
        make_run(tmp_path / "runs" / f"a {n}", overrides=[f"loss={loss}", f"seed={n}"], samples=1)
    with chromium() as browser:
        watched = Watched(browser, "http://{}:{}/".format(*server.server_address))
        page = watched.page
        assert not page.locator(".compare a").is_visible()

        page.get_by_label("Show runs with").fill("lsgan")
        page.get_by_label("choose all that are shown").check()
        with page.expect_navigation():
            page.get_by_role("link", name="Compare 2 runs").click()

        assert page.title() == "runs: 2 runs"
        assert page.locator("#jobs tbody tr").count() == 2
        assert watched.complaints == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_another_name_for_this_machine_is_refused(server, host):
    assert ask(server, "/", Host=host)[0].status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_only_reads(server, method):
    assert ask(server, "/one/report.html", method)[0].status == 501


def raw(server, request, *, wait=True):
    """Send bytes as no browser would, and return the answer."""
    with socket.create_connection(server.server_address, timeout=20) as client:
        client.sendall(request)
        return client.recv(1 << 16) if wait else b""


@pytest.mark.parametrize(
    "request_line",
    [b"GET //[ HTTP/1.1", b"GET /%ff%fe.html HTTP/1.1", b"GET / HTTP/9.9", b"nonsense",
     b"GET / / / HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET " + b"/" * 70_000 + b" HTTP/1.1"],
)  # fmt: skip
def test_what_is_no_request_is_answered_and_said_nowhere(server, request_line, capsys):
    host = "Host: {}:{}".format(*server.server_address).encode()

    answer = raw(server, request_line + b"\r\n" + host + b"\r\n\r\n")

    assert b" 200 " not in answer
    assert ask(server, "/")[0].status == 200
    assert capsys.readouterr() == ("", "")


def test_a_browser_that_goes_away_leaves_no_word(server, capsys, tmp_path):
    (tmp_path / "runs" / "one" / "large.png").write_bytes(bytes(32 << 20))
    request = "GET {} HTTP/1.1\r\nHost: {}:{}\r\n\r\n"
    for path in ("/one/large.png", "/", "/one/report.html"):
        for _ in range(3):
            raw(server, request.format(path, *server.server_address).encode(), wait=False)
    raw(server, b"GET / HT", wait=False)

    assert ask(server, "/")[0].status == 200
    assert capsys.readouterr() == ("", "")


def test_what_fails_here_is_said_in_a_line(server, capsys, monkeypatch):
    monkeypatch.setattr("gan_lab.pages.server.find_runs", lambda _: [None])

    with pytest.raises(http.client.RemoteDisconnected):
        ask(server, "/")

    assert capsys.readouterr().err.startswith("gan_lab: a request could not be answered (TypeError")


def test_a_damaged_run_has_its_row_and_others_theirs(server, tmp_path):
    root = make_run(tmp_path / "runs" / "two", samples=1)
    (root / "summary.json").unlink()
    os.mkfifo(root / "summary.json")
    os.mkfifo(root / "report.html")

    page = ask(server, "/")[1].decode()

    assert "2 runs" in page
    assert "one/report.html" in page
    assert "damaged: summary.json is a named pipe, not a file" in page
    assert ask(server, "/two/report.html")[0].status == 404
    assert ask(server, "/two/summary.json")[0].status == 404


def test_one_run_is_one_run(server):
    page = ask(server, "/")[1]

    assert b"1 run<" in page


def test_names_that_are_no_text_can_be_opened(server, tmp_path):
    root = tmp_path / "runs" / os.fsdecode(b"\xff\xfe \x1b[2J")
    (tmp_path / "runs" / "one").rename(root)
    write_run_page(RunDirectory(root))

    page = ask(server, "/")[1].decode()
    link = re.search(r'href="(%FF[^"]*)"', page)[1]

    assert r"\xff\xfe \x1b[2J" in page
    assert ask(server, f"/{link}")[0].status == 200


def test_it_listens_on_this_machine_alone(server):
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.slow
def test_the_page_of_a_run_that_goes_on_reloads_when_it_is_rewritten(tmp_path):
    root = make_run(tmp_path / "runs" / "one", status=None)
    directory = RunDirectory(root)
    directory.open(new=False)  # as a run that goes on has it
    write_run_page(directory)
    with serving(tmp_path / "runs") as server, chromium() as browser:
        url = "http://{}:{}/one/report.html".format(*server.server_address)
        watched = Watched(browser, url)
        assert watched.page.title() == "runs/one: running"
        watched.page.locator("#slide").press("Home")
        watched.page.wait_for_event(
            "response", lambda response: response.request.method == "HEAD", timeout=20_000
        )

        metrics = root / "metrics.csv"
        newest = metrics.read_text().splitlines()[-1]
        metrics.write_text(f"{metrics.read_text()}{newest.replace('500,', '777,', 1)}\n")
        write_run_page(directory)
        watched.page.get_by_text("running at 777 of 500 iterations").wait_for(timeout=20_000)

        # Where the reader left it, once the page's script has run.
        watched.page.wait_for_function("document.querySelector('#slide').value === '0'")
        assert watched.complaints == []
        assert {url} == set(watched.requests) - {r for r in watched.requests if r[:5] == "data:"}
    directory.close()
