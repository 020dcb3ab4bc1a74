"""gan_lab.evaluate: the numbers of the command, of whatever images there are."""

import json
import math
import warnings

import numpy as np
import pytest
from PIL import Image

import gan_lab
from gan_lab.data.files import data_folder
from gan_lab.errors import ConfigError, GanLabError
from gan_lab.evaluation.inception_weights import have_weights
from gan_lab.library.measuring import Scores
from gan_lab.runs.exported_weights import NAME
from tests.end_to_end.conftest import EVALUATED

RANDOM = np.random.default_rng(0)
NOISE = RANDOM.integers(0, 256, (300, 32, 32), dtype=np.uint8)
QUICK = {"data": "digits", "extractors": "pixels", "metrics": ["prdc", "duplicates"]}


@pytest.fixture(autouse=True)
def without_doubts():
    """Noise differs from digits in all that there are doubts about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def record(run, tmp_path, *words):
    outcome = run("task=evaluate", "trainer=cpu", f"out={tmp_path / 'record.json'}", *words)
    assert outcome.status == 0, outcome.err
    return json.loads((tmp_path / "record.json").read_text())


def test_arrays_files_and_functions_get_the_numbers_of_the_command(run, tmp_path):
    np.savez(tmp_path / "noise.npz", images=NOISE)
    (tmp_path / "folder").mkdir()
    for number, image in enumerate(NOISE):
        Image.fromarray(image).save(tmp_path / "folder" / f"{number:03d}.png")
    expected = record(
        run, tmp_path, f"images={tmp_path / 'noise.npz'}", "data=digits",
        "evaluation.extractors=pixels", "evaluation/metrics=[prdc,duplicates]",
    )  # fmt: skip

    scores = gan_lab.evaluate(NOISE, **QUICK)

    assert scores.record["metrics"] == expected["metrics"]
    assert {**scores.protocol, "images": ""} == {**expected["protocol"], "images": ""}
    for images in (tmp_path / "noise.npz", str(tmp_path / "folder"), NOISE[:, None]):
        assert dict(gan_lab.evaluate(images, **QUICK)) == dict(scores)
    made = gan_lab.evaluate(lambda n: NOISE[:n], n=300, **QUICK)
    assert dict(made) == dict(scores)
    assert (made.record["images"], scores.record["images"]) == ("a function", "an array")


def test_a_model_gets_the_numbers_of_its_checkpoint(run, trained, tmp_path):
    ckpt = trained(*EVALUATED) / "checkpoints" / "best.ckpt"
    expected = record(run, tmp_path, f"ckpt={ckpt}")

    assert (
        gan_lab.evaluate(gan_lab.load(ckpt), device="cpu").record["metrics"]
        == (expected["metrics"])
    )
    assert gan_lab.evaluate(ckpt, device="cpu").record["metrics"] == expected["metrics"]


@pytest.mark.slow
def test_an_exported_model_gets_the_numbers_of_its_checkpoint_by_every_name(trained, tmp_path):
    model = gan_lab.load(trained(*EVALUATED), device="cpu")
    expected = gan_lab.evaluate(model, device="cpu")
    folder = gan_lab.save_pretrained(model, tmp_path / "exported")

    for images in (gan_lab.from_pretrained(folder, device="cpu"), folder, str(folder / NAME)):
        scores = gan_lab.evaluate(images, device="cpu")

        assert dict(scores) == dict(expected)
        assert (scores.protocol["weights"], expected.protocol["weights"]) == ("ema", "ema")


def test_a_models_plugins_are_remembered(example_lab, trained):
    model = gan_lab.load(trained(*EVALUATED), "plugins=[example_lab]", device="cpu")

    assert model.words_for("evaluate") == [
        "task=evaluate", f"ckpt={model.ckpt}", "trainer.accelerator=cpu", "plugins=[example_lab]"
    ]  # fmt: skip


def test_arrays_are_compared_with_arrays():
    assert gan_lab.evaluate(NOISE, data=NOISE, metrics="prdc")["precision"] == 1
    halves = gan_lab.evaluate(NOISE, data=NOISE, size=(16, 8), metrics="prdc", n=200)
    assert halves.protocol["n_fake"] == 200


def test_nothing_of_an_array_is_kept():
    folder = data_folder("folder")
    before = set(folder.glob("*"))

    gan_lab.evaluate(NOISE, **QUICK)
    gan_lab.evaluate(NOISE, data=NOISE, metrics="prdc")

    assert set(folder.glob("*")) == before


def test_doubts_are_warned_of():
    with pytest.warns(UserWarning, match="are copies of real ones"):
        gan_lab.evaluate(NOISE, data=NOISE, metrics="prdc")


def test_scores_are_a_mapping_in_which_null_is_infinite():
    scores = Scores({"metrics": {"a": 1.25, "b": None}, "protocol": {}, "left_out": {}})

    assert dict(scores) == {"a": 1.25, "b": math.inf}
    assert repr(scores) == "Scores(a=1.25, b=inf)"
    with pytest.raises(KeyError):
        scores["c"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": "dgits"}, "Did you mean 'digits'"),
        ({"metrics": "fid"}, r"evaluation/metrics=\[frechet\] is that metric"),
        ({"extractors": "nix"}, "evaluation.extractors has 'nix'"),
        ({"n": 301}, "more than the 300 images in images=ARRAY"),
        ({"n": 0}, "evaluation.n_fake=0 must be"),
        ({"device": "tpu"}, "accelerator=tpu is not known"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        gan_lab.evaluate(NOISE, **QUICK | options)


def test_files_are_compared_at_a_size_that_is_said(png_folder):
    with pytest.raises(ConfigError, match="size is missing"):
        gan_lab.evaluate(png_folder, data=png_folder)

    assert gan_lab.evaluate(png_folder, data=png_folder, size=16, metrics="prdc")["recall"] == 1


def test_the_fid_is_that_of_inception_and_of_nothing_else():
    # 2,048 features want one image more; the network of digits, which has 128, would take these.
    missing = "needs 2,049, real and generated" if have_weights() else "task=fetch"
    with pytest.raises(GanLabError, match=missing):
        gan_lab.fid(NOISE[:9], NOISE[:9], device="cpu")
