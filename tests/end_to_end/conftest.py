"""A finished run, and data sets of every kind: real if they can be downloaded, else made here."""

import math
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import savemat

from gan_lab.data.cifar10 import CIFAR10
from gan_lab.data.fashion_mnist import FashionMNIST
from gan_lab.data.mnist import MNIST
from gan_lab.errors import DataError
from gan_lab.training.gan import GAN

FAST = (
    "data=digits", "data.limit=64", "model.width=4", "ema.generator.decay=0.5", "trainer=cpu",
    "trainer.precision=32-true", "iterations=4", "batch_size=8", "log_every=2", "samples_every=2",
    "checkpoint_every=2",
    "evaluation=none",
)  # fmt: skip
CYCLEGAN = (
    *FAST, "algorithm=cyclegan", "data=unpaired", "data@data.a=digits", "data@data.b=digits",
    "data.a.classes=[0,1,2,3,4]", "data.b.classes=[5,6,7,8,9]", "data.size=16",
    "model.generator.blocks=1", "algorithm.pool_size=8", "iterations=20", "optimizer.lr=0.01",
)  # fmt: skip
STARGAN = (
    *FAST, "algorithm=stargan", "data=digits", "data.classes=[0,1,2]", "data.size=16",
    "model.generator.blocks=0", "algorithm.discriminator_steps=1", "iterations=10",
    "optimizer.lr=0.01",
)  # fmt: skip
EVALUATED = (*FAST[:-1], "data.limit=200", "evaluation.every=2", "evaluation.n_fake=200")


def without_first_use(err):
    """Return the lines of standard error, but for those that tell of an empty cache."""
    told = ("Trained a classifier ", "Extracting ")
    return [line for line in err.splitlines() if not line.startswith(told)]


@pytest.fixture
def finished(trained, tmp_path):
    """Return the directory of a finished run on the bundled digits; a copy, to do anything with."""
    return shutil.copytree(trained(*FAST), tmp_path / "run")


@pytest.fixture
def evaluated(trained, tmp_path):
    """Return the directory of a finished run that was evaluated; a copy too."""
    return shutil.copytree(trained(*EVALUATED), tmp_path / "run")


@pytest.fixture
def spoiled(monkeypatch):
    """Let every training have infinite weights after its first iteration, whose loss is finite."""
    step = GAN.training_step

    def step_and_spoil(module, *batch):
        result = step(module, *batch)
        with torch.no_grad():
            for weights in module.parameters():
                weights.fill_(math.inf)
        return result

    monkeypatch.setattr(GAN, "training_step", step_and_spoil)


@pytest.fixture(scope="session")
def png_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for label in ("cats", "dogs"):
        (folder / label).mkdir()
        for index in range(110):
            pixels = random.integers(0, 256, (40, 30, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{index}.png")
    return folder


@pytest.fixture(scope="session")
def tfd_file(tmp_path_factory):
    random = np.random.default_rng(0)
    n = 480
    path = tmp_path_factory.mktemp("tfd") / "TFD_48x48.mat"
    arrays = {
        "images": random.integers(0, 256, (n, 48, 48), dtype=np.uint8),
        "folds": random.integers(0, 4, (n, 5)),
        "labs_ex": random.choice([-1, 1, 2, 3, 4, 5, 6, 7], (n, 1)),
        "labs_id": np.full((n, 1), -1),
    }
    savemat(path, arrays)
    return path


KNOWN = {"mnist": MNIST, "fashion_mnist": FashionMNIST, "cifar10": CIFAR10}


def prepare_or_skip(name):
    """Have the real data set ready, or skip the test and say why."""
    try:
        KNOWN[name]().prepare()
    except DataError as error:
        pytest.skip(f"the real {name} cannot be downloaded here: {error}")


@pytest.fixture
def data_choice(request, png_folder, tfd_file):
    """Return the overrides that choose the data set named by the test's parameter."""
    name = request.param
    if name in ("mnist", "cifar10"):
        prepare_or_skip(name)
    own = {"folder": [f"data.dir={png_folder}"], "tfd": [f"data.dir={tfd_file}"]}
    return [f"data={name}", *own.get(name, [])]
