"""task=sample: grids, single images and arrays from a checkpoint."""

import numpy as np
import pytest
from PIL import Image

from tests.end_to_end.conftest import FAST


@pytest.fixture
def finished(trained):
    """A run long enough, at a large rate, for the latents to show in the pixels."""
    return trained(*FAST, "iterations=20", "optimizer.lr=0.02")


def sample(run, finished, *overrides):
    ckpt = finished / "checkpoints" / "last.ckpt"
    return run("task=sample", f"ckpt={ckpt}", "trainer=cpu", *overrides)


def pixels(path):
    with np.load(path) as arrays:
        return arrays["images"]


def test_a_grid_is_one_picture_of_all_images(run, finished, tmp_path):
    outcome = sample(run, finished, "n=6", f"out={tmp_path / 'grid.png'}")

    assert outcome.status == 0
    assert "6 images" in outcome.out
    with Image.open(tmp_path / "grid.png") as grid:
        assert grid.width >= 3 * 32


def test_single_images_and_an_array_hold_the_same_pixels(run, finished, tmp_path):
    sample(run, finished, "n=5", "format=png", f"out={tmp_path / 'many'}")
    sample(run, finished, "n=5", "format=npz", f"out={tmp_path / 'all.npz'}")

    images = pixels(tmp_path / "all.npz")
    files = sorted((tmp_path / "many").iterdir())
    assert (images.shape, images.dtype) == ((5, 32, 32, 1), np.uint8)
    assert [path.name for path in files] == [f"0000{index}.png" for index in range(5)]
    for path, image in zip(files, images, strict=True):
        with Image.open(path) as single:
            assert np.array_equal(np.asarray(single), image[:, :, 0])


def test_the_seed_makes_samples_repeatable(run, finished, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        sample(run, finished, "n=4", "format=npz", f"out={tmp_path}/{name}.npz", f"seed={seed}")

    a, b, c = (pixels(tmp_path / f"{name}.npz") for name in "abc")
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_truncated_latents_make_the_same_images_with_less_variety(run, finished, tmp_path):
    words = ("n=40", "format=npz", "seed=1")
    outcome = sample(run, finished, *words, f"out={tmp_path}/low.npz", "truncation=0.2")
    sample(run, finished, *words, f"out={tmp_path}/again.npz", "truncation=0.2")
    sample(run, finished, *words, f"out={tmp_path}/any.npz")

    low, again, whole = (pixels(tmp_path / f"{name}.npz") for name in ("low", "again", "any"))
    assert ", of latents within ±0.2: " in outcome.out
    assert np.array_equal(low, again)
    assert low.std(axis=0).mean() < 0.5 * whole.std(axis=0).mean()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["truncation=0"], "truncation=0 must be a number above 0"),
        (["truncation=most"], "truncation=most must be a number"),
        (["truncation=-1"], "truncation=-1 must be a number above 0"),
        (["truncation_psi=0.7"], "task=sample and task=interpolate take truncation="),
    ],
)
def test_a_wrong_truncation_is_refused(run, finished, words, message):
    outcome = sample(run, finished, *words)

    assert outcome.status == 1
    assert message in outcome.err


def test_without_out_the_file_lies_here_and_no_run_directory_is_made(run, finished, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}

    sample(run, finished, "n=2")

    first = (tmp_path / "samples.png").read_bytes()
    sample(run, finished, "n=2", "seed=1")

    assert {path.name for path in tmp_path.iterdir()} - before == {"samples.png", "samples-2.png"}
    assert (tmp_path / "samples.png").read_bytes() == first


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["n=0"], "n=0 must be a whole number from 1"),
        (["format=gif"], "format=gif is not known. Known here: grid, npz, png"),
        (["out=/proc/nowhere/x.png"], "out=/proc/nowhere/x.png cannot be written"),
        (["model=mlp"], "trained with another configuration"),
        (["n=10000000000000"], "n=10000000000000 must be a whole number from 1 to 1,000,000"),
        (["out=."], "out=. is a folder; name a file, as in out=samples.png"),
        (["out=/dev/null"], "out=/dev/null is a device, not a file"),
        (["ckpt=nowhere.ckpt"], "ckpt=nowhere.ckpt does not exist"),
    ],
)
def test_a_mistake_ends_in_one_message(run, finished, overrides, message):
    outcome = sample(run, finished, *overrides)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_checkpoint_is_needed(run):
    outcome = run("task=sample")

    assert outcome.status == 1
    assert "task=sample needs ckpt=" in outcome.err


@pytest.mark.slow
def test_points_are_written_as_their_coordinates_or_drawn_in_the_plane(run, tmp_path):
    points = ("data=ring", "model=mixture_mlp", "model.generator.hidden=[8]", "latent.dim=2")
    words = [word for word in FAST if not word.startswith(("data=", "model."))]
    outcome = run(*words, *points)
    assert outcome.status == 0, outcome.err

    array = sample(run, outcome.directory, "n=5", "format=npz", f"out={tmp_path / 'all.npz'}")
    plane = sample(run, outcome.directory, "n=5", f"out={tmp_path / 'plane.png'}")
    single = sample(run, outcome.directory, "n=5", "format=png")

    assert (array.status, plane.status, single.status) == (0, 0, 1)
    found = pixels(tmp_path / "all.npz")
    assert (found.shape, found.dtype) == ((5, 1, 1, 2), np.float32)
    with Image.open(tmp_path / "plane.png") as picture:
        assert picture.size == (600, 600)
    assert "format=png needs images, and Ring has points of the plane" in single.err


def test_numbers_on_the_line_train_and_are_drawn_as_a_density(run, tmp_path):
    short = ["iterations=4", "batch_size=8", "samples_every=2", "checkpoint_every=2", "trainer=cpu"]
    outcome = run("experiment=density_gan", *short)
    assert outcome.status == 0, outcome.err

    density = sample(run, outcome.directory, "n=5", f"out={tmp_path / 'density.png'}")
    single = sample(run, outcome.directory, "n=5", "format=png")

    assert (density.status, single.status) == (0, 1)
    assert (outcome.directory / "samples" / "00000004.png").exists()
    with Image.open(tmp_path / "density.png") as picture:
        assert picture.size == (450, 450)
    assert "format=png needs images, and Density has numbers on the line" in single.err
