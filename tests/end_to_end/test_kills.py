"""A run that is killed at any moment and continued equals the uninterrupted one bit for bit."""

import functools
import os
import random
import signal
from pathlib import Path

import pytest
import torch

from gan_lab import faults, seeding
from gan_lab.durable import UNFINISHED
from gan_lab.runs.checkpoints import MANIFEST, read_checkpoint
from tests.end_to_end.campaign import DCGAN, MLP, command, fingerprint, live, note_moments
from tests.processes import finish, start

KILLED = -signal.SIGKILL
STAGED = f"{UNFINISHED}last.ckpt"

# Ten iterations of two discriminator steps; epochs end with iterations 4 and 8; rows every 2;
# checkpoints every 3 and at 10; evaluations at 4, 8 and 10; pictures at 5 and 10.
MOMENTS = {
    "the directory is made, nothing is in it": "directory_open:1",
    "between two files of the configuration": "before_rename/overrides.yaml:1",
    "before a discriminator step": "before_discriminator_step:10",
    "after the first discriminator step": "after_discriminator_step:9",
    "after the second discriminator step": "after_discriminator_step:10",
    "between the players": "between_players:5",
    "before the generator step": "before_generator_step:5",
    "after the generator step": "after_generator_step:5",
    "on an epoch's last batch": "after_generator_step:8",
    "a new epoch": "new_epoch:2",
    "before the average": "before_ema:7",
    "after the average": "after_ema:7",
    "before a row": "before_row:3",
    "half a row": "half_a_row:2",
    "a new column": "before_rename/metrics.csv:2",
    "after a row": "after_row:4",
    "before a checkpoint's fsync": f"before_fsync/{STAGED}:2",
    "a checkpoint is on disk, without a name": f"after_rename/{STAGED}:3",
    "the first checkpoint is not known to the manifest": "before_manifest/last.ckpt:1",
    "before the manifest": "before_manifest/last.ckpt:2",
    "before the manifest's rename": "before_rename/manifest.json:4",
    "before a checkpoint's rename": "after_manifest/last.ckpt:2",
    "after a checkpoint's rename": "in_place/last.ckpt:2",
    "before the best checkpoint's rename": "after_manifest/best.ckpt:1",
    "after the best checkpoint's rename": "in_place/best.ckpt:2",
    "during an evaluation": "during_evaluation:4",
    "an evaluation's record": "before_rename/00000008.json:1",
    "a picture": "before_fsync/00000005.png:1",
    "the last picture": "before_rename/00000010.png:1",
    "the last checkpoint": f"before_rename/{STAGED}:4",
    "training is over": "training_over:1",
    "before the summary": "before_rename/summary.json:1",
    "after the summary": "after_rename/summary.json:1",
}
QUICK = ("after the first discriminator step", "before a checkpoint's rename")

slow = pytest.mark.slow


def cases(moments):
    return [
        pytest.param(fault, id=name, marks=() if name in QUICK else slow)
        for name, fault in moments.items()
    ]


@pytest.fixture(scope="session")
def uninterrupted(tmp_path_factory):
    """Return a function that gives the fingerprint of a whole run, and the moments it passed."""

    @functools.cache
    def run(ranks, *more):
        folder = tmp_path_factory.mktemp("whole")
        noted = folder / "moments"
        ended = live(
            command(folder / "run", *more), ranks=ranks, before=note_moments, arguments=(noted,)
        )
        assert ended == [0] * ranks, output(folder / "run")
        return fingerprint(folder / "run"), noted.read_text().splitlines()

    return run


def output(directory: Path) -> str:
    return "\n".join(path.read_text() for path in directory.parent.glob(f"{directory.name}.*.txt"))


def kill(directory, fault, *more, ranks=1, rank=0):
    """Run until `fault`; whatever has been saved by then is whole."""
    ended = live(command(directory, *more), fault=fault, ranks=ranks, rank=rank)

    assert ended[rank] == KILLED, output(directory)
    if (directory / "checkpoints" / MANIFEST).exists():
        for path in (directory / "checkpoints").glob("*.ckpt"):
            if not path.name.startswith(UNFINISHED):
                read_checkpoint(path)


def go_on(directory, *more, ranks=1):
    """Type the same command again, and return the finished run's fingerprint."""
    ended = live(command(directory, *more), ranks=ranks)

    assert ended == [0] * ranks, output(directory)
    return fingerprint(directory)


@pytest.mark.parametrize("fault", cases(MOMENTS))
def test_a_run_killed_at_this_moment_continues_exactly(fault, uninterrupted, tmp_path):
    kill(tmp_path / "run", fault)

    assert go_on(tmp_path / "run") == uninterrupted(1)[0]


