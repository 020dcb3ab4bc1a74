"""Files of other formats: any number of inputs, and the layer that cannot be written."""

from pathlib import Path

import pytest
import torch
from torch import nn

from gan_lab.assembly.export_formats import largest_difference, write
from gan_lab.assembly.leaving import CHECKED, Float32, Leaving
from gan_lab.errors import ConfigError


class Doubting(nn.Module):
    """Looks at its numbers to decide, which no format can hold."""

    def forward(self, values):
        return values if values.sum().item() > 0 else -values


def part(*layers):
    network = Float32(nn.Sequential(*layers)).eval()
    return Leaving(network, {"latents": torch.randn(CHECKED, 4)}, {"latents": ""})


def test_the_outcome_is_compared_at_64_inputs_and_at_one(tmp_path):
    leaving = part(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Tanh())
    run = write("torch", leaving, tmp_path / "model.pt2")
    sizes = []

    def counted(inputs):
        sizes.append(len(inputs[0]))
        return run(inputs)

    assert largest_difference(leaving, counted) < 1e-6
    assert sizes == [CHECKED, 1]
    assert largest_difference(leaving, lambda inputs: run(inputs) + 0.25) == pytest.approx(0.25)


@pytest.mark.parametrize("format", ["torch", "onnx"])
def test_the_layer_that_cannot_be_written_is_named(tmp_path, format):
    if format == "onnx":
        pytest.importorskip("onnxscript")
        pytest.importorskip("onnxruntime")
    leaving = part(nn.Linear(4, 3), nn.Sequential(nn.Tanh(), Doubting()))

    with pytest.raises(ConfigError, match=r"cannot hold the layer 1\.1 \(Doubting\)"):
        write(format, leaving, tmp_path / "model")

    assert list(Path(tmp_path).iterdir()) == []
