"""From a configuration to an evaluation that is ready to run."""

import re

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from torch import nn

from gan_lab.config.build import build
from gan_lab.config.schema import find_conf
from gan_lab.data.mixtures import Ring
from gan_lab.errors import ConfigError
from gan_lab.evaluation.module import ModuleExtractor
from gan_lab.evaluation.points import Points
from gan_lab.tasks.evaluators import build_evaluation, build_metrics, monitor_of


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def evaluation(*overrides):
    config = compose("config", list(overrides))
    dataset = build(config.data, "data")
    dataset.prepare()
    return config, build_evaluation(
        config, dataset, torch.device("cpu"), n_fake=50, origin={"weights": "raw"}
    )


def test_a_metric_that_makes_no_sense_here_is_left_out():
    nodes = compose("config", []).evaluation.metrics
    ring = Ring()
    points = Points(ring.centres, ring.std, ring.quality_rule, ring.class_names)

    on_points = build_metrics(nodes, points, primary=True)
    on_images = build_metrics(nodes, ModuleExtractor("own", nn.Flatten()), primary=True)

    assert "mixture" in on_points
    assert "modes" not in on_points
    assert not {"mixture", "modes"} & on_images.keys()
    assert {"frechet", "prdc"} <= on_images.keys() & on_points.keys()


def test_pixels_are_looked_at_in_one_feature_space_only():
    nodes = compose("config", ["+evaluation/metrics=parzen"]).evaluation.metrics
    extractor = ModuleExtractor("own", nn.Flatten())

    first, second = (build_metrics(nodes, extractor, primary=primary) for primary in (True, False))

    assert first.keys() - second.keys() == {"parzen"}


def test_the_protocol_says_what_the_numbers_depend_on():
    _, made = evaluation("data=digits", "evaluation.n_real=100", "evaluation.seed=3")

    assert made.protocol | {"extractors": 0, "metrics": 0, "real_images_sha256": 0} == {
        "data": "Digits",
        "split": "train",
        "n_real": 100,
        "n_fake": 50,
        "other_splits": {},
        "weights": "raw",
        "seed": 3,
        "gan_lab": made.protocol["gan_lab"],
        "extractors": 0,
        "metrics": 0,
        "real_images_sha256": 0,
    }
    assert made.protocol["metrics"]["prdc"]["k"] == 5


def test_another_split_can_be_compared_with():
    _, made = evaluation("data=digits", "evaluation.split=test")

    assert (made.protocol["split"], made.protocol["n_real"]) == ("test", 364)


def test_too_few_images_are_answered_with_what_the_neediest_metric_needs():
    with pytest.raises(ConfigError, match=r"PRDC needs 6 images at least.*not 1"):
        evaluation("data=digits", "evaluation.n_real=1")


def test_classes_that_no_real_image_has_are_no_modes(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))
    labels = np.where(np.arange(200) % 2, 3, 7)
    pixels = np.random.default_rng(0).integers(0, 40, (200, 16, 16, 1), np.uint8)
    pixels += (labels == 7)[:, None, None, None].astype(np.uint8) * 200
    np.savez(tmp_path / "gap.npz", images=pixels, labels=labels)
    words = ["data=folder", f"data.dir={tmp_path}/gap.npz", "data.size=16", "data.channels=1"]
    _, made = evaluation(*words, "evaluation/metrics=[modes]")

    result = made.run(lambda positions: torch.from_numpy(pixels[positions].transpose(0, 3, 1, 2)))

    assert made.class_names == ("3", "7")
    assert result.histogram == [25, 25]
    assert result.metrics["modes/total"] == 2
    assert result.metrics["modes/kl_data"] == pytest.approx(0, abs=1e-9)
    (name,) = made.protocol["extractors"]
    assert re.fullmatch(r"folder_[0-9a-f]{6}_cnn", name)


def test_the_monitor_must_be_measured():
    config, made = evaluation("data=ring", "model=mixture_mlp")
    assert monitor_of(config, made) == "fd_points"

    config.evaluation.monitor = "modes/covered"
    assert monitor_of(config, made) == "modes/covered"

    config.evaluation.monitor = "modes/coverd"
    with pytest.raises(ConfigError, match="Did you mean 'modes/covered'"):
        monitor_of(config, made)
