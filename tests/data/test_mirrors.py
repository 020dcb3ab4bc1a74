"""Downloads, against a server on this machine that misbehaves on request."""

import hashlib
import socket
import time

import pytest

from gan_lab.data import mirrors
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.routes import UnavailableError

CONTENT = bytes(range(256)) * 100
MD5 = hashlib.md5(CONTENT).hexdigest()


def test_the_verified_file_arrives(web, tmp_path, capsys):
    web.pages["/data.gz"] = [CONTENT]
    check_reachable(f"{web.url}data.gz")
    path = download(f"{web.url}data.gz", MD5, tmp_path)
    assert path == tmp_path / "data.gz"
    assert path.read_bytes() == CONTENT
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"downloading {web.url}data.gz\n"


def test_an_absent_page_is_told_with_its_status(web):
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 answers with status 404"):
        check_reachable(f"{web.url}data.gz")


def test_a_page_that_vanishes_after_the_look_is_not_asked_again(web, tmp_path):
    with pytest.raises(UnavailableError, match="status 404"):
        download(f"{web.url}data.gz", MD5, tmp_path)
    assert web.downloads("/data.gz") == 1


def test_other_bytes_are_refused_and_not_kept(web, tmp_path):
    web.pages["/data.gz"] = [b"a page of a hotel network"]
    with pytest.raises(UnavailableError, match=r"other bytes than the published data\.gz"):
        download(f"{web.url}data.gz", MD5, tmp_path)
    assert web.downloads("/data.gz") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_refused_connection_is_given_up_at_once():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    start = time.monotonic()
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 cannot be reached"):
        check_reachable(f"http://127.0.0.1:{port}/data.gz")
    assert time.monotonic() - start < 2


def test_a_silent_server_costs_no_more_than_the_connection_time(web, monkeypatch):
    monkeypatch.setattr(mirrors, "CONNECTION_SECONDS", 0.5)
    web.pages["/data.gz"] = [1.5]
    start = time.monotonic()
    with pytest.raises(UnavailableError, match=r"does not answer within 0\.5 seconds"):
        check_reachable(f"{web.url}data.gz")
    assert time.monotonic() - start < 1.2
    assert web.requests == [("HEAD", "/data.gz")]


def test_a_slow_name_lookup_counts_as_connection_time(web, monkeypatch):
    monkeypatch.setattr(mirrors, "CONNECTION_SECONDS", 0.5)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1.5) or [])
    start = time.monotonic()
    with pytest.raises(UnavailableError, match="does not answer"):
        check_reachable("http://slow.invalid/data.gz")
    assert time.monotonic() - start < 1.2


def test_a_broken_transfer_is_tried_again(web, tmp_path, capsys):
    web.pages["/data.gz"] = ["cut", "cut", CONTENT]
    assert download(f"{web.url}data.gz", MD5, tmp_path).read_bytes() == CONTENT
    assert web.downloads("/data.gz") == 3
    assert capsys.readouterr().err.count("broke off; trying again") == 2


def test_a_transfer_that_keeps_breaking_is_given_up(web, tmp_path):
    web.pages["/data.gz"] = ["cut"]
    with pytest.raises(UnavailableError, match=r"broke off data\.gz 3 times"):
        download(f"{web.url}data.gz", MD5, tmp_path)
    assert web.downloads("/data.gz") == 3
    assert list(tmp_path.iterdir()) == []
