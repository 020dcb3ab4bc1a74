"""No file that holds a pickle gets anything run: not through ckpt=, and not as a data set."""

import io
import os
import pickle
import pickletools
import shutil
import sys
import warnings
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.core.hydra_config import HydraConfig
from omegaconf import open_dict

from gan_lab.config.options import find_conf
from gan_lab.data.folder import Folder
from gan_lab.data.packages import unpickle_arrays
from gan_lab.errors import CheckpointError, DataError
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.tasks import evaluate, sample, train
from tests.safety.conftest import FAST
from tests.safety.gadgets import (
    GADGETS,
    HARMLESS,
    ONE_IN_FIVE_QUICK,
    PROTO_4,
    SHAPES,
    SHELL,
    STOP,
    Call,
    pickled,
)

DOORS = {"train": train, "sample": sample, "evaluate": evaluate}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Keep the names that a task claims for its files out of the repository."""
    monkeypatch.chdir(tmp_path)


pytestmark = [
    pytest.mark.filterwarnings("ignore:.*has no manifest.json beside it:UserWarning"),
    # torch's remark on the opcode that makes dotted names work.
    pytest.mark.filterwarnings("ignore:Detected pickle protocol 4:UserWarning"),
]

REFUSED = "cannot be read as a checkpoint (UnpicklingError). Runs keep them in RUN/checkpoints/."


def gadget_of(name, trap):
    """Return the opcodes of the gadget; aliases, with their dotted names, need protocol 4."""
    return (PROTO_4 if "." in name.split(":")[1] else b"") + pickled(
        Call(name, trap.arguments(name))
    )


def zip_with(opcodes, honest, path):
    """Copy a checkpoint, with one more key whose value `opcodes` make."""
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(path, "w") as copy:
        for member in source.namelist():
            content = source.read(member)
            if member.endswith("/data.pkl"):
                content = with_extra(content, opcodes)
            copy.writestr(member, content)
    return path


def old_format_with(opcodes, honest, path):
    """Do the same in torch's format of before 2020: several pickles in a row, the fourth counts."""
    file = io.BytesIO()
    torch.save(torch.load(honest, weights_only=True), file, _use_new_zipfile_serialization=False)
    file.seek(0)
    for _ in range(4):
        start = file.tell()
        list(pickletools.genops(file))
    end, content = file.tell(), file.getvalue()
    path.write_bytes(content[:start] + with_extra(content[start:end], opcodes) + content[end:])
    return path


def with_extra(content, opcodes):
    """Add a key to the dictionary that a pickle makes."""
    return content.removesuffix(STOP) + pickled("extra") + opcodes + b"s" + STOP


FORMATS = {"zip": zip_with, "old_format": old_format_with}


