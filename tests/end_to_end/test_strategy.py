"""Two processes train what one process trains, and stay alike to the last bit."""

import subprocess
import sys

import torch

OPTIONS = [
    "data=digits", "model=mlp", "model.generator.hidden=[16,16]", "model.discriminator.hidden=[9]",
    "model.discriminator.dropout=0", "model.discriminator.input_dropout=0", "optimizer=sgd",
    "optimizer.lr=0.05", "data.flip=true", "discriminator_steps=2", "batch_size=8", "iterations=20",
    "log_every=10", "trainer.accelerator=cpu",
]  # fmt: skip


def trained(tmp_path, devices):
    command = [sys.executable, "-m", "gan_lab", *OPTIONS, f"trainer.devices={devices}"]
    subprocess.run(
        [*command, f"hydra.run.dir={tmp_path / str(devices)}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    return torch.load(tmp_path / str(devices) / "checkpoints" / "last.ckpt", weights_only=True)


def test_two_processes_equal_one_on_the_same_global_batch(tmp_path):
    one, two = trained(tmp_path, 1), trained(tmp_path, 2)

    for key, value in one["state_dict"].items():
        torch.testing.assert_close(two["state_dict"][key], value, rtol=0, atol=1e-6)
    for name, total in one["meters"]["sums"].items():
        torch.testing.assert_close(two["meters"]["sums"][name], total)
