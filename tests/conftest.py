"""The command line, run inside the test's own process: what a user types, without the start-up."""

import functools
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hydra.core.hydra_config import HydraConfig

from gan_lab import command_line
from gan_lab.config.options import add_folders
from gan_lab.machine.watchdog import FIRST
from tests import faster_hydra  # noqa: F401  (its import is what counts)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let both halves, with which two workers begin, begin with slow tests: none comes last."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    half = len(quick) // 2
    items[:] = [*slow[::2], *quick[:half], *slow[1::2], *quick[half:]]


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: the modules, and thousands of tests."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str
    directory: Path | None


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> Iterator[Callable[..., Outcome]]:
    """Return a function that runs `python -m gan_lab OVERRIDES`, by default into `tmp_path/run`.

    With None the command finds a directory itself.
    """

    def run_command(*overrides: str, directory: Path | None = tmp_path / "run") -> Outcome:
        is_named = any(word == "-m" or word.startswith("ckpt=") for word in overrides)
        where = [] if is_named or directory is None else [f"hydra.run.dir={directory}"]
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", [*sys.path])
        monkeypatch.setattr(sys, "argv", ["gan_lab", *overrides, *where])
        monkeypatch.setenv(FIRST, "")  # what the command makes of it ends with the test
        environment = dict(os.environ)
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        capsys.readouterr()
        try:
            command_line.main()
            status = 0
        except SystemExit as end:
            status = end.code or 0
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            HydraConfig.instance().cfg = None  # as --cfg leaves it
            for name in set(os.environ) - set(environment):
                del os.environ[name]  # as where W&B's process is
            os.environ.update(environment)
        printed = capsys.readouterr()
        return Outcome(status, printed.out, printed.err, directory)

    before = set(sys.modules)
    yield run_command
    add_folders([])
    for name in set(sys.modules) - before:
        module = sys.modules[name]
        # A folder without __init__.py is a package without a file.
        path = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
        if path and Path(path).is_relative_to(tmp_path):
            del sys.modules[name]  # a plug-in of this test


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """Return a function that trains as the words say, once, and returns where."""

    @functools.cache
    def train(*words):
        directory = tmp_path_factory.mktemp("trained") / "run"
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(sys, "argv", ["gan_lab", *words, f"hydra.run.dir={directory}"])
            monkeypatch.setenv(FIRST, "")
            command_line.main()
        return directory

    return train


@pytest.fixture
def example_lab(monkeypatch):
    """Let the package of tests/plugin be imported as if it were installed."""
    folder = str(Path(__file__).parent / "plugin")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", folder)  # for processes that a command starts
    yield
    add_folders([])
    for name in [name for name in sys.modules if name.split(".")[0] == "example_lab"]:
        del sys.modules[name]


@pytest.fixture
def wandb_session(monkeypatch, tmp_path):
    """Let W&B start afresh, without a key: it takes over an environment once in a process."""
    import wandb  # slow

    for name in ("OTEL_SDK_DISABLED", "WANDB_DATA_DIR", "WANDB_CACHE_DIR"):
        monkeypatch.setenv(name, "")  # what the run sets ends with the test
    for name in [name for name in os.environ if name.startswith(("WANDB_", "OTEL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    yield monkeypatch
    wandb.teardown()
