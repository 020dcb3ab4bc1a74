"""Music from genre to genre, through the command line, on made-up tunes."""

import csv

import pytest

from gan_lab.data.midi_files import read_midi
from gan_lab.data.piano_roll import rolls_of
from tests.data.midi_bytes import midi, note

pytest.importorskip("mido")

pytestmark = pytest.mark.slow

FAST = (
    "algorithm=cyclegan", "model=cyclegan_music", "model.width=4", "model.generator.blocks=1",
    "model.generator.copies=2", "algorithm.extra=partial", "augment=noise", "data@data.a=midi",
    "data@data.b=midi", "data.a.value_range=[0,1]", "data.b.value_range=[0,1]", "batch_size=2",
    "trainer=cpu", "trainer.precision=32-true", "iterations=2", "log_every=1",
)  # fmt: skip


def tune(pitch, voices):
    """Four bars of notes in octaves."""
    tracks = [
        b"".join(note(pitch + 12 * voice, 480, after=1440 * (bar > 0)) for bar in range(4))
        for voice in range(voices)
    ]
    return midi(*tracks)


@pytest.fixture
def words(tmp_path, cache):
    """Two sets: tunes of three voices and of one."""
    for name, voices in (("a", 3), ("b", 1)):
        (tmp_path / name).mkdir()
        for number in range(30):
            (tmp_path / name / f"{number}.mid").write_bytes(tune(40 + number, voices))
    return (*FAST, f"data.a.dir={tmp_path / 'a'}", f"data.b.dir={tmp_path / 'b'}")


def test_music_is_translated_and_measured(run, words):
    outcome = run(*words, "evaluation.every=2", "evaluation.monitor=strength")

    assert outcome.status == 0, outcome.err
    with (outcome.directory / "metrics.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    assert float(last["genre_accuracy"]) > 0.5
    # As good as copies yet.
    assert float(last["strength"]) == pytest.approx(0, abs=0.1)
    assert float(last["a_to_b/strength_one_voice"]) > float(last["a_to_b/strength"])
    assert float(last["a_to_b/voices_before"]) == 3
    assert float(last["b_to_a/cycle_exact"]) > 0.9
    assert float(last["loss/discriminator_fake_a_mixed"]) > 0


@pytest.fixture
def checkpoint(run, words):
    outcome = run(*words, "evaluation=none")
    assert outcome.status == 0, outcome.err
    return outcome.directory / "checkpoints" / "last.ckpt"


def test_samples_can_be_listened_to(checkpoint):
    path = checkpoint.parents[1] / "samples" / "00000002.mid"

    rolls, _ = rolls_of(read_midi(path.read_bytes()))

    # Three sets have a test tune: each, translated, and back, and the same of the other.
    assert len(rolls) == 3 * 6
    originals = rolls[::3]
    assert originals[0].any()
    assert (originals[0].sum(), originals[1].sum()) == (3 * 255 * 16, 255 * 16)


def test_songs_are_translated_to_songs_of_the_same_names(run, checkpoint, tmp_path):
    songs = tmp_path / "songs"
    (songs / "deep").mkdir(parents=True)
    (songs / "one.mid").write_bytes(tune(50, 1))
    (songs / "deep" / "two.midi").write_bytes(tune(60, 2))
    (songs / "deep" / "text.mid").write_bytes(b"hello")

    outcome = run(
        "task=translate", f"ckpt={checkpoint}", f"images={songs}", "to=b",
        f"out={tmp_path / 'out'}",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    assert "2 songs; 1 of 3 passed over: 1 no MIDI inside (deep/text.mid)" in outcome.out
    assert "Wrote 2 translations from a to b" in outcome.out
    files = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    assert files == {"one.mid", "deep/two.mid", "translations.png"}
    translated, _ = rolls_of(read_midi((tmp_path / "out" / "one.mid").read_bytes()))
    assert translated.shape == (1, 1, 64, 84)


def test_phrases_of_the_data_are_translated_where_no_song_is_named(run, checkpoint, tmp_path):
    outcome = run("task=translate", f"ckpt={checkpoint}", "n=2", "to=a", f"out={tmp_path / 'out'}")

    assert outcome.status == 0, outcome.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "00000.mid", "00001.mid", "translations.png",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["to=c"], "to=c is no set that this model translates to"),
        (["images=absent.mid"], "images=absent.mid cannot be read"),
        (["images=absent"], "does not exist"),
        (["size=32"], "size=32: piano rolls are 64x84"),
    ],
)
def test_a_mistake_is_named(run, checkpoint, typed, message):
    outcome = run("task=translate", f"ckpt={checkpoint}", *typed)

    assert outcome.status == 1
    assert message in outcome.err


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "algorithm.extra=some",
            "extra=some is not known. Known here: base, full, partial.",
        ),
        ("algorithm.extra=full", "draws minibatches of the source a and b and c"),
        ("algorithm.extra_weight=-1", "algorithm.extra_weight=-1 must be"),
        ("augment=ada", "needs images, and Midi has piano rolls"),
        ("model.generator.copies=-1", "model.generator.copies=-1 must be"),
    ],
)
def test_a_wrong_word_is_named(run, words, word, message):
    outcome = run(*words, "evaluation=none", word)

    assert outcome.status == 1
    assert message in outcome.err
