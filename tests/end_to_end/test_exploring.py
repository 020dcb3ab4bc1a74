"""The tasks that look at what a checkpoint's generator has learned, on a tiny one."""

import numpy as np
import pytest
from PIL import Image

from gan_lab.data.digits import Digits
from tests.end_to_end.conftest import FAST

pytestmark = pytest.mark.slow

QUICK = {
    "nearest": ("rows=2", "columns=3", "n=20"),
    "interpolate": ("paths=3", "steps=4", "rows=2"),
    "invert": ("n=2", "restarts=3", "random=10", "steps=20"),
    "arithmetic": ("a=[0,1]", "b=[2,3,4]", "c=[5]"),
}
# Long enough, at a large rate, for the latents to show in the pixels.
LIVELY = (*FAST, "iterations=20", "optimizer.lr=0.02")
PICTURES = {"invert": ("pairs", "loss", "path")}


@pytest.fixture
def explore(run, trained, tmp_path):
    """Return a function that runs a task on the tiny checkpoint, and returns outcome and arrays."""

    def explore_checkpoint(task, *words, directory=None):
        out = tmp_path / task
        ckpt = (directory or trained(*LIVELY)) / "checkpoints" / "last.ckpt"
        outcome = run(
            f"task={task}", f"ckpt={ckpt}", "trainer=cpu", f"out={out}", *QUICK[task], *words
        )
        if outcome.status:
            return outcome, None
        with np.load(out / f"{task}.npz", allow_pickle=False) as arrays:
            return outcome, dict(arrays)

    return explore_checkpoint


@pytest.fixture(scope="module")
def known():
    return {}


@pytest.fixture
def explored(explore, known):
    """Return a function that does so once for all tests that only read what it gives."""

    def explore_once(task):
        if task not in known:
            known[task] = explore(task)
        return known[task]

    return explore_once


@pytest.mark.parametrize("task", QUICK)
def test_a_task_leaves_pictures_and_the_arrays_behind_them(explore, tmp_path, task):
    outcome, arrays = explore(task)

    assert outcome.status == 0, outcome.err
    assert all(np.isfinite(array).all() for array in arrays.values())
    for name in PICTURES.get(task, (task,)):
        with Image.open(tmp_path / task / f"{name}.png") as picture:
            assert min(picture.size) > 32


@pytest.mark.parametrize("task", QUICK)
def test_the_seed_makes_it_repeatable(explore, explored, task):
    other = explored(task)[1]
    one, same = (explore(task, "seed=1")[1] for _ in range(2))

    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert any(not np.array_equal(one[name], other[name]) for name in one)


def test_samples_are_compared_with_the_training_images_of_the_run(explored):
    outcome, arrays = explored("nearest")

    training = Digits(limit=64).load().pixels.numpy()
    assert arrays["samples"].shape == (20, 1, 32, 32)
    assert np.array_equal(arrays["nearest"], training[arrays["nearest_index"]])
    difference = (arrays["samples"].astype(float) - arrays["nearest"]) / 255
    expected = np.sqrt((difference**2).sum(axis=(1, 2, 3)))
    assert arrays["distances"] == pytest.approx(expected, rel=1e-5)
    assert len(arrays["test_distances"]) == 20
    assert f"20 samples: median {np.median(arrays['distances']):.2f}" in outcome.out
    assert f"20 real test images: median {np.median(arrays['test_distances']):.2f}" in outcome.out


NOTHING_TO_COMPARE_WITH = "These data have no test images to compare with that were not trained on."


def test_without_a_test_split_there_is_nothing_to_compare_with(
    explore, trained, png_folder, tmp_path
):
    words = [word for word in FAST if not word.startswith("data")]
    directory = trained(*words, "data=folder", f"data.dir={png_folder}", "data.size=32")

    outcome, arrays = explore("nearest", directory=directory)

    assert outcome.status == 0, outcome.err
    assert NOTHING_TO_COMPARE_WITH in outcome.out
    assert "test_distances" not in arrays


def test_test_images_that_were_trained_on_are_nothing_to_compare_with(explore, trained):
    outcome, arrays = explore("nearest", directory=trained(*LIVELY, "data.split=test"))

    assert outcome.status == 0, outcome.err
    assert NOTHING_TO_COMPARE_WITH in outcome.out
    assert "test_distances" not in arrays


def test_paths_between_classes_begin_and_end_in_them(explore, explored):
    _, anywhere = explored("interpolate")
    made = int(anywhere["classes"][0, 0])  # a class that this generator makes at all

    outcome, arrays = explore("interpolate", f"classes=[{made},{made}]", "confidence=0")

    assert outcome.status == 0, outcome.err
    assert (arrays["classes"][:, [0, -1]] == made).all()
    assert arrays["latents"].shape[:2] == arrays["classes"].shape == (3, 4)
    assert arrays["images"].shape == (2, 4, 1, 32, 32)


