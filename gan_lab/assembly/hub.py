"""Models on the Hugging Face Hub: they arrive as safetensors with a card, and leave as the same.

Whatever else a repository holds, such as a pickle, which could run code, is neither downloaded nor
read. The token is huggingface_hub's business: it is never seen here, so nothing here can show it.
"""

import logging
import os
import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gan_lab
from gan_lab.data.files import data_folder, locked
from gan_lab.data.progress import on_terminal
from gan_lab.durable import replacing
from gan_lab.errors import CheckpointError, ConfigError, GanLabError
from gan_lab.extras import require
from gan_lab.runs import exported_weights
from gan_lab.runs.checkpoints import MANIFEST

CARD = "card.json"
# What is read of a repository: the weights, and JSON.
FETCHED = (exported_weights.NAME, MANIFEST, CARD)
# What goes into one.
PUSHED = (*FETCHED, "README.md", "samples.png")
# Endings of files that are pickles, or may hold some.
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
LOG_IN = "log in once with 'hf auth login', or set HF_TOKEN"


def is_name(text: str) -> bool:
    """Return whether a repository of the Hub can be called so: `user/name`."""
    return NAME.fullmatch(text) is not None and not re.search(r"\.\.|--", text)


def check_name(repo: str | None) -> str:
    """Return the name.

    Raises:
        ConfigError: no repository can be called so.
    """
    if repo is None:
        raise ConfigError("task=push needs repo=, as in repo=user/name.")
    if not is_name(repo):
        raise ConfigError(f"repo={repo} is no name on the Hub: say repo=user/name.")
    return repo


def push(folder: Path, repo: str, *, private: bool = False) -> str:
    """Put the model in a folder onto the Hub, into a repository that is made if it is not there.

    Args:
        folder: with the files of `PUSHED`, or some of them.
        repo: `user/name`.
        private: whether only its owner may see a repository that is made now.

    Returns:
        The repository's address.

    Raises:
        ConfigError: the Hub is not there or refuses, or huggingface_hub is missing.
    """
    hub = _hub()
    api = _api(hub)
    with _in_words(ConfigError, f"repo={repo}", "pushed"):
        api.create_repo(repo, private=private, exist_ok=True)
        api.create_commit(
            repo,
            [
                hub.CommitOperationAdd(name, folder / name)
                for name in PUSHED
                if (folder / name).is_file()
            ],
            commit_message=f"Model of gan_lab {gan_lab.__version__}",
        )
    return address(repo)


def address(repo: str) -> str:
    """Return where a repository is looked at."""
    return f"{_endpoint(_api(_hub()))}/{repo}"


def fetch(repo: str, revision: str | None = None) -> Path:
    """Return a folder with the files of `FETCHED` that a repository has, downloaded if need be.

    They serve when the Hub cannot be reached later, too.

    Args:
        repo: `user/name`.
        revision: a branch, tag or commit; None: the newest.

    Raises:
        CheckpointError: the Hub is not there or refuses, or the repository has no safetensors.
    """
    hub = _hub()
    api = _api(hub)
    named = repo if revision is None else f"{repo} at {revision}"
    with _in_words(CheckpointError, named, "fetched"):
        try:
            info = api.model_info(repo, revision=revision)
        except (hub.errors.OfflineModeIsEnabled, hub.errors.HTTPError) as error:
            kept = None if _is_answer(hub, error) else _kept(hub, repo, revision)
            if kept is None:
                raise
            warnings.warn(
                f"{named} is taken as it was last fetched: {_host(api)} cannot be reached.",
                stacklevel=4,
            )
            return _as_files(kept, repo)
        names = sorted(entry.rfilename for entry in info.siblings or ())
        _check_files(named, names)
        # The first one also notes which commit the revision is.
        weights = Path(api.hf_hub_download(repo, exported_weights.NAME, revision=revision))
        for name in FETCHED[1:]:
            if name in names:
                api.hf_hub_download(repo, name, revision=weights.parent.name)
        return _as_files(weights.parent, repo)


def _as_files(snapshot: Path, repo: str) -> Path:
    """Return a folder with the files themselves: huggingface_hub's own cache is made of links.

    Links in a folder of somebody else's are not followed anywhere in gan_lab.
    """
    folder = data_folder("hub") / repo / snapshot.name
    with locked(folder):
        for name in FETCHED:
            source, target = (snapshot / name).resolve(), folder / name
            if source.is_file() and not target.exists():
                try:
                    target.hardlink_to(source)
                except OSError:  # on another disk
                    with replacing(target) as file, source.open("rb") as content:
                        shutil.copyfileobj(content, file)
    return folder


