"""Which models are asked about the data's test images, and by which metrics."""

import pytest
from hydra import compose, initialize_config_dir

from gan_lab.assembly.model_metrics import build_model_metrics
from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.originals import give_originals
from gan_lab.assembly.sample_metrics import build_sample_metrics
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.latents.conditions import Labels
from tests.evaluation.draws import Classifier

DIGITS = ("data=digits", "data.size=8")
INFOGAN = ("latent=structured", "terms=[mutual_information]")
LABELS = Labels(tuple("0123456789"), [1] * 10)


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def metrics(*words, labels=None, with_model=True, data=DIGITS):
    config = compose("config", [*data, "model.width=4", *words])
    dataset = build(config.data, "data")
    module = build_algorithm(config, dataset, labels) if with_model else None
    if with_model:
        give_originals(module, config, dataset)
    return build_model_metrics(config, dataset, module), module


def test_the_codes_of_infogan_are_compared_with_test_images():
    found, module = metrics(*INFOGAN, "data.limit=20")

    error = found["code_error"](module.classify)
    assert list(found) == ["code_error", "cluster_error"]
    assert found["code_error"].known.split == "test"
    assert len(found["code_error"].known.labels) > 100  # not data.limit of them
    assert 0.5 < error["code_error"] <= 1  # untrained


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ((), {}),
        (("latent=structured",), {}),
        ((*INFOGAN, "latent.factors.category=null"), {}),
        ((*INFOGAN, "evaluation/metrics=[frechet]"), {}),
        (INFOGAN, {"with_model": False}),
    ],
)
def test_no_others_are_asked(words, options):
    assert metrics(*words, **options)[0] == {}


def test_a_model_that_learns_classes_from_labels_is_asked_for_its_error():
    words = ("data.condition=labels", "model.condition=classifier", "terms=[classification]")

    assert list(metrics(*words, labels=LABELS)[0]) == ["classification_error"]


AAE = ("algorithm=categorical_adversarial_autoencoder", "model=autoencoder_conv")


@pytest.mark.parametrize(
    ("words", "labels", "asked"),
    [
        ((), None, ["code_error", "cluster_error"]),
        (("data.labelled=2",), LABELS, ["classification_error"]),
    ],
)
def test_an_encoder_of_classes_is_asked_for_what_it_was_taught(words, labels, asked):
    assert list(metrics(*AAE, *words, labels=labels)[0]) == [*asked, "reconstruction"]


TWO_SETS = (
    "algorithm=cyclegan", "data=unpaired", "data@data.a=digits", "data@data.b=digits",
    "data.a.classes=[0,1]", "data.b.classes=[2,3]", "data.size=16", "model.generator.blocks=0",
)  # fmt: skip


def test_what_is_about_music_is_not_asked_of_images():
    found, _ = metrics(data=TWO_SETS)

    assert "cycle_error" in found
    assert not any(metric.of_music for metric in found.values())


def test_metrics_of_samples_are_not_confused_with_those_of_models():
    config = compose("config", ["data=digits"])

    found = build_sample_metrics(config.evaluation.metrics, Classifier(10), primary=True)

    assert "frechet" in found
    assert "code_error" not in found
