"""From a configuration to an evaluation that is ready to run."""

import re
import shutil
from itertools import islice

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir
from torch import nn

from gan_lab.assembly.classifiers import classifier_for
from gan_lab.assembly.evaluations import (
    announcement,
    build_evaluations,
    monitor_of,
)
from gan_lab.assembly.sample_metrics import build_sample_metrics
from gan_lab.assembly.too_few_images import TooFewImagesError
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.data.base import Images
from gan_lab.data.digits import Digits
from gan_lab.data.files import data_folder
from gan_lab.data.mixtures import Ring
from gan_lab.errors import ConfigError
from gan_lab.evaluation.custom_extractor import ModuleExtractor
from gan_lab.evaluation.points import Points


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def evaluation(*overrides, n_fake=250):
    config = compose("config", list(overrides))
    dataset = build(config.data, "data")
    dataset.prepare()
    origin = {"weights": "raw"}
    made = build_evaluations(config, dataset, torch.device("cpu"), n_fake=n_fake, origin=origin)
    return config, next(made)


def test_a_metric_that_makes_no_sense_here_is_left_out():
    nodes = compose("config", []).evaluation.metrics
    ring = Ring()
    points = Points(ring.centres, ring.std, ring.quality_rule, ring.class_names)

    on_points = build_sample_metrics(nodes, points, primary=True)
    on_images = build_sample_metrics(nodes, ModuleExtractor("own", nn.Flatten()), primary=True)

    assert "mixture" in on_points
    assert "modes" not in on_points
    assert not {"mixture", "modes"} & on_images.keys()
    assert {"frechet", "prdc"} <= on_images.keys() & on_points.keys()


def test_pixels_are_looked_at_in_one_feature_space_only():
    nodes = compose("config", ["+evaluation/metrics=parzen"]).evaluation.metrics
    extractor = ModuleExtractor("own", nn.Flatten())

    first, second = (
        build_sample_metrics(nodes, extractor, primary=primary) for primary in (True, False)
    )

    assert first.keys() - second.keys() == {"parzen"}