def _check_files(named: str, names: Sequence[str]) -> None:
    """Refuse a repository without safetensors, and say what of one is left where it is."""
    pickles = [name for name in names if name.endswith(PICKLES)]
    if exported_weights.NAME not in names:
        holds = f" It holds {pickles[0]}, which could run code and is not read." if pickles else ""
        raise CheckpointError(
            f"{named} has no {exported_weights.NAME}, as task=push and gan_lab.push_to_hub write "
            f"it.{holds}"
        )
    if pickles:
        warnings.warn(
            f"{named} also holds {pickles[0]}, which could run code: only safetensors and JSON are "
            f"downloaded.",
            stacklevel=5,
        )


def _hub() -> Any:
    return require("hub", "The Hub", "huggingface_hub", "huggingface_hub.errors")


def _api(hub: Any) -> Any:
    # Read now: huggingface_hub reads it when it is imported, which may have been earlier.
    return hub.HfApi(
        endpoint=os.environ.get("HF_ENDPOINT") or None,
        library_name="gan_lab",
        library_version=gan_lab.__version__,
    )


def _endpoint(api: Any) -> str:
    """Return the Hub's address, without a password that may stand in it."""
    parts = urlsplit(api.endpoint)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _host(api: Any) -> str:
    address = _endpoint(api)
    return f"the Hub at {urlsplit(address).netloc or address}"


def _is_answer(hub: Any, error: Exception) -> bool:
    return isinstance(error, hub.errors.HfHubHTTPError)


def _kept(hub: Any, repo: str, revision: str | None) -> Path | None:
    """Return the folder that was fetched earlier."""
    found = hub.try_to_load_from_cache(repo, exported_weights.NAME, revision=revision)
    return Path(found).parent if isinstance(found, str) else None


@contextmanager
def _quiet(hub: Any) -> Iterator[None]:
    """Let no request be reported, and no bar be drawn where nobody watches one."""
    loggers = [logging.getLogger(name) for name in ("httpx", "httpx2")]
    levels = [logger.level for logger in loggers]
    hides = not on_terminal() and not hub.utils.are_progress_bars_disabled()
    try:
        for logger in loggers:
            logger.setLevel(logging.WARNING)
        if hides:
            hub.utils.disable_progress_bars()
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if hides:
            hub.utils.enable_progress_bars()


@contextmanager
def _in_words(kind: type[GanLabError], named: str, done: str) -> Iterator[None]:
    """Say in one sentence what went wrong; what the Hub's package says of it is not repeated."""
    hub = _hub()
    host, errors = _host(_api(hub)), hub.errors
    try:
        with _quiet(hub):
            yield
    except GanLabError:
        raise
    except errors.RevisionNotFoundError as error:
        raise kind(f"{named}: there is no such revision on {host}.") from error
    except errors.GatedRepoError as error:
        raise kind(
            f"{named} is for those whom its owner lets in: ask on its page, then {LOG_IN}."
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise kind(
            f"{named} is not on {host}, or is private: check the name, or {LOG_IN}."
        ) from error
    except errors.HfHubHTTPError as error:
        raise kind(f"{named} cannot be {done}: {_answer(host, error)}") from error
    except errors.OfflineModeIsEnabled as error:
        raise kind(f"{named} cannot be {done} while HF_HUB_OFFLINE is set.") from error
    except (errors.HTTPError, errors.LocalEntryNotFoundError) as error:
        raise kind(f"{named} cannot be {done}: {host} cannot be reached.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise kind(f"{named} cannot be {done} ({reason}).") from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        # Raised in a thread of uploads, or by what is no answer of a Hub.
        cause = error.__cause__
        if isinstance(cause, errors.HfHubHTTPError):
            raise kind(f"{named} cannot be {done}: {_answer(host, cause)}") from error
        if isinstance(cause, errors.HTTPError):
            raise kind(f"{named} cannot be {done}: {host} cannot be reached.") from error
        raise kind(
            f"{named} cannot be {done}: {host} does not answer as a Hub does; HF_ENDPOINT names "
            f"another one."
        ) from error


def _answer(host: str, error: Any) -> str:
    """Return what to do about a status that refuses."""
    status = error.response.status_code
    if status == 401:
        return f"{host} knows no such token (401): {LOG_IN}."
    if status == 403:
        return f"{host} forbids it to this token (403): take one that may write there."
    return f"{host} answers with status {status}."
