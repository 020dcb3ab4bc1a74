"""README.md and docs/: what they tell people to type is right, and their links lead somewhere.

Here commands are composed and checked; tests/end_to_end/test_documents.py runs them.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from gan_lab import command_line
from gan_lab.config.options import options_of
from tests.documents import PAGES, ROOT, all_commands, commands, commands_in_sentences

FIRST_READ = ("README.md", "docs/start.md")
# What stands for a place of the reader's own.
PLACES = {"RUN/": "run/", "RUN ": "run ", "ENTITY/": "me/", "N GPUs": ""}
# In sentences, words in capitals are left to the reader.
FORM = re.compile(r"GROUP=|KEY=|NAME|\.\.\.|…|=[A-Z]+\b(?!/)")
LINK = re.compile(r"""\]\(([^)\s]+)\)|<img src="([^"]+)\"""")


def first_job(words):
    """Return the words of the first job of a sweep, or of a command as it is."""
    if "-m" not in words:
        return words
    single = []
    for word in words:
        key, equals, value = word.partition("=")
        if equals and value[:1] not in "[{(" and "," in value:
            value = value.split(",")[0]
        elif equals and value.startswith("[") and "],[" in value:
            value = value.split("],[")[0] + "]"
        if "(" in value or key.startswith("hydra.sweep"):
            continue  # a range, which only a sweeper reads
        single.append(f"{key}{equals}{value}")
    chosen = ("-m", "sweep=", "hydra/launcher=", "hydra.launcher", "skip_finished=", "objective=")
    return [word for word in single if not word.startswith(chosen)]


@pytest.fixture
def checked(run, monkeypatch):
    """Return a function that composes and checks a command, and does not run it."""
    check = command_line.checked_task

    def check_only(config):
        check(config)
        return lambda config: None

    monkeypatch.setattr(command_line, "checked_task", check_only)
    return run


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=() if page in FIRST_READ else pytest.mark.slow) for page in PAGES],
)
def test_gan_lab_takes_every_command(page, checked):
    sentences = [line for line in commands_in_sentences(page) if not FORM.search(line)]
    for command in dict.fromkeys([*commands(page), *sentences]):
        if not command.startswith("python -m gan_lab") or "--help" in command:
            continue
        if "plugins=" in command:
            continue  # test_docs.py runs these beside the plug-in
        if "los=lsgan" in command:  # a mistake, to see what becomes of it
            assert "Did you mean 'loss=lsgan'?" in checked("los=lsgan", directory=None).err
            continue
        for place, made in PLACES.items():
            command = command.replace(place, made)
        words = first_job(shlex.split(command)[3:])
        outcome = checked(*words, directory=None)
        assert outcome.status == 0, f"{command}\n{outcome.err}"


def test_every_program_that_is_called_is_of_a_kind_that_is_tested():
    """Of torchrun in test_command_line.py, dashboards test_loggers.py, docker test_container.py."""
    programs = {command.split()[0] for command in all_commands()}
    own = {"make", "python", "source"}
    assert programs <= own | {"torchrun", "tensorboard", "wandb", "sbatch", "docker"}


def test_make_knows_its_targets():
    named = {target for text in PAGES.values() for target in re.findall(r"`?make ([a-z-]+)`", text)}
    named |= {line.split()[1] for line in all_commands() if line.startswith("make ")}
    for target in named:
        done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True)
        assert done.returncode == 0, target


def anchors(text):
    """Return the names that a code host gives to the headings of a page."""
    text = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        yield re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings_that_there_are(page):
    for found in LINK.finditer(PAGES[page]):
        link = found[1] or found[2]
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(path.read_text("utf-8")), f"{page}: {link}"


def test_systems_names_every_experiment_and_no_other():
    named = set(re.findall(r"\bexperiment=(\w+)", PAGES["docs/systems.md"]))

    assert named == set(options_of("experiment"))


def test_every_picture_is_shown_somewhere():
    shown = {
        ((ROOT / page).parent / (found[1] or found[2])).resolve()
        for page, text in PAGES.items()
        for found in LINK.finditer(text)
    }
    pictures = {path.resolve() for path in Path(ROOT / "docs" / "images").rglob("*.png")}

    assert pictures <= shown
