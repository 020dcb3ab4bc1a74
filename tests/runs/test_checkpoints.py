"""Checkpoints are whole or not there, known to be unaltered, and data only."""

import errno
import hashlib
import json
import os
import pickle
import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from gan_lab.durable import UNFINISHED
from gan_lab.errors import CheckpointError
from gan_lab.runs import checkpoints
from gan_lab.runs.checkpoint_validation import FORMATS
from gan_lab.runs.checkpoints import (
    newest_whole,
    read_checkpoint,
    read_manifest,
    write_checkpoint,
)
from gan_lab.runs.provenance import versions
from gan_lab.training.algorithm import FORMAT


@pytest.fixture
def last(tmp_path):
    return tmp_path / "checkpoints" / "last.ckpt"


def checkpoint(iteration):
    generator = torch.Generator().manual_seed(iteration)
    return {
        "state_dict": {
            "weight": torch.randn(40, generator=generator),
            "count": torch.tensor(iteration),
            "half": torch.randn(3, generator=generator).bfloat16(),
        },
        "optimizer_states": [{"state": {0: {"step": torch.tensor(1.0)}}, "param_groups": []}],
        "format": 2,
        "clock": {"iteration": iteration, "images_seen": 64 * iteration},
        "config": {"seed": 0, "data": {"classes": [3, 7], "dir": None}},
        "overrides": ["seed=0"],
    }


def iteration_of(path):
    """Read a checkpoint and compare all of it with what was written at its iteration."""
    found = read_checkpoint(path)
    iteration = found["clock"]["iteration"]
    expected = checkpoint(iteration)
    weights, expected_weights = found.pop("state_dict"), expected.pop("state_dict")
    assert found == expected
    assert weights.keys() == expected_weights.keys()
    assert all(torch.equal(weights[name], expected_weights[name]) for name in weights)
    assert all(weights[name].dtype == expected_weights[name].dtype for name in weights)
    return iteration


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def test_a_checkpoint_is_read_back_bit_for_bit(last):
    write_checkpoint(checkpoint(5), last)

    assert iteration_of(last) == 5


def test_the_first_checkpoint_has_no_previous_one(last):
    write_checkpoint(checkpoint(1), last)

    assert names_in(last.parent) == {"last.ckpt", "manifest.json"}


def test_previous_is_the_checkpoint_before(last):
    for iteration in (1, 2, 3, 4):
        write_checkpoint(checkpoint(iteration), last)

        assert iteration_of(last) == iteration
        if iteration > 1:
            assert iteration_of(last.with_name("previous.ckpt")) == iteration - 1
    assert names_in(last.parent) == {"last.ckpt", "previous.ckpt", "manifest.json"}


def test_on_a_file_system_without_hard_links_previous_is_a_copy(last, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)

    for iteration in (1, 2, 3):
        write_checkpoint(checkpoint(iteration), last)

    assert iteration_of(last) == 3
    assert iteration_of(last.with_name("previous.ckpt")) == 2
    assert names_in(last.parent) == {"last.ckpt", "previous.ckpt", "manifest.json"}


def test_the_manifest_tells_hash_iteration_and_versions_of_each_file(last):
    for iteration in (10, 20, 30):
        write_checkpoint(checkpoint(iteration), last)

    manifest = json.loads((last.parent / "manifest.json").read_text("utf-8"))

    previous = last.with_name("previous.ckpt")
    assert manifest == {
        "last.ckpt": {"sha256": sha256(last), "iteration": 30, "versions": versions()},
        "previous.ckpt": {"sha256": sha256(previous), "iteration": 20, "versions": versions()},
    }
    assert read_manifest(last.parent) == manifest


def test_a_checkpoint_of_another_name_keeps_its_place_in_the_manifest(last):
    best = last.with_name("best.ckpt")
    write_checkpoint(checkpoint(1), best)

    write_checkpoint(checkpoint(2), last)

    assert (iteration_of(best), iteration_of(last)) == (1, 2)


class Killed(BaseException):
    """Stands for the end of the process."""


INSTANTS = ((os, "replace"), (os, "link"), (os, "fsync"), (shutil, "copyfile"))


def die(monkeypatch, at, links=True):
    """Let the process end at the `at`-th call that changes the disk, just before it.

    Nothing that a dead process could no longer do happens afterwards: no cleaning up.
    """
    calls = []

    def watch(module, name):
        real = getattr(module, name)

        def call(*arguments, **options):
            calls.append(name)
            if len(calls) == at:
                monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
                raise Killed
            if name == "link" and not links:
                raise OSError(errno.EPERM, "Operation not permitted")
            return real(*arguments, **options)

        monkeypatch.setattr(module, name, call)

    for module, name in INSTANTS:
        watch(module, name)


