"""A very small network in the place of Inception, with weights of its own and the files of both."""

import hashlib
import io
import zipfile
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_lab.evaluation import inception_weights
from gan_lab.networks.inception import Convolution


class Small(nn.Module):
    """Two layers, 16 features."""

    def __init__(self):
        super().__init__()
        self.first = Convolution(3, 4, 3, stride=60)
        self.second = Convolution(4, 16, 1)

    def forward(self, images):
        return self.second(self.first(images)).mean(dim=(2, 3))


@dataclass
class StandIn:
    """The weights, pytorch-fid's file of them, and the package's program."""

    weights: dict[str, Tensor]
    release: bytes
    program: bytes


def install(monkeypatch, web) -> StandIn:
    """Put the small network in Inception's place; the web serves nothing yet."""
    monkeypatch.setattr(inception_weights, "InceptionV3", Small)
    monkeypatch.setattr(inception_weights, "CLASSIFIER_SHAPE", (5, 16))
    monkeypatch.setattr(inception_weights, "RELEASE", web.url)
    weights = random_weights()
    sha256 = inception_weights.weights_hash(weights)
    monkeypatch.setattr(inception_weights, "WEIGHTS_SHA256", sha256)
    stand_in = StandIn(weights, release_of(weights), program_of(weights))
    expect_release(monkeypatch, stand_in.release)
    return stand_in


def random_weights(seed: int = 0) -> dict[str, Tensor]:
    """Return other weights for each seed; the scales are 1."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.ones_like(value)
        if name.endswith("bn.weight")
        else torch.rand(value.shape, generator=generator)
        for name, value in Small().state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def release_of(weights: dict[str, Tensor]) -> bytes:
    """Return a state dict as pytorch-fid publishes it, classifier and counters included."""
    file = io.BytesIO()
    counters = {"first.bn.num_batches_tracked": torch.tensor(0)}
    classifier = {"fc.weight": torch.zeros(5, 16), "fc.bias": torch.zeros(5)}
    torch.save({**weights, **counters, **classifier}, file)
    return file.getvalue()


def program_of(weights: dict[str, Tensor]) -> bytes:
    """Return an archive laid out like the package's TorchScript program, whose code is harmful."""
    parts = ("conv.weight", "bn.bias", "bn.running_mean", "bn.running_var")
    names = [f"{layer}.{part}" for layer in ("first", "second") for part in parts]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("out_jit_module/data.pkl", b"cos\nabort\n(tR.")
        for number, name in enumerate(names):
            archive.writestr(f"out_jit_module/data/{number}", weights[name].numpy().tobytes())
    return file.getvalue()


def expect_release(monkeypatch, content: bytes) -> None:
    """Make this the published content of pytorch-fid's file."""
    sha256 = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(inception_weights, "RELEASE_SHA256", sha256)
