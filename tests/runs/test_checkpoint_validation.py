"""Checkpoints that are data only, but not the data that gan_lab writes."""

import zipfile

import pytest
import torch

from gan_lab.runs.checkpoint_validation import reason_to_refuse, unpacks_to_more
from gan_lab.runs.parsing import MOST_VALUES


def checkpoint():
    return {
        "state_dict": {"weight": torch.zeros(3)},
        "format": 2,
        "clock": {"iteration": 1, "images_seen": 8},
        "config": {"seed": 0, "data": {"classes": [3, 7], "dir": None, "flip": True, "std": 0.5}},
        "overrides": ["seed=0"],
    }


def nested(depth):
    value = 1
    for _ in range(depth):
        value = {"deeper": value}
    return value


def circle():
    values = []
    values.append(values)
    return values


def explosion():
    """Return a few lists that stand for 10^9 values."""
    values = [1]
    for _ in range(9):
        values = [values] * 10
    return values


def test_what_gan_lab_writes_is_its_own():
    assert reason_to_refuse(checkpoint()) is None


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("state_dict", None, "its state_dict is of type NoneType"),
        ("state_dict", ["weight"], "its state_dict is of type list"),
        ("state_dict", {"weight": "os.system"}, "its state_dict holds more than tensors"),
        ("clock", 5, "its clock is of type int"),
        ("clock", {"iteration": "1", "images_seen": 8}, "its clock does not count"),
        ("clock", {"iteration": True, "images_seen": 8}, "its clock does not count"),
        ("clock", {}, "its clock does not count"),
        ("clock", {"iteration": -1, "images_seen": 8}, "its clock does not count"),
        ("clock", {"iteration": 1, "images_seen": 10**400}, "its clock does not count"),
        ("format", "2", "its format is no number"),
        ("format", True, "its format is no number"),
        ("format", -1, "its format is no number"),
        ("format", 10**400, "its format is no number"),
        ("state_dict", {5: torch.zeros(1)}, "its state_dict holds more than tensors"),
        ("state_dict", {"w": torch.zeros(1).to_sparse()}, "its state_dict holds more than tensors"),
        ("state_dict", {"w": torch.zeros(1).to("meta")}, "its state_dict holds more than tensors"),
        ("overrides", ["seed=\x00"], "its overrides are not words"),
        ("overrides", ["data.dir=\ud800"], "its overrides are not words"),
        ("overrides", ["a=" + "x" * 10**6], "its overrides are not words"),
        ("callbacks", {5: {}}, "its callbacks have no names"),
        ("callbacks", {"\x1b[31m": {}}, "its callbacks have no names"),
        ("data_sha256", 5, "its data_sha256 is of type int"),
        ("config", {"dir": "a\nb"}, "its config is not plain data"),
        ("config", {"dir": "\udcff"}, "its config is not plain data"),
        ("config", {"seed": 10**400}, "its config is not plain data"),
        ("config", {"seed": float("nan")}, "its config is not plain data"),
        ("overrides", "seed=0", "its overrides is of type str"),
        ("overrides", [["seed=0"]], "its overrides are not words"),
        ("callbacks", [], "its callbacks is of type list"),
        ("optimizer_states", {}, "its optimizer_states is of type dict"),
        ("threads", "2", "its threads is of type str"),
        ("config", None, "its config is of type NoneType"),
        ("config", {"seed": torch.zeros(1)}, "its config is not plain data"),
        ("config", {"seed": b"0"}, "its config is not plain data"),
        ("config", {"seed": {0}}, "its config is not plain data"),
        ("config", {"seed": torch.float32}, "its config is not plain data"),
        ("config", {5: 0}, "its config is not plain data"),
        ("config", {"data.dir": 0}, "its config is not plain data"),
        ("config", {"": 0}, "its config is not plain data"),
        ("config", {"seed[0]": 0}, "its config is not plain data"),
        ("config", {"dir": "${oc.env:HOME}"}, "its config is not plain data"),
        ("config", {"data": [{"dir": "a${seed}"}]}, "its config is not plain data"),
        ("config", {"seed": nested(20)}, "its config is not plain data"),
        ("config", {"seed": nested(100_000)}, "its config is not plain data"),
        ("config", {"seed": circle()}, "its config is not plain data"),
        ("config", {"seed": explosion()}, "its config is not plain data"),
        ("config", {"seed": [0] * (MOST_VALUES + 1)}, "its config is not plain data"),
    ],
)
def test_anything_else_is_refused_with_a_reason(key, value, reason):
    assert reason_to_refuse({**checkpoint(), key: value}).startswith(reason)


@pytest.mark.parametrize("key", ["state_dict", "clock", "config", "overrides"])
def test_what_is_missing_is_named(key):
    contents = checkpoint()
    del contents[key]

    assert reason_to_refuse(contents) == f"it has no {key}"


def test_what_is_no_dictionary_is_named():
    assert reason_to_refuse([checkpoint()]) == "it is of type list"


def test_an_archive_that_was_packed_unpacks_to_more(tmp_path):
    whole, packed = tmp_path / "whole.ckpt", tmp_path / "packed.ckpt"
    torch.save({"zeros": torch.zeros(10_000)}, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(packed, "w", 8) as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name))

    assert torch.load(packed, weights_only=True)["zeros"].shape == (10_000,)
    assert unpacks_to_more(packed)
    assert not unpacks_to_more(whole)


def test_files_that_are_no_archive_do_not_unpack(tmp_path):
    (tmp_path / "notes.ckpt").write_text("no archive")

    assert not unpacks_to_more(tmp_path / "notes.ckpt")
