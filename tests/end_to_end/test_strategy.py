"""Two processes train what one process trains, and stay alike to the last bit."""

import pytest
import torch

from tests.processes import finish, start

OPTIONS = [
    "data=digits", "optimizer=sgd", "optimizer.lr=0.05", "data.flip=true",
    "algorithm.discriminator_steps=2", "batch_size=8", "iterations=20", "log_every=12",
    "trainer.accelerator=cpu",
    "trainer.precision=32-true", "evaluation=none",
]  # fmt: skip
WITHOUT_BATCH_NORM = [
    "model=mlp", "model.generator.hidden=[16,16]", "model.discriminator.hidden=[9]",
    "model.discriminator.dropout=0", "model.discriminator.input_dropout=0",
]  # fmt: skip
WITH_BATCH_NORM = [
    "model=mixture_mlp", "model.weight_std=null", "model.generator.hidden=[16,16]",
    "model.discriminator.hidden=[9]", "trainer.sync_batchnorm=true",
]  # fmt: skip


def trained(tmp_path, devices, model):
    words = [*OPTIONS, *model, f"trainer.devices={devices}", f"hydra.run.dir={devices}"]
    status, _, err = finish(start(*words, cwd=tmp_path))
    assert status == 0, err
    return torch.load(tmp_path / str(devices) / "checkpoints" / "last.ckpt", weights_only=True)


@pytest.mark.parametrize(
    ("model", "within"),
    [
        pytest.param(WITHOUT_BATCH_NORM, 1e-6, id="mlp"),
        pytest.param(WITH_BATCH_NORM, 1e-4, id="synchronised"),
    ],
)
@pytest.mark.slow
def test_two_processes_equal_one_on_the_same_global_batch(tmp_path, model, within):
    one, two = trained(tmp_path, 1, model), trained(tmp_path, 2, model)

    for key, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][key], value, rtol=0, atol=within)
    for name, total in one["meters"]["sums"].items():
        torch.testing.assert_close(two["meters"]["sums"][name], total, rtol=1e-4, atol=1e-5)