def test_the_protocol_says_what_the_numbers_depend_on():
    _, made = evaluation("data=digits", "evaluation.n_real=300", "evaluation.seed=3")

    assert made.protocol | {"extractors": 0, "metrics": 0, "real_images_sha256": 0} == {
        "data": "Digits",
        "form": "images",
        "split": "train",
        "n_real": 300,
        "n_fake": 250,
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


@pytest.mark.parametrize(("n_fake", "words"), [(150, ()), (1000, ("evaluation.n_real=150",))])
def test_what_says_nothing_from_so_few_images_is_left_out_and_named(n_fake, words):
    config, made = evaluation("data=digits", *words, n_fake=n_fake)

    bins = 15 * 10 if words else 100 * 10  # 10 real images to a bin, and 10 generated ones
    needs = {"prdc": 200} | ({"ndb": bins} if bins > 150 else {})
    assert made.left_out == needs
    assert {"frechet", "kernel", "modes", "duplicates"} <= made.protocol["metrics"].keys()
    assert not needs.keys() & made.protocol["metrics"].keys()
    assert monitor_of(config, made) == "fd_digits_cnn"
    said = announcement(config, build(config.data, "data"), made)
    assert "Left out, because they need more images, real and generated: " in said
    assert "prdc (200)" in said


def test_with_no_more_images_than_features_another_distance_chooses_the_best():
    config, made = evaluation("data=digits", n_fake=128)

    assert made.left_out["frechet"] == 129
    assert monitor_of(config, made) == "kid_digits_cnn"


def test_from_twenty_images_nothing_is_measured_and_the_message_says_what_is_needed():
    with pytest.raises(
        TooFewImagesError, match=r"too few images \(20\) for any metric: kernel, .* needs 100, real"
    ):
        evaluation("data=digits", n_fake=20)
    with pytest.raises(
        TooFewImagesError,
        match=r"\(1\) for any metric: kernel, .*; there are 1 real and 250 .*evaluation\.n_real",
    ):
        evaluation("data=digits", "evaluation.n_real=1")


def test_where_a_collapse_is_to_be_answered_the_remedy_is_not_to_answer_it():
    with pytest.raises(TooFewImagesError, match=r"or use callbacks\.collapse\.action=log\.$"):
        evaluation("data=digits", "callbacks.collapse.action=rollback", n_fake=20)


def test_metrics_that_see_nothing_here_are_a_mistake():
    with pytest.raises(ConfigError, match=r"evaluation/metrics=\[modes\] measures nothing with"):
        evaluation("data=digits", "evaluation/metrics=[modes]", "evaluation.extractors=pixels")


def test_a_limit_below_what_a_metric_needs_is_a_mistake():
    with pytest.raises(
        ConfigError, match=r"prdc\.limit=100 is too low: prdc needs at least 200 images"
    ):
        evaluation("data=digits", "evaluation.metrics.prdc.limit=100")


def test_draws_differ_on_both_sides_and_the_first_is_that_of_a_single_evaluation():
    words = ["data=digits", "evaluation.n_real=400", "evaluation/metrics=[frechet,prdc]"]
    config = compose("config", words)
    dataset = build(config.data, "data")

    def three():
        options = {"n_fake": 250, "origin": {}}
        draws = build_evaluations(config, dataset, torch.device("cpu"), **options)
        return list(islice(draws, 3))

    made, again = three(), three()

    _, single = evaluation(*words)
    hashes = [draw.protocol["real_images_sha256"] for draw in made]
    assert hashes == [draw.protocol["real_images_sha256"] for draw in again]
    assert len(set(hashes)) == 3
    assert hashes[0] == single.protocol["real_images_sha256"]
    assert [draw.draw for draw in made] == [0, 1, 2]


def test_where_all_real_images_are_used_metrics_draw_among_them_anew():
    words = ["data=digits", "evaluation/metrics=[prdc,ndb]", "evaluation.metrics.prdc.limit=250"]
    config = compose("config", words)
    options = {"n_fake": 1000, "origin": {}}
    draws = build_evaluations(config, build(config.data, "data"), torch.device("cpu"), **options)

    first, second = islice(draws, 2)

    real = [dict(made.first_side[0].metrics[0].state_dict())["real"] for made in (first, second)]
    assert first.protocol["real_images_sha256"] == second.protocol["real_images_sha256"]
    assert not torch.equal(*real)
    centres = [dict(made.first_side[0].metrics[1].state_dict()) for made in (first, second)]
    assert not torch.equal(*(state["feature_centres"] for state in centres))


def test_classes_that_no_real_image_has_are_no_modes(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))
    labels = np.where(np.arange(200) % 2, 3, 7)
    pixels = np.random.default_rng(0).integers(0, 40, (200, 16, 16, 1), np.uint8)
    pixels += (labels == 7)[:, None, None, None].astype(np.uint8) * 200
    np.savez(tmp_path / "gap.npz", images=pixels, labels=labels)
    words = ["data=folder", f"data.dir={tmp_path}/gap.npz", "data.size=16", "data.channels=1"]
    _, made = evaluation(*words, "evaluation/metrics=[modes]", n_fake=200)

    stored = torch.from_numpy(pixels.transpose(0, 3, 1, 2))
    result = made.run(lambda positions: Images(stored[positions]))

    assert made.class_names == ("3", "7")
    assert result.histogram == [100, 100]
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


def test_a_monitor_that_is_left_out_for_too_few_images_is_told_so():
    config, made = evaluation("data=digits", "evaluation.monitor=ndb", n_fake=150)

    with pytest.raises(ConfigError, match=r"ndb is not measured here\..*more images.*ndb \(1,000"):
        monitor_of(config, made)


def test_what_is_kept_of_a_second_feature_space_is_not_taken_for_the_first(tmp_path, monkeypatch):
    """Of the first one NDB keeps bins of pixels too, so the two are kept apart."""
    classifier_for(Digits())
    shutil.copytree(data_folder("classifiers"), tmp_path / "classifiers")
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path))
    words = ["data=digits", "evaluation.n_real=300", "evaluation/metrics=[ndb]"]
    both = [*words, "evaluation.extractors=[classifier,pixels]"]

    def names(words):
        _, made = evaluation(*words, n_fake=300)
        return [
            name for space in made.first_side for metric in space.metrics for name in metric.better
        ]

    assert names([*words, "evaluation.extractors=[pixels,classifier]"]) == [
        "ndb", "ndb_js", "ndb_pixels", "ndb_js_pixels", "ndb_digits_cnn", "ndb_js_digits_cnn"
    ]  # fmt: skip
    # The second space would call its bins as the first calls those of pixels.
    assert names(both) == ["ndb", "ndb_js", "ndb_pixels", "ndb_js_pixels"]


def test_the_split_that_is_not_there_is_named_as_it_was_typed():
    with pytest.raises(ConfigError, match=r"^evaluation\.split=tset is not one of"):
        evaluation("data=digits", "evaluation.split=tset")
