"""Wrong commands by the hundred, each through the real command line: one message, and no run."""

import re

import pytest
from hydra import initialize_config_dir

from gan_lab.config.options import find_conf
from tests.config.wrong_commands import wrong_commands

SOME, ALL = 20, 500


class AcceptedError(Exception):
    """A command went as far as training."""


def refuse_to_train(*_):
    raise AcceptedError


@pytest.fixture
def stopped(run, monkeypatch):
    """Return the `run` fixture's function, for commands that end before anything is trained."""
    import gan_lab.tasks.train

    monkeypatch.setattr(gan_lab.tasks.train, "fit", refuse_to_train)
    return run


def faults_of(command, stopped):
    """Return what is wrong with how a command is refused."""
    outcome = stopped(*command.words)
    said = outcome.err.replace(" ", "")
    found = [
        f"{name!r} is not named" for name in command.names if name.replace(" ", "") not in said
    ]
    if outcome.status != 1:
        found.append(f"status {outcome.status}")
    if "Traceback" in outcome.err or "Accepted" in outcome.err:
        found.append("a traceback")
    if not outcome.err.startswith("gan_lab: ") or outcome.err.count("\n") > 2:
        found.append("not one message")
    if not re.search(
        r"[Tt]ype |mean |must |leave |add |takes? |Known |as in |choose|lists |=|needs", outcome.err
    ):
        found.append("no remedy")
    return [f"{' '.join(command.words)}\n  {fault}: {outcome.err[-300:]}" for fault in found]


def commands(count):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        return wrong_commands(count)


def check_all(chosen, stopped):
    faults = [fault for command in chosen for fault in faults_of(command, stopped)]

    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)


def test_some_wrong_commands_are_refused_with_key_value_and_remedy(stopped):
    check_all(commands(SOME), stopped)


@pytest.mark.slow
def test_five_hundred_wrong_commands_are_refused_with_key_value_and_remedy(stopped):
    chosen = commands(ALL)

    assert len({command.words for command in chosen}) == ALL
    check_all(chosen, stopped)
