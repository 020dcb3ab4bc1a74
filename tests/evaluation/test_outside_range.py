"""The share of numbers beyond the value range, where a network has no bounds."""

import csv
import json

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.evaluation.outside_range import OutsideRange

R3GAN = (
    "model=r3gan", "model.width=8", "model.blocks=1", "model.group_width=8", "data=digits",
    "data.size=8", "data.limit=300", "batch_size=8", "iterations=2", "trainer=cpu",
    "evaluation.n_fake=200", "evaluation.extractors=pixels", "evaluation/metrics=[prdc]",
)  # fmt: skip


def test_numbers_beyond_either_end_are_counted_over_all_images():
    outside = OutsideRange((-1.0, 0.5), torch.device("cpu"))

    outside.update(torch.tensor([-1.0, -1.01, 0.0, 0.5]).view(1, 1, 2, 2))
    outside.update(torch.tensor([0.6, 7.0, 0.2, 0.1]).view(1, 1, 2, 2))

    assert outside.compute() == 3 / 8
    assert outside.compute() == 3 / 8


@pytest.fixture
def of_r3gan(run):
    outcome = run(*R3GAN)
    assert outcome.status == 0, outcome.err
    return outcome.directory


def test_evaluations_of_r3gan_say_it_in_a_column_and_by_command_and_samples_too(run, of_r3gan):
    with (of_r3gan / "metrics.csv").open() as file:
        (share,) = [row["outside_range"] for row in csv.DictReader(file) if row["outside_range"]]
    ckpt = f"ckpt={of_r3gan}/checkpoints/last.ckpt"
    run("task=evaluate", ckpt, "trainer=cpu", f"out={of_r3gan}/scores.json")
    sampled = run("task=sample", ckpt, "trainer=cpu", "n=2", f"out={of_r3gan}/samples.png")

    record = json.loads((of_r3gan / "scores.json").read_text())
    assert 0 < float(share) < 1
    assert record["metrics"]["outside_range"] == pytest.approx(float(share))
    assert "of their numbers lie outside the value range and are clipped." in sampled.out


@pytest.mark.parametrize(
    ("words", "bounded"),
    [
        (["model=dcgan"], True),
        (["model=mlp"], True),
        (["model=mlp", "model.generator.output=linear"], False),
        (["model=r3gan", "data.size=32"], False),
        (["model=progressive", "data.size=32"], False),
    ],
)
def test_a_model_knows_whether_its_networks_keep_to_the_value_range(words, bounded):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", ["data=digits", *words])

    assert build_algorithm(config, build(config.data, "data")).bounded == bounded


@pytest.mark.parametrize(
    ("words", "clipped"),
    [
        (["data=digits"], (-1.0, 1.0)),
        (["data=ring"], None),
        (["data=density"], None),
        (["data=cifar10"], (-1.0, 1.0)),
        (["data=cifar10", "data.contrast=55"], None),
    ],
)
def test_only_images_of_a_fixed_contrast_are_clipped(words, clipped):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", words)

    assert build(config.data, "data").clipped_range == clipped