def springs(trap, opcodes):
    """Unpickle in a process of its own, without any care, and return whether that left a canary."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # later Pythons' on forks with threads
        child = os.fork()
    if child == 0:
        with suppress(BaseException):
            unpickle_carelessly(trap, opcodes)
        os._exit(0)
    os.waitpid(child, 0)
    return trap.has_sprung


def unpickle_carelessly(trap, opcodes):
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    sys.path.insert(0, str(trap.folder))
    warnings.simplefilter("ignore")
    with suppress(BaseException):
        pickle.loads(PROTO_4 + opcodes + STOP)
    with suppress(ChildProcessError):
        while True:
            os.wait()  # for programs that were started in the background


def test_there_are_enough_gadgets():
    assert len(GADGETS) >= 60


@pytest.mark.parametrize("name", ONE_IN_FIVE_QUICK)
def test_every_gadget_would_work_where_pickles_are_trusted(name, trap):
    assert springs(trap, gadget_of(name, trap))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_would_work_where_pickles_are_trusted(shape, trap):
    assert springs(trap, SHAPES[shape](trap.filled(SHELL)))


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """Return functions that hand a checkpoint to a task, each set up once for all gadgets."""
    configs = {}
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        for task in DOORS:
            config = compose("config", [f"task={task}", "trainer=cpu"], return_hydra_config=True)
            with open_dict(config):
                config.hydra.runtime.output_dir = str(tmp_path_factory.mktemp("run"))
            configs[task] = config

    def hand_over(task, path):
        HydraConfig.instance().set_config(configs[task])
        configs[task].ckpt = str(path)
        try:
            DOORS[task].run(configs[task])
        finally:
            HydraConfig.instance().cfg = None  # other tests of this process ask for it

    return [partial(hand_over, task) for task in DOORS]


def refusal(doors, path):
    """Return what all tasks say about a checkpoint."""
    messages = set()
    for door in doors:
        with pytest.raises(CheckpointError) as caught:
            door(path)
        messages.add(str(caught.value))
    (message,) = messages
    return message


@pytest.mark.parametrize("name", ONE_IN_FIVE_QUICK)
def test_no_gadget_in_a_checkpoint_runs_at_any_door(name, doors, trap, honest, tmp_path):
    path = zip_with(gadget_of(name, trap), honest, tmp_path / "evil.ckpt")

    message = refusal(doors, path)

    assert message == f"ckpt={path} {REFUSED}"
    assert not trap.has_sprung
    assert "canary_maker" not in sys.modules


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_a_gadget_runs_at_any_door(shape, format, doors, trap, honest, tmp_path):
    opcodes = SHAPES[shape](trap.filled(SHELL))
    path = FORMATS[format](opcodes, honest, tmp_path / "evil.ckpt")

    message = refusal(doors, path)

    assert message == f"ckpt={path} {REFUSED}"
    assert not trap.has_sprung


def test_not_even_the_environment_makes_torch_trust_a_checkpoint(
    doors, trap, honest, tmp_path, monkeypatch
):
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    path = zip_with(gadget_of("os:system", trap), honest, tmp_path / "evil.ckpt")

    refusal(doors, path)

    assert not trap.has_sprung


@pytest.mark.parametrize("task", DOORS)
def test_the_command_ends_with_one_sentence(task, run, trap, honest, tmp_path):
    path = zip_with(gadget_of("os:system", trap), honest, tmp_path / "evil.ckpt")

    outcome = run(f"task={task}", f"ckpt={path}")

    assert outcome.status == 1
    assert outcome.err.splitlines()[-1] == (f"gan_lab: ckpt={path} {REFUSED}")
    assert "Traceback" not in outcome.err
    assert not trap.has_sprung


@pytest.mark.parametrize(
    "words",
    [
        ["task=train", "iterations=3"],
        ["task=sample", *FAST],
        ["task=evaluate", *FAST[:-1], "evaluation.extractors=pixels", "evaluation.n_fake=100",
         "data.limit=200", "allow_config_change=true", "evaluation/metrics=[duplicates]"],
    ],
    ids=DOORS,
)  # fmt: skip
def test_the_harmless_twin_passes_at_every_door(words, run, honest, tmp_path):
    path = zip_with(HARMLESS, honest, tmp_path / "twin.ckpt")

    outcome = run(f"ckpt={path}", *words)

    assert outcome.status == 0, outcome.err
    assert "gan_lab:" not in outcome.err  # what is looked at or made once may be told


@pytest.mark.parametrize("format", FORMATS)
def test_the_harmless_twins_are_read_in_both_formats(format, honest, tmp_path):
    path = FORMATS[format](HARMLESS, honest, tmp_path / "twin.ckpt")

    assert read_checkpoint(path)["extra"] == {"a": 1, "b": [2.5, None, True, {"c": "d"}]}


@pytest.mark.parametrize("name", GADGETS)
def test_no_gadget_in_a_package_of_arrays_runs(name, trap):
    with pytest.raises(pickle.UnpicklingError, match="does not belong in a file of arrays"):
        unpickle_arrays(io.BytesIO(PROTO_4 + gadget_of(name, trap) + STOP))

    assert not trap.has_sprung


def npz(path, labels):
    """Write an .npz of two images, with these bytes as its array of labels."""
    np.savez(path, images=np.zeros((2, 8, 8), np.uint8))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("labels.npy", labels)
    return Folder(dir=str(path), size=8, channels=1)


def npy(dtype, content):
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": (2,)}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + content


@pytest.mark.parametrize("name", GADGETS)
def test_no_gadget_in_an_array_of_objects_runs(name, trap, tmp_path):
    folder = npz(tmp_path / "evil.npz", npy("|O", PROTO_4 + gadget_of(name, trap) + STOP))

    with pytest.raises(DataError, match="holds Python objects"):
        folder.prepare()

    assert not trap.has_sprung


def test_the_harmless_twins_of_data_sets_pass(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))
    folder = npz(tmp_path / "twin.npz", npy("<i8", np.array([1, 0], "<i8").tobytes()))
    folder.prepare()

    assert folder.load().labels.tolist() == [1, 0]
    assert unpickle_arrays(io.BytesIO(pickle.dumps(np.arange(3)))).tolist() == [0, 1, 2]


def foreign(path: Path):
    """Write files that other programs make, which are no checkpoints of any program."""
    torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), path.with_name("script.ckpt"))
    np.savez(path.with_name("arrays.ckpt.npz"), a=1)
    path.with_name("pickle.ckpt").write_bytes(pickle.dumps({"state_dict": {}}))
    path.with_name("empty.ckpt").write_bytes(b"")
    with zipfile.ZipFile(path.with_name("twice.ckpt"), "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, protocol=2))
    return sorted(path.parent.glob("*.ckpt*"))


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
def test_files_of_other_programs_are_refused_in_one_sentence(doors, tmp_path):
    for path in foreign(tmp_path / "any"):
        message = refusal(doors, path)

        assert message.startswith(f"ckpt={path} "), message
        assert "\n" not in message


def mangled(content, random):
    """Change, remove and add a few bytes."""
    content = bytearray(content)
    for _ in range(random.choice((1, 2, 5))):
        position, byte = random.randrange(len(content)), random.randrange(256)
        match random.choice(("change", "remove", "add")):
            case "change":
                content[position] = byte
            case "remove":
                del content[position]
            case "add":
                content.insert(position, byte)
    return bytes(content)


def test_a_mangled_pickle_is_refused_or_read_but_never_ends_in_another_error(honest, tmp_path):
    path, random = tmp_path / "mangled.ckpt", Random(0)
    with zipfile.ZipFile(honest) as source:
        members = {name: source.read(name) for name in source.namelist()}
    refused = 0
    for _ in range(100):
        with zipfile.ZipFile(path, "w") as copy:
            for name, content in members.items():
                is_pickle = name.endswith("/data.pkl")
                copy.writestr(name, mangled(content, random) if is_pickle else content)
        try:
            read_checkpoint(path)
        except CheckpointError:
            refused += 1
    assert 25 < refused < 100


def test_a_damaged_file_is_never_taken_for_the_one_that_was_written(honest, tmp_path):
    path, random = tmp_path / "last.ckpt", Random(0)
    shutil.copy(honest.with_name("manifest.json"), tmp_path)
    whole = honest.read_bytes()
    for _ in range(200):
        damaged = mangled(whole, random)[: random.choice((None, random.randrange(100_000)))]
        if damaged == whole:  # a byte took its own place
            continue
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match="is not the file that was written"):
            read_checkpoint(path)

    path.write_bytes(whole)
    assert read_checkpoint(path)["clock"]["iteration"] == 2
