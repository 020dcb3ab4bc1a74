"""Weights that were exported: read as a checkpoint, or refused."""

import json

import pytest
import torch
from safetensors.torch import save_file

from gan_lab.errors import CheckpointError
from gan_lab.runs import exported_weights
from gan_lab.runs.checkpoints import read_checkpoint

CHECKPOINT = {
    "config": {"seed": 0}, "overrides": ["seed=0"], "format": 2, "optimizer_states": [1],
    "clock": {"iteration": 3, "images_seen": 24}, "labels": None,
}  # fmt: skip
WEIGHTS = {"generator.weight": torch.arange(6.0).view(2, 3).T}


def test_what_is_written_is_read_as_a_checkpoint_without_what_only_training_needs(tmp_path):
    path = tmp_path / "model.safetensors"

    exported_weights.write(path, WEIGHTS, CHECKPOINT, ["generator"])

    with pytest.warns(UserWarning, match="is not verified"):
        found = read_checkpoint(path)
    assert torch.equal(found.pop("state_dict")["generator.weight"], WEIGHTS["generator.weight"])
    expected = {key: value for key, value in CHECKPOINT.items() if key != "optimizer_states"}
    assert found == expected | {"holds": ["generator"]}


def test_weights_of_the_networks_it_holds_have_to_be_complete():
    module = nn_of("generator", "discriminator")

    exported_weights.fill(module, nn_of("generator").state_dict(), ["generator"])

    with pytest.raises(RuntimeError, match=r"generator\.bias"):
        exported_weights.fill(module, {"generator.weight": torch.ones(1, 1)}, ["generator"])
    with pytest.raises(RuntimeError, match=r"other\.weight"):
        exported_weights.fill(module, nn_of("generator", "other").state_dict(), ["generator"])


def nn_of(*names):
    return torch.nn.ModuleDict({name: torch.nn.Linear(1, 1) for name in names})


@pytest.mark.filterwarnings("ignore:.*is not verified")
@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (None, "was not written by task=export"),
        ({"gan_lab": "[]"}, "was not written by task=export"),
        ({"gan_lab": "{"}, "cannot be read as safetensors"),
        ({"gan_lab": "[" * 10**5}, "cannot be read as safetensors"),
        ({"gan_lab": json.dumps({"holds": []})}, "it has no clock"),
        ({"gan_lab": json.dumps({"holds": 3, **CHECKPOINT})}, "its holds is of type int"),
        (
            {"gan_lab": json.dumps({"holds": [], **CHECKPOINT, "config": {"a": "${oc.env:HOME}"}})},
            "its config is not plain data",
        ),
    ],
)
def test_files_of_others_are_refused(tmp_path, metadata, message):
    path = tmp_path / "model.safetensors"
    save_file(WEIGHTS | {"generator.weight": torch.ones(2)}, path, metadata)

    with pytest.raises(CheckpointError, match=message):
        read_checkpoint(path)


@pytest.mark.filterwarnings("ignore:.*is not verified")
def test_captions_come_back_as_tensors(tmp_path):
    captions = {"words": ["a", "seven"], "tokens": torch.tensor([[1, 2], [2, 0]]), "counts": [3, 1]}
    path = tmp_path / "model.safetensors"

    exported_weights.write(path, WEIGHTS, CHECKPOINT | {"labels": captions}, ["generator"])

    found = read_checkpoint(path)["labels"]
    assert torch.equal(found.pop("tokens"), captions.pop("tokens"))
    assert found == captions
