"""A run goes on with the data that it was trained on, wherever they lie now."""

import json
import shutil
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab import command_line
from gan_lab.runs.checkpoints import read_checkpoint

FAST = (
    "data=folder", "data.size=8", "data.channels=1", "model=mlp", "model.generator.hidden=[4,4]",
    "model.discriminator.hidden=[4]", "trainer=cpu", "trainer.precision=32-true", "batch_size=8",
    "evaluation=none",
)  # fmt: skip
EVALUATED = (
    "evaluation.every=1", "evaluation.n_fake=120", "evaluation.extractors=pixels",
    "evaluation/metrics=[kernel]",
)  # fmt: skip


def draw(path, seed):
    noise = np.random.default_rng(seed).integers(0, 255, (8, 8), np.uint8)
    Image.fromarray(noise).save(path)


def draw_all(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in range(104):
        draw(folder / f"{number}.png", number)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a folder with pictures, and with a run of two iterations on them."""
    root = tmp_path_factory.mktemp("trained")
    draw_all(root / "pictures")
    words = [*FAST, f"data.dir={root / 'pictures'}", "iterations=2"]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("GAN_LAB_DATA", str(root / "cache"))
        monkeypatch.setattr(sys, "argv", ["gan_lab", *words, f"hydra.run.dir={root / 'run'}"])
        command_line.main()
    return root


@pytest.fixture
def pictures(trained, monkeypatch):
    """Return the folder of pictures, which are drawn again after the test."""
    monkeypatch.setenv("GAN_LAB_DATA", str(trained / "cache"))
    yield trained / "pictures"
    draw_all(trained / "pictures")


@pytest.fixture
def last(trained, pictures, tmp_path):
    """Return the last checkpoint of a run of two iterations."""
    return shutil.copytree(trained / "run", tmp_path / "run") / "checkpoints" / "last.ckpt"


def files_of(directory):
    return {path: path.stat().st_mtime_ns for path in directory.rglob("*") if path.is_file()}


def test_a_checkpoint_carries_the_hash_that_was_noted_when_its_data_were_prepared(trained):
    (prepared,) = (trained / "cache" / "folder").glob("*.safetensors")
    noted = json.loads(prepared.read_bytes()[8:4104])["__metadata__"]["sha256"]

    assert read_checkpoint(trained / "run" / "checkpoints" / "last.ckpt")["data_sha256"] == {
        "data": noted
    }


def test_other_pictures_in_the_same_place_are_shown_and_refused(run, pictures, last):
    before = files_of(last.parents[1])
    draw(pictures / "3.png", seed=99)

    outcome = run(f"ckpt={last}", "iterations=4")

    assert outcome.status == 1
    *_, first, shown, remedy = outcome.err.splitlines()
    assert first == f"gan_lab: ckpt={last} was trained on other data:"
    assert shown.strip().startswith("data, by their SHA-256: ")
    assert remedy.strip().endswith("accept the new ones with allow_config_change=true.")
    assert files_of(last.parents[1]) == before


@pytest.mark.slow
def test_other_pictures_go_once_they_are_accepted_and_are_the_runs_own_then(run, pictures, last):
    old = read_checkpoint(last)["data_sha256"]
    draw(pictures / "3.png", seed=99)

    accepted = run(f"ckpt={last}", "iterations=3", "allow_config_change=true")
    again = run(f"ckpt={last}", "iterations=4")

    assert (accepted.status, again.status) == (0, 0), accepted.err + again.err
    assert read_checkpoint(last)["data_sha256"] != old


def test_the_same_pictures_in_another_place_are_the_same(run, pictures, last, tmp_path):
    elsewhere = shutil.copytree(pictures, tmp_path / "elsewhere")
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", pictures)
    shutil.rmtree(pictures)

    for iterations, place in ((3, elsewhere), (4, archive)):
        outcome = run(f"ckpt={last}", f"iterations={iterations}", f"data.dir={place}")
        assert outcome.status == 0, outcome.err


def test_another_folder_of_other_pictures_is_refused(run, last, tmp_path):
    (tmp_path / "others").mkdir()
    for number in range(104):
        draw(tmp_path / "others" / f"{number}.png", 100 + number)

    outcome = run(f"ckpt={last}", "iterations=4", f"data.dir={tmp_path / 'others'}")

    assert outcome.status == 1
    assert "was trained on other data" in outcome.err


@pytest.mark.slow
@pytest.mark.parametrize("task", ["evaluate", "nearest", "invert", "interpolate"])
def test_tasks_that_compare_with_the_data_refuse_others_too(task, run, pictures, last):
    draw(pictures / "3.png", seed=99)

    outcome = run(f"task={task}", f"ckpt={last}")

    assert outcome.status == 1
    assert "was trained on other data" in outcome.err


def test_a_checkpoint_of_before_goes_on(run, last, pictures):
    checkpoint = torch.load(last, weights_only=True)
    del checkpoint["data_sha256"]
    torch.save(checkpoint, last)
    (last.parent / "manifest.json").unlink()
    draw(pictures / "3.png", seed=99)

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run(f"ckpt={last}", "iterations=3")

    assert outcome.status == 0
    assert read_checkpoint(last)["data_sha256"]


@pytest.mark.slow
def test_data_made_on_the_spot_have_their_options_only(run):
    words = ["data=ring", "model=mixture_mlp", "trainer=cpu", "evaluation=none", "batch_size=8"]
    first = run(*words, "trainer.precision=32-true", "iterations=1")
    last = first.directory / "checkpoints" / "last.ckpt"

    assert read_checkpoint(last)["data_sha256"] == {"data": None}
    assert run(f"ckpt={last}", "iterations=2").status == 0


def test_a_checkpoint_chooses_no_folder_that_is_written_into(run, last, tmp_path):
    checkpoint = torch.load(last, weights_only=True)
    place = tmp_path / "chosen"
    mnist = {"_target_": "gan_lab.data.mnist.MNIST", "dir": str(place), "size": 8}
    shared = ("split", "classes", "limit", "flip", "value_range")
    checkpoint["config"]["data"] = {
        key: checkpoint["config"]["data"][key] for key in shared
    } | mnist
    checkpoint["overrides"] = ["data=mnist", *FAST[3:]]
    torch.save(checkpoint, tmp_path / "stranger.ckpt")

    with pytest.warns(UserWarning, match="not verified"):
        outcome = run(f"ckpt={tmp_path / 'stranger.ckpt'}", "iterations=3")

    assert outcome.status == 1
    assert f"names data.dir={place}, where these data are not prepared" in outcome.err
    assert not place.exists()


def summary_of(directory):
    return json.loads((directory / "summary.json").read_text())


@pytest.mark.slow
def test_best_is_compared_under_one_protocol_only(run, pictures):
    words = [word for word in FAST if word != "evaluation=none"]
    first = run(*words, *EVALUATED, f"data.dir={pictures}", "iterations=4", "checkpoint_every=4")
    directory = first.directory
    last = directory / "checkpoints" / "last.ckpt"
    best_before = summary_of(directory)["metrics"]["kid_pixels"]["best_iteration"]

    second = run(f"ckpt={last}", "iterations=6", "evaluation.n_fake=110")
    third = run(f"ckpt={last}", "iterations=7")

    said = (
        "The evaluation has changed (n_fake 120 -> 110), so scores up to iteration 4 are not "
        "compared with later ones: a new best.ckpt replaces the old one.\n"
    )
    assert best_before <= 4
    assert said in second.out
    assert "has changed" not in third.out
    summary = summary_of(directory)
    best = summary["metrics"]["kid_pixels"]["best_iteration"]
    assert best > 4
    assert summary["best_since"] == 4
    assert json.loads((directory / "start.json").read_text())["best_since"] == 4
    kept = read_checkpoint(directory / "checkpoints" / "best.ckpt")
    assert kept["clock"]["iteration"] == best


@pytest.mark.slow
def test_other_data_begin_another_best(run, pictures):
    words = [word for word in FAST if word != "evaluation=none"]
    first = run(*words, *EVALUATED, f"data.dir={pictures}", "iterations=2")
    last = first.directory / "checkpoints" / "last.ckpt"
    draw(pictures / "3.png", seed=99)

    second = run(f"ckpt={last}", "iterations=4", "allow_config_change=true")

    assert second.status == 0, second.err
    assert "(real_images_sha256 " in second.out
    assert summary_of(first.directory)["best_since"] == 2