def instants(tmp_path, written, links=True):
    """Yield `last.ckpt` as a kill at each instant of the next write leaves it, in fresh folders."""
    at = 0
    finished = False
    while not finished:
        at += 1
        last = tmp_path / f"killed-at-{at}" / "last.ckpt"
        for iteration in written:
            write_checkpoint(checkpoint(iteration), last)
        with pytest.MonkeyPatch.context() as monkeypatch:
            die(monkeypatch, at, links)
            with suppress(Killed):
                write_checkpoint(checkpoint(max(written, default=0) + 1), last)
                finished = True
        yield last
    assert at > 8  # the last folder saw no kill: there were so many instants before


@pytest.mark.parametrize("links", [True, False], ids=["links", "copies"])
def test_a_kill_at_any_instant_leaves_a_verified_last_checkpoint(tmp_path, links):
    found = [iteration_of(last) for last in instants(tmp_path, written=(1, 2), links=links)]

    # Old ones, then new ones: there is one instant that decides.
    assert found == sorted(found)
    assert set(found) == {2, 3}


def test_a_kill_during_the_very_first_write_leaves_none_or_a_verified_one(tmp_path):
    there = [last for last in instants(tmp_path, written=()) if last.exists()]

    assert there
    assert {iteration_of(last) for last in there} == {1}


@pytest.mark.parametrize("links", [True, False], ids=["links", "copies"])
def test_a_kill_at_any_instant_leaves_a_verified_previous_checkpoint(tmp_path, links):
    for last in instants(tmp_path, written=(1, 2), links=links):
        assert iteration_of(last.with_name("previous.ckpt")) in (1, 2)


@pytest.mark.parametrize("links", [True, False], ids=["links", "copies"])
def test_after_a_kill_at_any_instant_the_next_write_leaves_both_checkpoints_verified(
    tmp_path, links
):
    for last in instants(tmp_path, written=(1, 2), links=links):
        survivor = iteration_of(last)

        write_checkpoint(checkpoint(9), last)

        assert iteration_of(last) == 9
        assert iteration_of(last.with_name("previous.ckpt")) == survivor
        assert names_in(last.parent) == {"last.ckpt", "previous.ckpt", "manifest.json"}


def test_a_second_kill_leaves_a_verified_last_checkpoint_too(tmp_path):
    for first in instants(tmp_path / "first", written=(1, 2)):
        for at in range(1, 12):
            last = tmp_path / "second" / first.parent.name / str(at) / "last.ckpt"
            shutil.copytree(first.parent, last.parent)
            with pytest.MonkeyPatch.context() as monkeypatch, suppress(Killed):
                die(monkeypatch, at)
                write_checkpoint(checkpoint(9), last)
            assert iteration_of(last) in (2, 3, 9)


def test_a_full_disk_leaves_the_old_checkpoint_and_no_half_file(last, monkeypatch):
    write_checkpoint(checkpoint(1), last)

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_checkpoint(checkpoint(2), last)

    assert iteration_of(last) == 1
    assert names_in(last.parent) == {"last.ckpt", "manifest.json"}


def test_what_a_kill_left_unfinished_is_swept_and_nothing_of_the_users(last):
    write_checkpoint(checkpoint(1), last)
    (last.parent / f"{UNFINISHED}last.ckpt").write_bytes(b"half")
    (last.parent / f"{UNFINISHED}4711-manifest.json").write_bytes(b"half")
    (last.parent / "mine.partial").write_bytes(b"of the user")

    write_checkpoint(checkpoint(2), last)

    assert names_in(last.parent) == {"last.ckpt", "previous.ckpt", "manifest.json", "mine.partial"}


def refusal_of(path):
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(path)
    return str(caught.value)


@pytest.fixture
def two(last):
    """Two checkpoints: last.ckpt and previous.ckpt."""
    write_checkpoint(checkpoint(1), last)
    write_checkpoint(checkpoint(2), last)
    return last


def test_a_truncated_checkpoint_is_refused_by_name_with_the_one_before(two):
    whole = two.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        two.write_bytes(whole[:length])

        message = refusal_of(two)

        assert message.startswith(f"ckpt={two} is not the file that was written: it is truncated")
        assert message.endswith(f" Try ckpt={two.with_name('previous.ckpt')}.")
    assert iteration_of(two.with_name("previous.ckpt")) == 1