@slow
@pytest.mark.parametrize("moment", ["before_manifest", "after_manifest", "in_place"])
def test_a_checkpoint_to_keep_is_there_whenever_the_run_was_killed(moment, uninterrupted, tmp_path):
    keep = "keep_checkpoints=[3,5]"

    for name in ("00000003.ckpt", "00000005.ckpt"):
        kill(tmp_path / "run", f"{moment}/{name}:1", keep)

    assert go_on(tmp_path / "run", keep) == uninterrupted(1, keep)[0]
    for iteration in (3, 5):
        kept = read_checkpoint(tmp_path / "run" / "checkpoints" / f"{iteration:08d}.ckpt")
        assert kept["clock"]["iteration"] == iteration


@slow
@pytest.mark.parametrize("percent", [25, 50, 75, 100])
def test_a_run_killed_while_this_much_of_a_checkpoint_is_written(percent, uninterrupted, tmp_path):
    whole, noted = uninterrupted(1)
    before, sizes = pieces_of_checkpoint(3, noted)
    wanted = sum(sizes) * percent / 100
    turn = next(n for n in range(1, len(sizes) + 1) if sum(sizes[:n]) >= wanted)

    kill(tmp_path / "run", f"checkpoint_bytes:{before + turn}")

    (torn,) = (tmp_path / "run" / "checkpoints").glob(f"{UNFINISHED}*last.ckpt")
    # All but the piece at hand and what waits in the buffer.
    assert torn.stat().st_size == pytest.approx(wanted, abs=max(sizes) + 8192)
    assert go_on(tmp_path / "run") == whole


def pieces_of_checkpoint(number, noted):
    """Return how many pieces were written before last.ckpt's nth writing, and its pieces' sizes."""
    pieces, first, seen = [], 0, 0
    for word, *unit in map(str.split, noted):
        if unit:
            pieces.append(int(word))
        elif word.startswith("before_fsync/"):
            seen += word.endswith(STAGED)
            if seen == number:
                return first, pieces[first:]
            first = len(pieces)
    raise AssertionError("so many checkpoints are not written")


@slow
@pytest.mark.parametrize(
    ("fault", "rank"),
    [
        ("after_discriminator_step:9", 0),
        ("after_discriminator_step:9", 1),
        ("between_players:5", 1),
        ("after_generator_step:8", 0),
        ("after_ema:7", 1),
        ("half_a_row:2", 0),
        ("before_manifest/last.ckpt:2", 0),
        ("after_manifest/last.ckpt:2", 0),
        ("during_evaluation:2", 0),
        ("during_evaluation:2", 1),
        ("training_over:1", 0),
        ("before_rename/summary.json:1", 0),
    ],
)
def test_with_two_ranks_one_does_not_outlive_the_other_and_both_continue_exactly(
    fault, rank, uninterrupted, tmp_path
):
    kill(tmp_path / "run", fault, ranks=2, rank=rank)

    assert go_on(tmp_path / "run", ranks=2) == uninterrupted(2)[0]


def use_cache(folder):
    """Let the process keep what it prepares in a folder of its own."""
    os.environ["GAN_LAB_DATA"] = str(folder)


@slow
def test_the_first_run_of_all_equals_later_ones_also_if_it_is_killed(tmp_path):
    own = ("evaluation.extractors=[classifier,pixels]",)

    def run(name, cache, fault=None):
        cache = tmp_path / cache
        words = command(tmp_path / name, *own)
        return live(words, fault=fault, before=use_cache, arguments=(cache,))

    assert run("first", "one") == [0], output(tmp_path / "first")
    assert run("later", "one") == [0]
    assert run("killed", "two", fault="during_evaluation:4") == [KILLED]
    assert run("killed", "two") == [0]

    first, later, killed = (fingerprint(tmp_path / name) for name in ("first", "later", "killed"))
    assert first == later
    assert first == killed


LONG = ("iterations=32", "checkpoint_every=2", "evaluation.every=12")