def test_a_gaussian_prior_is_crossed_on_a_sphere_unless_told_otherwise(explore, explored):
    outcome, spherical = explored("interpolate")
    _, straight = explore("interpolate", "path=straight")

    lengths, shorter = (
        np.linalg.norm(arrays["latents"], axis=2) for arrays in (spherical, straight)
    )
    assert "3 spherical paths of 4 images." in outcome.out
    assert lengths[:, 1] == pytest.approx((2 * lengths[:, 0] + lengths[:, -1]) / 3, rel=1e-5)
    assert (shorter[:, 1] < 0.9 * lengths[:, 1]).all()


def test_inversion_comes_nearer_than_any_of_the_random_latents(explored):
    outcome, arrays = explored("invert")

    test = Digits(split="test").load().pixels.numpy()[:2]
    errors = arrays["errors"]
    assert np.array_equal(arrays["real"], test)
    assert errors.shape == (21, 2, 3)
    assert (errors[-1] < errors[0]).all()
    assert (errors[-1].min(axis=1) < arrays["best_random_error"]).all()
    again = ((arrays["inverted"].astype(float) - test) / 255) ** 2
    assert again.mean(axis=(1, 2, 3)) == pytest.approx(errors[-1].min(axis=1), rel=0.02)
    assert f"z*                             {errors[-1].min(axis=1).mean():.5f}" in outcome.out


def test_arithmetic_is_done_on_the_samples_in_the_runs_pictures(explore, trained):
    _, arrays = explore("arithmetic", "seed=5", "noise=0")

    with Image.open(trained(*LIVELY) / "samples" / "00000020.png") as picture:
        grid = np.asarray(picture)[:, :, 0]
    third = arrays["b"][1, 0]  # b=[2,3,4]
    factor = grid.shape[0] // (8 * 34 + 2)
    shown = grid[2 * factor :: factor, (2 + 3 * 34) * factor :: factor][:32, :32]
    assert np.array_equal(third, shown)
    a, b, c = arrays["latents"][:3]
    assert arrays["latents"][3:] == pytest.approx(np.tile(a - b + c, (9, 1)), abs=1e-5)


def test_concepts_can_be_classes(explore, explored):
    _, anywhere = explored("interpolate")
    made = int(anywhere["classes"][0, 0])

    outcome, arrays = explore(
        "arithmetic", f"a={made}", f"b={made}", f"c={made}", "confidence=0", "each=4"
    )

    assert outcome.status == 0, outcome.err
    assert len(arrays["a"]) == len(arrays["b"]) == 4
    assert not np.array_equal(arrays["a"], arrays["b"])


@pytest.mark.parametrize(
    ("task", "words", "message"),
    [
        ("interpolate", ["classes=[7,11]"], "classes names the class 11, which is not there"),
        ("interpolate", ["classes=[7]"], "classes=[7] must be a list of 2 words"),
        ("interpolate", ["steps=2"], "steps=2 must be at least 3"),
        ("interpolate", ["path=curved"], "path=curved is not known"),
        ("invert", ["split=tets"], "gan_lab: split=tets is not one of: train, test"),
        ("invert", ["step_size=0"], "step_size=0 must be a number above 0"),
        ("arithmetic", ["a=ten"], "a names the class ten, which is not there"),
        ("arithmetic", ["b=[64]"], "b=[64] must list samples of the run's pictures, from 0 to 63"),
        ("arithmetic", ["c=null"], "task=arithmetic needs c="),
        ("nearest", ["out=/proc/x"], "out=/proc/x cannot be written"),
        ("nearest", ["ckpt=null"], "task=nearest needs ckpt="),
    ],
)
def test_a_mistake_ends_in_one_message(explore, task, words, message):
    outcome, _ = explore(task, *words)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("task", QUICK)
def test_points_are_refused(explore, trained, task):
    points = ("data=ring", "model=mixture_mlp", "model.generator.hidden=[8]", "latent.dim=2")
    words = [word for word in FAST if not word.startswith(("data", "model."))]

    outcome, _ = explore(task, directory=trained(*words, *points))

    assert outcome.status == 1
    assert f"task={task} needs images, and Ring has points of the plane" in outcome.err


def test_without_labels_nothing_is_named_and_classes_are_refused(
    explore, trained, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("unlabelled")
    random = np.random.default_rng(0)
    for index in range(12):
        Image.fromarray(random.integers(0, 256, (32, 32, 3), dtype=np.uint8)).save(
            folder / f"{index}.png"
        )
    words = [word for word in FAST if not word.startswith("data")]
    directory = trained(*words, "data=folder", f"data.dir={folder}", "data.size=32")

    free, arrays = explore("interpolate", directory=directory)
    wanted, _ = explore("interpolate", "classes=[7,1]", directory=directory)
    concept, _ = explore("arithmetic", "a=7", directory=directory)

    assert free.status == 0, free.err
    said = "No classifier says what lies on them, because the real images have no labels."
    assert said in free.out
    assert "classes" not in arrays
    assert (wanted.status, concept.status) == (1, 1)
    assert "classes=[7, 1] needs a classifier" in wanted.err
    assert "a=7 needs a classifier" in concept.err