def test_a_single_flipped_bit_anywhere_is_refused(two):
    whole = two.read_bytes()
    for position in range(0, len(whole), len(whole) // 50):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << position % 8
        two.write_bytes(flipped)

        message = refusal_of(two)

        assert f"ckpt={two} is not the file that was written" in message
        assert f"Try ckpt={two.with_name('previous.ckpt')}." in message


def test_a_damaged_previous_checkpoint_is_not_recommended_instead_of_itself(two):
    previous = two.with_name("previous.ckpt")
    previous.write_bytes(b"damaged")

    assert "Try ckpt" not in refusal_of(previous)


def test_without_a_manifest_a_checkpoint_loads_with_a_warning(two):
    (two.parent / "manifest.json").unlink()

    with pytest.warns(
        UserWarning, match=rf"{two} has no manifest\.json beside it and is not verif"
    ):
        found = read_checkpoint(two)

    assert found["clock"]["iteration"] == 2


def test_a_manifest_that_is_not_json_is_named_with_the_remedy(two):
    (two.parent / "manifest.json").write_text('{"last.ckpt": {"sha')

    message = refusal_of(two)

    assert f"{two.parent / 'manifest.json'} is not JSON. Restore it, or delete it" in message


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "5",
        '{"a": 5}',
        '{"a": {}}',
        '{"a": {"sha256": 5}}',
        "[" * 100_000,
        '{"a": NaN}',
        "\ud800",
    ],
)
def test_a_manifest_of_another_form_is_refused(content, two):
    (two.parent / "manifest.json").write_bytes(content.encode("utf-8", "surrogatepass"))

    assert "Restore it, or delete it to load checkpoints unverified." in refusal_of(two)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_a_manifest_that_is_no_file_is_neither_waited_for_nor_read(make, two):
    (two.parent / "manifest.json").unlink()
    make(two.parent / "manifest.json")

    assert "not a file. Restore it, or delete it" in refusal_of(two)


