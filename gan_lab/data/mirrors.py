"""Downloads from the web: a quick look whether the mirror is there, then a checked transfer."""

import queue
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from gan_lab.data.progress import on_terminal, say
from gan_lab.data.routes import UnavailableError

CONNECTION_SECONDS = 5.0
STALLED_SECONDS = 30.0
ATTEMPTS = 3
PAUSE_SECONDS = 1.0


def check_reachable(url: str) -> None:
    """Give the mirror one connection attempt of five seconds, the lookup of its name included.

    Raises:
        UnavailableError: no answer in that time, or an answer that refuses.
    """
    answers: queue.SimpleQueue[requests.Response | requests.RequestException] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(requests.head(url, timeout=CONNECTION_SECONDS, allow_redirects=True))
        except requests.RequestException as error:
            answers.put(error)

    # In a thread, because neither name lookup nor redirects keep to the timeout of requests.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=CONNECTION_SECONDS)
    except queue.Empty:
        raise UnavailableError(_failure(url, requests.Timeout())) from None
    if isinstance(answer, requests.RequestException):
        raise UnavailableError(_failure(url, answer)) from answer
    if not answer.ok:
        raise UnavailableError(f"{_host(url)} answers with status {answer.status_code}")


def download(url: str, checksum: str | None, folder: Path, algorithm: str = "md5") -> Path:
    """Download one file into `folder`; a transfer that breaks is tried twice more.

    Args:
        url: the file's address.
        checksum: the published one of its bytes, hexadecimal; None: nobody gives one, and the
            SHA-256 of what arrives is said.
        folder: an existing folder; a file of that name and checksum there is taken as it is.
        algorithm: of the checksum, such as `sha256`.

    Returns:
        The path of the verified file.

    Raises:
        UnavailableError: the server refuses, the transfer keeps breaking, or the bytes are others.
    """
    pooch.get_logger().setLevel("WARNING")
    say(f"downloading {url}")
    transfer = pooch.HTTPDownloader(
        progressbar=on_terminal(), timeout=(CONNECTION_SECONDS, STALLED_SECONDS)
    )
    name = Path(urlsplit(url).path).name
    known = None if checksum is None else f"{algorithm}:{checksum}"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            path = Path(pooch.retrieve(url, known, name, folder, downloader=transfer))
            if known is None:
                say(f"{name} has no published checksum; its SHA-256 is {pooch.file_hash(path)}")
            return path
        except requests.HTTPError as error:
            raise UnavailableError(_failure(url, error)) from error
        except requests.RequestException as error:
            if attempt == ATTEMPTS:
                raise UnavailableError(f"{_host(url)} broke off {name} {ATTEMPTS} times") from error
            say(f"the transfer of {name} broke off; trying again")
            time.sleep(PAUSE_SECONDS)
        except ValueError as error:
            # Pooch's word for a checksum that differs.
            raise UnavailableError(
                f"{_host(url)} sent other bytes than the published {name}"
            ) from error
    raise AssertionError("the loop returns or raises")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _failure(url: str, error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"{_host(url)} answers with status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"{_host(url)} does not answer within {CONNECTION_SECONDS:g} seconds"
    if isinstance(error, requests.exceptions.SSLError):
        return f"the certificate of {_host(url)} is not accepted"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy does not lead to {_host(url)}"
    return f"{_host(url)} cannot be reached"
