"""Whatever a checkpoint holds: an end in words, no code, nothing touched, no secret told."""

import signal
import sys
from random import Random

import pytest
import torch

from tests.safety.mutations import FOR_TRAINING, MUTATIONS, SECRET, written

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

CANARY = "the-secret-that-nobody-may-read"
SECONDS = 30
PIXELS = (
    "evaluation.extractors=pixels", "evaluation.n_fake=100", "evaluation/metrics=[kernel]",
)  # fmt: skip


def number(count, every):
    """Mark all cases but some as slow."""
    return [
        case if case % every == 0 else pytest.param(case, marks=pytest.mark.slow)
        for case in range(count)
    ]


@pytest.fixture
def alarm():
    """Let a command that hangs fail its test."""

    def ring(*_):
        raise AssertionError(f"still at it after {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def contents_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


TRAINING = ["iterations=3", "evaluation.every=1", *PIXELS]
MORE = ["data.limit=200", "allow_config_change=true"]  # as many as a score needs
LOOKING = [["task=sample"], ["task=nearest"], ["task=evaluate", *PIXELS, *MORE]]


def words_for(mutation, random):
    if mutation in FOR_TRAINING or random.random() < 0.2:
        return TRAINING
    return random.choice(LOOKING)


@pytest.mark.parametrize("words", [TRAINING, *LOOKING])
def test_the_checkpoint_itself_passes_at_every_door(words, run, honest, tmp_path):
    made = torch.load(honest, weights_only=True)
    path = written(made, tmp_path)

    outcome = run(f"ckpt={path}", *words, "trainer=cpu", "trainer.precision=32-true")

    assert outcome.status == 0, outcome.err


@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("case", number(200, every=40))
def test_a_mutated_checkpoint_ends_in_words_and_touches_nothing(
    case, run, honest, tmp_path, monkeypatch
):
    random = Random(case)
    mutation = MUTATIONS[case % len(MUTATIONS)]
    folder, work = tmp_path / "strangers", tmp_path / "work"
    folder.mkdir(), work.mkdir()
    (folder / "evil.yaml").write_text("# @package _global_\nseed: 12345\n")
    monkeypatch.setenv(SECRET, CANARY)
    monkeypatch.setenv("GAN_LAB_DATA", str(work / "cache"))
    path = mutation(random, torch.load(honest, weights_only=True), folder)
    words = words_for(mutation, random)
    before = contents_of(folder) if path.is_file() and not path.is_symlink() else None
    others = contents_of(honest.parents[1])

    outcome = run(
        f"ckpt={path}", *words, "trainer=cpu", "trainer.precision=32-true", directory=work
    )

    assert outcome.status in (0, 1)
    assert "Traceback" not in outcome.err
    assert CANARY not in outcome.out + outcome.err
    if before is not None:
        assert contents_of(folder) == before
    assert contents_of(honest.parents[1]) == others
    assert not {"antigravity", "canary_maker"} & sys.modules.keys()
    made = [path for path in tmp_path.rglob("*") if folder not in path.parents and path.is_file()]
    assert all(CANARY.encode() not in path.read_bytes() for path in made)
    assert not (folder / "canary").exists()
    if outcome.status:
        assert outcome.err.strip().splitlines()[-1], outcome.err
