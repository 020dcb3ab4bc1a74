"""The evaluation that computes the real side gives the same bits as each one that reads it."""

import shutil

import pytest
import torch
from torch import nn

from gan_lab.data.base import Images
from gan_lab.evaluation.classifier import shipped
from gan_lab.evaluation.custom_extractor import ModuleExtractor
from gan_lab.evaluation.duplicates import Duplicates
from gan_lab.evaluation.evaluation import Evaluation, FeatureSpace
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.kernel import KernelDistance
from gan_lab.evaluation.modes import Modes
from gan_lab.evaluation.ndb import NDB
from gan_lab.evaluation.pixels import Pixels
from gan_lab.evaluation.prdc import PRDC
from gan_lab.evaluation.real_statistics import RealFeatures, content_hash, fit
from gan_lab.evaluation.stacked import Stacked

CPU = torch.device("cpu")
METRICS = {
    metric.__name__: metric for metric in (FrechetDistance, KernelDistance, PRDC, NDB, Duplicates)
}
N = 350


def transposing():
    """Return a network that leaves its features in memory by column."""
    torch.manual_seed(0)
    return ModuleExtractor("own", nn.Sequential(nn.Flatten(), nn.Linear(192, 40), Transposed()))


class Transposed(nn.Module):
    def forward(self, features_ND):
        return features_ND.T.contiguous().T


EXTRACTORS = {
    "pixels": lambda: Pixels(),
    "classifier": lambda: shipped("mnist_cnn"),
    "stacked": lambda: Stacked(shipped("mnist_cnn")),
    "own module": transposing,
}


def pictures(n, seed):
    generator = torch.Generator().manual_seed(seed)
    bright = torch.rand(n, 1, 1, 1, generator=generator)
    return (torch.rand(n, 3, 8, 8, generator=generator) * bright * 255).to(torch.uint8)


def evaluated(extractor, folder, n_real=N):
    """Fit every metric with what `folder` knows, and return the buffers and the scores."""
    extractor = extractor.freeze().to(CPU, memory_format=torch.channels_last)
    metrics = {name: metric(extractor.name) for name, metric in METRICS.items()}
    if Modes.applies_to(extractor):
        metrics["Modes"] = Modes(extractor.name)
        metrics["Modes"].attach(extractor)
    real = Images(pictures(n_real, seed=1), None, ())
    seen = RealFeatures(
        extractor,
        real,
        images_hash=content_hash(real),
        device=CPU,
        batch_size=100,
        say=lambda message: None,
    )
    fit(metrics, {name: {"_target_": name} for name in metrics}, seen, folder)
    fakes = pictures(N, seed=2)
    space = FeatureSpace(extractor, list(metrics.values()))
    evaluation = Evaluation({"": [space]}, device=CPU, n_fake=N, batch_size=100, protocol={})
    buffers = {
        f"{name}.{key}": value
        for name, metric in metrics.items()
        for key, value in metric.state_dict().items()
    }
    return buffers, dict(evaluation.run(lambda positions: Images(fakes[positions])).metrics)


def same(first, later):
    return (
        first.dtype == later.dtype
        and first.stride() == later.stride()
        and first.data_ptr() % 64 == later.data_ptr() % 64
        and torch.equal(first, later)
    )


# 100 images have fewer dimensions than some features, where the root is found another way.
@pytest.mark.parametrize("n_real", [N, 100])
@pytest.mark.parametrize("name", EXTRACTORS)
def test_the_first_evaluation_and_a_later_one_agree_to_the_last_bit(tmp_path, name, n_real):
    first, scores = evaluated(EXTRACTORS[name](), tmp_path, n_real)
    later, again = evaluated(EXTRACTORS[name](), tmp_path, n_real)

    assert first.keys() == later.keys() != set()
    assert [key for key in first if not same(first[key], later[key])] == []
    assert scores == again


def test_so_does_one_that_was_killed_half_way_through_the_real_side(tmp_path):
    _, scores = evaluated(Pixels(), tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "part")
    for path in sorted((tmp_path / "part").glob("*.safetensors"))[::2]:
        path.unlink()

    assert evaluated(Pixels(), tmp_path / "part")[1] == scores