class RunsCode:
    """A pickle of it makes a file when it is loaded."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return Path.touch, (self.canary,)


def torch_pickle(content, path):
    torch.save(content, path)


def old_torch_pickle(content, path):
    torch.save(content, path, _use_new_zipfile_serialization=False)


def plain_pickle(content, path):
    path.write_bytes(pickle.dumps(content))


@pytest.mark.parametrize("save", [torch_pickle, old_torch_pickle])
def test_the_bait_of_the_next_test_does_run_code_where_that_is_allowed(tmp_path, save):
    canary = tmp_path / "canary"
    save({**checkpoint(1), "extra": RunsCode(canary)}, tmp_path / "evil.ckpt")

    torch.load(tmp_path / "evil.ckpt", weights_only=False)

    assert canary.exists()


@pytest.mark.parametrize("listed", [True, False], ids=["in_the_manifest", "without_a_manifest"])
@pytest.mark.parametrize("save", [torch_pickle, old_torch_pickle, plain_pickle])
@pytest.mark.filterwarnings("ignore:.*has no manifest.json beside it:UserWarning")
def test_a_checkpoint_that_runs_code_is_refused_without_running_it(tmp_path, save, listed):
    canary, evil = tmp_path / "canary", tmp_path / "evil.ckpt"
    save({**checkpoint(1), "extra": RunsCode(canary)}, evil)
    if listed:
        (tmp_path / "manifest.json").write_text(json.dumps({"evil.ckpt": {"sha256": sha256(evil)}}))

    message = refusal_of(evil)

    # What is no archive is none that gan_lab wrote, whatever a manifest says.
    altered = listed and save is not torch_pickle
    reason = "is not the file that was written" if altered else "cannot be read as a checkpoint"
    assert f"ckpt={evil} {reason}" in message
    assert not canary.exists()


@pytest.mark.parametrize(
    "content",
    [
        {"state_dict": {}, "epoch": 3},
        {name: value for name, value in checkpoint(1).items() if name != "config"},
        [1, 2, 3],
        torch.zeros(3),
    ],
    ids=["other_project", "no_config", "list", "tensor"],
)
@pytest.mark.filterwarnings("ignore:.*has no manifest.json beside it:UserWarning")
def test_a_file_of_another_program_is_called_that(tmp_path, content):
    path = tmp_path / "other.ckpt"
    torch.save(content, path)

    assert refusal_of(path).startswith(f"ckpt={path} was not made by gan_lab: it ")


@pytest.mark.filterwarnings("ignore:.*has no manifest.json beside it:UserWarning")
def test_a_file_that_is_no_checkpoint_at_all_is_refused_by_name(tmp_path):
    path = tmp_path / "notes.ckpt"
    path.write_text("not a checkpoint")

    message = refusal_of(path)

    assert re.match(rf"ckpt={path} cannot be read as a checkpoint \(\w+\)\. Runs keep", message)


def test_a_missing_checkpoint_is_answered_with_those_that_are_there(two):
    message = refusal_of(two.with_name("lost.ckpt"))

    assert message == (
        f"ckpt={two.with_name('lost.ckpt')} does not exist. "
        f"There: {two}, {two.with_name('previous.ckpt')}."
    )


def test_a_missing_folder_is_answered_by_name(tmp_path):
    path = tmp_path / "nowhere" / "last.ckpt"

    message = refusal_of(path)

    assert message == f"ckpt={path} does not exist. Runs keep them in RUN/checkpoints/."


def test_a_folder_is_answered_with_the_checkpoints_of_that_run(two):
    there = f"There: {two}, {two.with_name('previous.ckpt')}."

    for folder in (two.parent, two.parent.parent):
        assert refusal_of(folder) == f"ckpt={folder} is a folder, not a file. {there}"


NO_FILES = {
    "pipe": os.mkfifo,
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "circle": lambda path: path.symlink_to(path.name),
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_file_is_neither_waited_for_nor_read(make, two, tmp_path):
    make(tmp_path / "odd.ckpt")
    assert refusal_of(tmp_path / "odd.ckpt").startswith(f"ckpt={tmp_path / 'odd.ckpt'} ")
    two.unlink()
    make(two)

    previous = two.with_name("previous.ckpt")
    assert newest_whole(two.parent) in ((previous, [two]), (previous, []))


def test_an_enormous_file_that_is_no_checkpoint_is_not_read_through(two):
    os.truncate(two, 1 << 42)

    assert "is truncated or altered" in refusal_of(two)
    assert newest_whole(two.parent) == (two.with_name("previous.ckpt"), [two])


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 3000])
def test_a_name_that_no_file_can_have_is_refused(name):
    assert refusal_of(Path(name)) == f"ckpt={Path(name)} cannot be read (File name too long)."


def test_a_damaged_last_checkpoint_does_not_push_out_the_good_one_before_it(last):
    for iteration in (1, 2):
        write_checkpoint(checkpoint(iteration), last)
    last.write_bytes(last.read_bytes()[:-9])

    write_checkpoint(checkpoint(3), last)

    assert iteration_of(last) == 3
    assert iteration_of(last.with_name("previous.ckpt")) == 1


def test_the_newest_whole_checkpoint_is_found_and_damaged_ones_are_named(last):
    previous = last.with_name("previous.ckpt")
    assert newest_whole(last.parent) == (None, [])
    for iteration in (1, 2):
        write_checkpoint(checkpoint(iteration), last)
    assert newest_whole(last.parent) == (last, [])

    last.write_bytes(last.read_bytes()[:-9])
    assert newest_whole(last.parent) == (previous, [last])

    previous.write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"last\.ckpt, .*previous\.ckpt is as manifest"):
        newest_whole(last.parent)


@pytest.mark.parametrize("step", ["read_manifest", "_sha256"])
@pytest.mark.parametrize("writes", [1, 2, 3])
def test_who_reads_while_the_run_writes_finds_no_damage(last, monkeypatch, step, writes):
    for iteration in (1, 2):
        write_checkpoint(checkpoint(iteration), last)
    done = getattr(checkpoints, step)

    def with_writes_behind(path):
        found = done(path)
        monkeypatch.undo()
        for iteration in range(3, 3 + writes):
            write_checkpoint(checkpoint(iteration), last)
        return found

    monkeypatch.setattr(checkpoints, step, with_writes_behind)
    assert iteration_of(last) == 2 + writes

    monkeypatch.setattr(checkpoints, step, with_writes_behind)
    assert newest_whole(last.parent) == (last, [])


@pytest.mark.parametrize("number", [None, 1, 3])
def test_a_checkpoint_of_another_format_is_refused_in_a_sentence(last, number):
    other = checkpoint(1)
    del other["format"]  # as before formats had numbers
    write_checkpoint(other if number is None else other | {"format": number}, last)

    with pytest.raises(CheckpointError) as refused:
        read_checkpoint(last)

    assert str(refused.value) == (
        f"ckpt={last} is of format {number or 1}, which this version of gan_lab does not read: "
        f"train anew, or use the version that wrote it."
    )


def test_what_algorithms_write_is_of_a_format_that_is_read():
    assert FORMAT in FORMATS