@slow
@pytest.mark.parametrize(
    ("seed", "ranks", "model"), [(0, 1, DCGAN), (1, 1, MLP), (2, 2, DCGAN), (3, 2, MLP)]
)
def test_a_run_killed_ten_times_ends_as_if_it_never_was(
    seed, ranks, model, uninterrupted, tmp_path
):
    options = (*LONG, *model)
    choose = random.Random(seed)
    moments = [
        "after_discriminator_step", "between_players", "after_generator_step", "after_ema",
        "after_row", "half_a_row", "checkpoint_bytes", "before_manifest/last.ckpt",
        "after_manifest/last.ckpt", "in_place/last.ckpt",
    ]  # fmt: skip
    often = {"checkpoint_bytes": 150, "half_a_row": 1}

    for moment in choose.sample(moments, 10):
        turn = choose.randint(1, often.get(moment, 2))
        kill(tmp_path / "run", f"{moment}:{turn}", *options, ranks=ranks)

    assert go_on(tmp_path / "run", *options, ranks=ranks) == uninterrupted(ranks, *options)[0]


def stop_at(moment, turn):
    """Let the process send itself SIGTERM at a moment."""
    passed = 0

    def counting(name):
        nonlocal passed
        passed += name == moment
        if name == moment and passed == turn:
            os.kill(os.getpid(), signal.SIGTERM)

    faults.moment = counting


@slow
@pytest.mark.parametrize("ranks", [1, 2])
def test_a_run_stopped_between_two_rows_and_checkpoints_continues_exactly(
    ranks, uninterrupted, tmp_path
):
    options = ("log_every=7", "iterations=14")
    stops = [("between_players", 2), ("after_ema", 1), ("after_generator_step", 2)]

    for stop in stops:
        ended = live(
            command(tmp_path / "run", *options), ranks=ranks, before=stop_at, arguments=stop
        )
        assert ended == [143, 0][:ranks], output(tmp_path / "run")  # the first speaks for all

    parts, whole = go_on(tmp_path / "run", *options, ranks=ranks), uninterrupted(ranks, *options)[0]
    # Where a run is stopped it leaves a picture.
    assert {part for part in whole if parts[part] != whole[part]} <= {"files", "pictures"}


@slow
@pytest.mark.parametrize(
    ("fault", "ranks"),
    [("after_generator_step:8", 1), (f"before_fsync/{STAGED}:2", 1), ("in_place/last.ckpt:2", 2)],
)
def test_the_command_itself_is_killed_and_typed_again(fault, ranks, uninterrupted, tmp_path):
    words = [*command(tmp_path / "run"), f"trainer.devices={ranks}"]

    def type_it(**environment):
        return finish(start(*words, cwd=tmp_path, anew=ranks > 1, **environment))[0]

    assert type_it(GAN_LAB_FAULT=fault) == KILLED
    assert type_it() == 0
    assert fingerprint(tmp_path / "run") == uninterrupted(ranks)[0]


@slow
@pytest.mark.parametrize("fault", [f"before_fsync/{STAGED}:2", "after_manifest/last.ckpt:3"])
def test_checkpoints_on_another_file_system_than_the_temporary_folder(
    fault, uninterrupted, tmp_path
):
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system at /dev/shm")
    directory = memory / f"gan_lab-{os.getpid()}" / "run"
    directory.parent.mkdir()
    try:
        kill(directory, fault)

        assert go_on(directory) == uninterrupted(1)[0]
    finally:
        for path in sorted(directory.parent.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        directory.parent.rmdir()


@slow
@pytest.mark.parametrize("damage", ["truncated", "a flipped bit"])
def test_a_damaged_newest_checkpoint_costs_iterations_and_nothing_else(
    damage, uninterrupted, tmp_path
):
    kill(tmp_path / "run", "between_players:8")
    last = tmp_path / "run" / "checkpoints" / "last.ckpt"
    content = bytearray(last.read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 1
    last.write_bytes(content)

    assert go_on(tmp_path / "run") == uninterrupted(1)[0]
    said = output(tmp_path / "run")
    assert f"{last} is damaged, so the run continues from {last.with_name('previous.ckpt')}" in said


def switch_addresses_off():
    """Let all random numbers come from one generator that nobody saves."""
    generator = torch.Generator().manual_seed(0)
    seeding.generator = lambda device, *address: generator
    seeding.seed_global = lambda *address: None


@slow
def test_negative_control_with_seeding_by_address_switched_off_the_comparison_fails(tmp_path):
    def run(name, fault=None):
        return live(command(tmp_path / name), fault=fault, before=switch_addresses_off)

    # The first of all looks at the real images, which takes random numbers too.
    for name in ("first", "whole", "again"):
        assert run(name) == [0]
    assert run("parts", "between_players:8") == [KILLED]
    assert run("parts") == [0]

    whole, again, parts = (fingerprint(tmp_path / name) for name in ("whole", "again", "parts"))
    assert whole == again
    assert whole["weights"] != parts["weights"]
    assert whole["rows"] != parts["rows"]
