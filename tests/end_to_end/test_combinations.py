"""Models with losses on every data set, through the whole of a short run."""

import itertools
import json

import pytest
import torch

from gan_lab.runs.metrics_file import read_metrics

SMALL = {
    "mlp": ("model.generator.hidden=[32, 32]",),
    "dcgan": ("model.width=8",),
    "resnet": ("model.width=4", "data.size=32"),
    "r3gan": ("model.width=16", "model.blocks=1", "data.size=32"),
}
MODELS = ("mlp", "dcgan")
LOSSES = ("minimax", "non_saturating", "lsgan")
DATA = ("mnist", "cifar10", "digits", "folder", "tfd")


def combinations():
    """Every loss and every data set with each small model, and residual networks with their own.

    The quick ones vary one of both.
    """
    cases = []
    for model, loss, data in itertools.product(MODELS, LOSSES, DATA):
        is_quick = data == "digits" or (model, loss) == ("dcgan", "lsgan")
        marks = () if is_quick else pytest.mark.slow
        cases.append(pytest.param(model, loss, data, marks=marks, id=f"{model}-{loss}-{data}"))
    for (model, loss), data in itertools.product(
        (("resnet", "hinge"), ("r3gan", "relativistic")), DATA
    ):
        cases.append(pytest.param(model, loss, data, marks=pytest.mark.slow))
    return cases


@pytest.mark.parametrize(("model", "loss", "data_choice"), combinations(), indirect=["data_choice"])
def test_a_model_trains_with_a_loss_on_a_data_set(run, model, loss, data_choice):
    # Scores see the images, not the loss: once for each model and data set is enough.
    evaluation = "auto" if loss not in ("minimax", "lsgan") else "none"

    outcome = run(
        "debug=fast", "trainer=cpu", f"model={model}", f"loss={loss}", *data_choice, *SMALL[model],
        f"evaluation={evaluation}",
    )  # fmt: skip

    summary = json.loads((outcome.directory / "summary.json").read_text())
    rows = read_metrics(outcome.directory / "metrics.csv")
    checkpoint = torch.load(outcome.directory / "checkpoints" / "last.ckpt", weights_only=True)
    assert outcome.status == 0
    assert (summary["status"], summary["iterations"], summary["images_seen"]) == ("finished", 4, 32)
    assert [row["iteration"] for row in rows] == [2, 4]
    assert sorted(path.name for path in (outcome.directory / "samples").iterdir()) == [
        "00000002.png",
        "00000004.png",
        "real.png",
    ]
    assert checkpoint["clock"]["iteration"] == 4
    assert ("precision" in rows[-1]) == (evaluation == "auto")
    assert all(torch.isfinite(tensor).all() for tensor in checkpoint["state_dict"].values())
