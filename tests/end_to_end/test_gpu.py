"""The same short run on a GPU, where there is one."""

import json

import pytest
import torch

from tests.end_to_end.conftest import FAST

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU"),
]


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
@pytest.mark.parametrize("model", [("model=dcgan", "model.width=4"), ("model=mlp",)])
def test_a_run_on_a_gpu_trains_saves_continues_and_samples(run, tmp_path, model, precision):
    options = [word for word in FAST if not word.startswith(("trainer=", "model."))]
    options += ["log_every=5", "data.flip=true"]  # a row is still to come when it is saved
    first = run(*options, *model, "trainer=gpu", f"trainer.precision={precision}")
    ckpt = first.directory / "checkpoints" / "last.ckpt"

    second = run(f"ckpt={ckpt}", "iterations=6")
    sampled = run("task=sample", f"ckpt={ckpt}", f"out={tmp_path / 'grid.png'}")

    summary = json.loads((first.directory / "summary.json").read_text())
    assert (first.status, second.status, sampled.status) == (0, 0, 0)
    assert summary["hardware"]["device"] == "cuda"
    assert summary["iterations"] == 6
