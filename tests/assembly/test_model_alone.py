"""Evaluations of which every metric asks the model itself."""

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.evaluations import announcement, build_evaluations, monitor_of
from gan_lab.assembly.models import build_algorithm
from gan_lab.callbacks.scoring import Scoring, record_of
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError

VAE = ("algorithm=vae", "data=digits", "data.size=8", "latent.dim=4")


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def of_model(*words):
    config = compose("config", [*VAE, *words])
    dataset = build(config.data, "data")
    module = build_algorithm(config, dataset)
    made = build_evaluations(
        config, dataset, torch.device("cpu"), n_fake=300, origin={}, module=module
    )
    return config, dataset, module, next(made)


def test_metrics_of_the_model_are_enough_and_no_image_is_made(monkeypatch):
    config, dataset, module, evaluation = of_model("evaluation/metrics=[nll]")
    monkeypatch.setattr(module, "images_at", lambda *_, **__: pytest.fail("an image"))

    result = Scoring(evaluation, 0, dataset.to_pixels)(module)

    assert result.metrics.keys() >= {"nll"}
    assert result.metrics["nll"] > 0
    assert monitor_of(config, evaluation) == "nll"
    assert announcement(config, dataset, evaluation).startswith("Evaluation: nll")
    assert record_of(result, evaluation)["protocol"]["other_splits"] == {"test": 364}


def test_with_a_metric_of_samples_images_are_scored_as_well():
    *_, evaluation = of_model("evaluation/metrics=[nll,duplicates]", "evaluation.extractors=pixels")

    assert evaluation.n_fake == 300
    assert {"nll", "duplicates"} <= evaluation.better.keys()


def test_metrics_of_other_models_still_measure_nothing():
    with pytest.raises(ConfigError, match=r"\[classification_error\] measures nothing"):
        of_model("evaluation/metrics=[classification_error]", "evaluation.extractors=pixels")
