"""task=export: files for other programs, which make what the checkpoint makes."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

import gan_lab
from gan_lab.errors import CheckpointError
from tests.end_to_end.conftest import CYCLEGAN, EVALUATED, FAST, STARGAN

VAE = (
    "data=digits", "data.limit=32", "data.binarise=fixed", "algorithm=vae", "trainer=cpu",
    "trainer.precision=32-true", "iterations=2", "batch_size=8", "evaluation=none",
)  # fmt: skip
NADE = (*VAE[:3], "algorithm=autoregressive", "data.size=8", "model.network.hidden=8", *VAE[4:])
CONDITIONAL = (*FAST, "data.condition=labels")


@pytest.fixture
def export(run, trained, tmp_path):
    """Return a function that exports a run's model and returns the outcome and the folder."""

    def export_run(words, *options):
        ckpt = trained(*words) / "checkpoints" / "last.ckpt"
        out = tmp_path / "export"
        outcome = run("task=export", f"ckpt={ckpt}", "trainer=cpu", f"out={out}", *options)
        return outcome, out

    return export_run


def without(package):
    return pytest.importorskip(package, reason=f"{package} is not installed")


def example_of(folder):
    """Run what the README shows, in a Python of its own, and return what it prints of images."""
    (code,) = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(images.shape, images.dtype)"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def difference_in(folder):
    return json.loads((folder / "card.json").read_text())["parity"]["largest_difference"]


@pytest.mark.parametrize("format", ["onnx", "torch"])
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(FAST, id="gan"),
        pytest.param(CONDITIONAL, id="conditional", marks=pytest.mark.slow),
        pytest.param(VAE, id="vae", marks=pytest.mark.slow),
    ],
)
def test_a_network_makes_the_same_elsewhere(export, words, format):
    if format == "onnx":
        without("onnxscript")
        without("onnxruntime")

    outcome, folder = export(words, f"format={format}")

    assert outcome.status == 0, outcome.err
    assert "Largest difference to " in outcome.out
    assert difference_in(folder) < 1e-5
    assert example_of(folder) == "(16, 1, 32, 32) float32"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "options", "names"),
    [(CYCLEGAN, ["to=a"], ["originals"]), (STARGAN, [], ["originals", "labels"])],
    ids=["cyclegan", "stargan"],
)
@pytest.mark.parametrize("format", ["onnx", "torch"])
def test_a_translator_leaves_too(export, words, options, names, format):
    if format == "onnx":
        without("onnxscript")
        without("onnxruntime")

    outcome, folder = export(words, f"format={format}", *options)

    assert outcome.status == 0, outcome.err
    assert example_of(folder) == "(16, 1, 16, 16) float32"
    card = json.loads((folder / "card.json").read_text())
    assert [given["name"] for given in card["inputs"]] == names
    assert card["parity"]["largest_difference"] < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("words", [CONDITIONAL, VAE, NADE], ids=["conditional", "vae", "nade"])
def test_what_comes_back_draws_the_same_images(export, trained, words):
    outcome, folder = export(words)

    assert outcome.status == 0, outcome.err
    before, after = gan_lab.load(trained(*words), device="cpu"), gan_lab.from_pretrained(folder)
    assert np.array_equal(before.sample(5, seed=3), after.sample(5, seed=3))
    assert after.class_names == before.class_names
    assert difference_in(folder) == 0


@pytest.mark.slow
def test_a_translator_that_comes_back_translates_the_same(export, trained):
    _, folder = export(STARGAN)
    before, after = gan_lab.load(trained(*STARGAN), device="cpu"), gan_lab.from_pretrained(folder)
    images = before.dataset().load().pixels[:2]

    assert np.array_equal(before.translate(images, to="1"), after.translate(images, to="1"))


@pytest.mark.slow
def test_tasks_take_what_was_exported_and_training_does_not(export, run):
    _, folder = export(EVALUATED)
    ckpt = f"ckpt={folder / 'model.safetensors'}"

    evaluated = run("task=evaluate", ckpt, "trainer=cpu", "evaluation/metrics=[duplicates]")
    refused = run(ckpt, "iterations=9")

    assert evaluated.status == 0, evaluated.err
    assert refused.status == 1
    assert "init_mismatch=skip begins a new run with its weights" in refused.err
    begun = run(
        *FAST, "iterations=1", f"init={folder / 'model.safetensors'}", "init_mismatch=skip",
        directory=folder.parent / "begun",
    )  # fmt: skip
    assert begun.status == 0, begun.err


def test_a_card_says_what_the_model_is(export, trained):
    _, folder = export(EVALUATED, "license=cc-by-4.0")

    card = json.loads((folder / "card.json").read_text())
    record = json.loads((trained(*EVALUATED) / "evaluation" / "00000004.json").read_text())
    assert card["evaluation"]["metrics"] == record["metrics"]
    assert card["evaluation"]["protocol"]["n_fake"] == 200
    assert (card["license"], card["iteration"], card["seed"]) == ("cc-by-4.0", 4, 0)
    assert "data=digits" in card["command"]
    assert (card["weights"], card["value_range"]) == ("ema", [-1.0, 1.0])
    assert card["data"]["sha256"].keys() == {"data"}
    text = (folder / "README.md").read_text()
    assert text.startswith('---\nlicense: "cc-by-4.0"\nlibrary_name: "gan_lab"\n')
    assert "200 generated images against 200 of Digits" in text
    assert (folder / "samples.png").exists()


def test_a_damaged_file_is_noticed(export):
    _, folder = export(FAST)
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)

    with pytest.raises(CheckpointError, match="truncated or altered"):
        gan_lab.from_pretrained(folder)
    (folder / "manifest.json").unlink()
    path.write_bytes(content[:-9])
    with pytest.raises(CheckpointError, match="truncated or altered"), pytest.warns(UserWarning):
        gan_lab.from_pretrained(folder)


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (FAST, ["format=tf"], "format=tf is not known. Known here: onnx, page, safetensors, torch"),
        (FAST, ["format=torch", "to=b"], "to=b is for models that translate"),
        (FAST, ["to=b"], "format=safetensors has all"),
        (CYCLEGAN, ["format=torch"], "to=None is no set that this model translates to"),
        (CYCLEGAN, ["format=torch", "to=c"], "to=c is no set that this model translates to"),
        (STARGAN, ["format=torch", "to=1"], "one network translates to all domains"),
        (STARGAN, ["format=page"], "format=page draws from latents, and StarGAN translates images"),
        (NADE, ["format=onnx"], "Autoregressive, the algorithm of"),
        (FAST, ["n=3"], "n=3 has no effect on task=export"),
    ],
)
def test_what_cannot_leave_is_said(export, words, options, message):
    outcome, folder = export(words, *options)

    assert outcome.status == 1
    assert message in outcome.err
    assert not folder.exists()


def test_a_missing_package_is_named_with_its_command(export, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    outcome, _ = export(FAST, "format=onnx")

    assert outcome.status == 1
    assert "format=onnx needs the package onnxruntime: " in outcome.err
    assert "onnxscript onnxruntime" in outcome.err
