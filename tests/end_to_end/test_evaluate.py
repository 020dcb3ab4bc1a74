"""Evaluation as a user meets it: in a run, of a checkpoint, and of images from anywhere."""

import json
import re
import statistics

import numpy as np
import pytest
import torch
from scipy.io import loadmat
from sklearn.neighbors import KernelDensity

from gan_lab.data.digits import Digits
from gan_lab.data.mnist import MNIST
from gan_lab.pages.run_page import run_page
from gan_lab.runs.metrics_file import read_metrics
from gan_lab.runs.reading import read_run
from tests.end_to_end.conftest import EVALUATED, FAST, prepare_or_skip
from tests.processes import finish, start

NAMES = {
    "fd_digits_cnn", "fd_digits_cnn_bias", "kid_digits_cnn", "precision", "recall", "density",
    "coverage", "ndb", "ndb_js", "modes/covered", "modes/covered_robust", "modes/total",
    "modes/kl_uniform", "modes/kl_data", "modes/kl_floor", "modes/effective",
    "modes/mean_confidence", "duplicates", "collapses",
}  # fmt: skip


def evaluated_rows(directory):
    return [row for row in read_metrics(directory / "metrics.csv") if "modes/total" in row]


def test_a_run_scores_itself_and_keeps_its_best(evaluated):
    rows = evaluated_rows(evaluated)
    summary = json.loads((evaluated / "summary.json").read_text())
    record = json.loads((evaluated / "evaluation" / "00000004.json").read_text())

    assert [row["iteration"] for row in rows] == [2, 4]
    assert set(rows[0]) >= NAMES
    assert (evaluated / "checkpoints" / "best.ckpt").exists()
    assert summary["collapses"] == []
    assert summary["metrics"]["fd_digits_cnn"]["best"] == min(row["fd_digits_cnn"] for row in rows)
    protocol = summary["evaluation"]
    assert protocol["n_real"] == protocol["n_fake"] == 200
    assert (protocol["weights"], protocol["split"], protocol["seed"]) == ("ema", "train", 0)
    assert {"sha256", "resize"} <= protocol["extractors"]["digits_cnn"].keys()
    assert record["protocol"] == protocol
    assert sum(record["histogram"]) == 200
    assert len(record["histogram"]) == 10


def test_without_evaluation_the_training_is_the_same_bit_for_bit(evaluated, run, tmp_path):
    other = run(*FAST, "data.limit=200", directory=tmp_path / "other").directory

    rows = [
        [
            {name: row[name] for name in row if name.startswith(("loss/", "d_", "value", "grad"))}
            for row in read_metrics(directory / "metrics.csv")
        ]
        for directory in (evaluated, other)
    ]
    states = [
        torch.load(directory / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
        for directory in (evaluated, other)
    ]
    assert rows[0] == rows[1]
    assert all(torch.equal(value, states[1][name]) for name, value in states[0].items())
    assert list((other / "evaluation").iterdir()) == []
    assert not (other / "checkpoints" / "best.ckpt").exists()


def test_a_checkpoint_gets_the_numbers_that_its_run_logged(evaluated, run, tmp_path):
    ckpt = evaluated / "checkpoints" / "last.ckpt"

    outcome = run("task=evaluate", f"ckpt={ckpt}", "out=record.json")

    assert outcome.status == 0, outcome.err
    assert "modes/covered" in outcome.out
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["iteration"] == 4
    logged = evaluated_rows(evaluated)[-1]
    shared = {name: logged[name] for name in record["metrics"]}
    assert record["metrics"] == pytest.approx(shared, rel=1e-5, abs=1e-7)
    assert len(shared) >= len(NAMES) - 1


@pytest.mark.slow
def test_parzen_windows_are_one_word_away_in_a_run_and_for_its_checkpoint(run, tmp_path, tfd_file):
    run_words = ["data=tfd", f"data.dir={tfd_file}", "evaluation.extractors=pixels", *EVALUATED[1:]]
    trained = run(*run_words, "+evaluation/metrics=parzen")
    assert trained.status == 0, trained.err

    again = run("task=evaluate", f"ckpt={trained.directory / 'checkpoints' / 'last.ckpt'}")

    assert again.status == 0, again.err
    found = json.loads((tmp_path / "evaluation.json").read_text())
    logged = read_metrics(trained.directory / "metrics.csv")[-1]
    names = ["parzen_log_likelihood", "parzen_standard_error", "parzen_sigma"]
    assert {name: found["metrics"][name] for name in names} == pytest.approx(
        {name: logged[name] for name in names}, rel=1e-5
    )
    # All of them: data.limit is about the images to train on.
    folds = loadmat(tfd_file)["folds"][:, 0]
    sizes = {"valid": int((folds == 2).sum()), "test": int((folds == 3).sum())}
    assert found["protocol"]["other_splits"] == sizes


def test_parzen_windows_around_images_from_anywhere(run, tmp_path, tfd_file):
    arrays = loadmat(tfd_file)
    images, folds = arrays["images"], arrays["folds"][:, 1]
    np.savez(tmp_path / "images.npz", images=images[folds < 2])

    outcome = run(
        "task=evaluate", "data=tfd", f"data.dir={tfd_file}", "data.fold=1", "images=images.npz",
        "evaluation.extractors=pixels", "+evaluation/metrics=parzen",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    metrics = json.loads((tmp_path / "evaluation.json").read_text())["metrics"]
    known, valid, test = (
        images[part].reshape(-1, 48 * 48) / 255 for part in (folds < 2, folds == 2, folds == 3)
    )
    # Without leaves of fewer images, where scikit-learn loses the exponents of 2304 dimensions.
    windows = [
        KernelDensity(bandwidth=sigma, leaf_size=1000).fit(known)
        for sigma in np.logspace(-1, 0, 10)
    ]
    best = max(windows, key=lambda window: window.score(valid))
    scores = best.score_samples(test)
    assert metrics["parzen_sigma"] == pytest.approx(best.bandwidth)
    assert metrics["parzen_log_likelihood"] == pytest.approx(scores.mean(), rel=1e-10)
    assert metrics["parzen_standard_error"] == pytest.approx(scores.std() / len(test) ** 0.5)


FEW = ["evaluation/metrics=[frechet,prdc,modes]", "evaluation.n_fake=250", "evaluation.n_real=250"]


@pytest.mark.slow
def test_repeats_draw_both_sides_anew_and_give_mean_and_deviation(evaluated, run, tmp_path):
    ckpt = evaluated / "checkpoints" / "last.ckpt"
    words = ["task=evaluate", f"ckpt={ckpt}", *FEW, "data.limit=null", "allow_config_change=true"]
    once = run(*words, "out=once.json")
    repeated, again = (
        run(*words, "repeats=3", "out=3.json"),
        run(*words, "repeats=3", "out=3b.json"),
    )

    assert (once.status, repeated.status, again.status) == (0, 0, 0), repeated.err
    single, found, same = (
        json.loads((tmp_path / name).read_text()) for name in ("once.json", "3.json", "3b.json")
    )
    draws = [draw["metrics"] for draw in found["repeats"]]
    assert found["repeats"] == same["repeats"]
    assert draws[0] == single["metrics"]
    assert len({draw["real_images_sha256"] for draw in found["repeats"]}) == 3
    for name in ("fd_digits_cnn", "fd_digits_cnn_bias"):
        values = [draw[name] for draw in draws]
        assert len(set(values)) > 1
        assert found["metrics"][name] == pytest.approx(statistics.fmean(values), rel=1e-12)
        assert found["std"][name] == pytest.approx(statistics.stdev(values), rel=1e-12)
    assert found["protocol"]["repeats"] == 3
    assert json.loads((evaluated / "repeats.json").read_text())["repeats"] == found["repeats"]
    assert "Repeated evaluation" in run_page(read_run(evaluated))
    assert "mean ± standard deviation of 3 draws" in " ".join(repeated.out.split())
    assert re.search(r"fd_digits_cnn +│ +[\d.,]+ ± [\d.,]+ +", repeated.out)


def digits_as_files(path, n):
    pixels = Digits(size=32).load().pixels[:n, 0]
    np.savez(path, images=pixels.numpy())
    return path


def test_a_part_of_images_is_drawn_from_all_of_them_and_anew_each_time(run, tmp_path):
    pixels = Digits(size=32).load().pixels[:, 0].numpy()
    labels = Digits(size=32).load().labels.numpy()
    np.savez(tmp_path / "sorted.npz", images=pixels[labels.argsort(kind="stable")])
    words = ["task=evaluate", "data=digits", f"images={tmp_path}/sorted.npz", *FEW]

    outcome = run(*words, "repeats=2")

    assert outcome.status == 0, outcome.err
    record = json.loads((tmp_path / "evaluation.json").read_text())
    assert record["metrics"]["modes/covered"] == 10  # the first 250 would be of two classes
    assert record["std"]["fd_digits_cnn"] > 0


def test_where_all_images_are_scored_each_time_that_is_said(run, tmp_path):
    path = digits_as_files(tmp_path / "images.npz", 250)

    words = ["evaluation/metrics=[modes]", "repeats=2", "evaluation.extractors=classifier"]
    outcome = run("task=evaluate", "data=digits", f"images={path}", *words, "evaluation.n_real=200")

    assert outcome.status == 0, outcome.err
    said = "All 250 images are scored each time, so the spread is that of the real"
    assert f"Warning: {said}" in outcome.out
    record = json.loads((tmp_path / "evaluation.json").read_text())
    assert record["std"]["modes/covered"] == 0
    assert record["doubts"][-1].startswith(said)
    assert record["data"]["_target_"] == "gan_lab.data.digits.Digits"

    both = run("task=evaluate", "data=digits", f"images={path}", *words)
    assert "Warning: Each draw has all 250 images and all 1,433 real ones, so the" in both.out


def test_twenty_images_are_refused_where_everything_would_look_perfect(run, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (20, 32, 32), dtype=np.uint8)
    np.savez(tmp_path / "noise.npz", images=noise)

    outcome = run("task=evaluate", "data=digits", f"images={tmp_path}/noise.npz")

    assert outcome.status == 1
    assert "too few images (20) for any metric: kernel, which needs the fewest" in outcome.err
    assert not (tmp_path / "evaluation.json").exists()


def test_what_is_left_out_stands_in_the_record_and_is_printed(run, tmp_path):
    path = digits_as_files(tmp_path / "images.npz", 150)

    outcome = run("task=evaluate", "data=digits", f"images={path}")

    record = json.loads((tmp_path / "evaluation.json").read_text())
    assert outcome.status == 0, outcome.err
    assert record["left_out"]["prdc"] == "needs at least 200 real and 200 generated images"
    assert "precision" not in record["metrics"]
    assert "fd_digits_cnn" in record["metrics"]
    assert re.search(r"prdc +│ +left out", outcome.out)


def test_a_run_with_too_few_images_for_any_metric_trains_without_evaluations(run):
    outcome = run(*EVALUATED, "data.limit=32")

    assert outcome.status == 0, outcome.err
    assert "too few images (32) for any metric" in outcome.out
    assert "The run goes on without evaluations." in outcome.out
    assert list((outcome.directory / "evaluation").iterdir()) == []

    for word in ("evaluation.monitor=ndb", "callbacks.collapse.action=rollback"):
        refused = run(*EVALUATED, "data.limit=32", word, directory="other")
        assert refused.status == 1
        assert "too few images (32) for any metric" in refused.err


@pytest.fixture(scope="module")
def mnist_test():
    prepare_or_skip("mnist")
    return MNIST(split="test").load()


def scored(run, tmp_path, pixels_NHW, *overrides):
    np.savez(tmp_path / "images.npz", images=pixels_NHW)
    outcome = run(
        "task=evaluate", "data=mnist", f"images={tmp_path / 'images.npz'}",
        "evaluation.n_real=10000", *overrides,
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    return json.loads((tmp_path / "evaluation.json").read_text())["metrics"]


@pytest.mark.slow
def test_real_test_images_pass_for_perfect_samples(run, tmp_path, mnist_test):
    metrics = scored(run, tmp_path, mnist_test.pixels[:, 0].numpy())

    assert metrics["modes/covered"] == metrics["modes/covered_robust"] == 10
    # The test set's own class shares, and nothing but the classifier's few mistakes beside them.
    shares = mnist_test.labels.bincount().double() / 10_000
    own = float((shares * (shares * 10).log()).sum())
    assert metrics["modes/kl_uniform"] == pytest.approx(own, abs=5e-4)
    assert metrics["modes/kl_data"] < 3 * metrics["modes/kl_floor"]
    assert metrics["modes/mean_confidence"] > 0.98
    assert metrics["coverage"] == pytest.approx(metrics["coverage_null"], abs=0.05)
    assert metrics["precision"] > 0.7
    assert metrics["ndb"] <= 25  # the test set has other writers than the training set
    assert metrics["duplicates"] < 0.03


@pytest.mark.slow
def test_a_generator_of_one_digit_is_exposed(run, tmp_path, mnist_test):
    sevens = mnist_test.pixels[mnist_test.labels == 7][:, 0].numpy()

    metrics = scored(run, tmp_path, sevens)

    assert metrics["modes/covered_robust"] == 1
    assert metrics["modes/effective"] < 1.2
    assert metrics["modes/kl_uniform"] > 2
    assert metrics["recall"] < 0.2
    assert metrics["coverage"] < 0.2
    assert metrics["precision"] > 0.7


def test_the_same_image_again_and_again_is_exposed(run, tmp_path, mnist_test):
    copies = np.repeat(mnist_test.pixels[:1, 0].numpy(), 500, axis=0)

    metrics = scored(run, tmp_path, copies)

    assert metrics["duplicates"] == 1
    assert metrics["modes/covered"] == 1


def test_a_generator_of_noise_is_exposed(run, tmp_path):
    prepare_or_skip("mnist")
    noise = np.random.default_rng(0).integers(0, 256, (1000, 28, 28), dtype=np.uint8)

    metrics = scored(run, tmp_path, noise)

    # Precision is no witness: one real outlier's ball may be wide enough for all of them.
    assert metrics["modes/covered_robust"] <= 2
    assert metrics["recall"] < 0.05
    assert metrics["coverage"] < 0.05
    assert metrics["fd_mnist_cnn"] > 50 * metrics["fd_mnist_cnn_bias"]
    assert metrics["ndb"] > 50


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "task=evaluate needs either ckpt="),
        (["images=/nowhere"], "images=/nowhere does not exist"),
        (["images=/nowhere", "data=ring"], "images=/nowhere needs images, and Ring has points"),
        (
            ["evaluation.n_fake=0", "images=x.npz"],
            "evaluation.n_fake=0 must be a whole number",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_said_in_one_message(run, words, message):
    outcome = run("task=evaluate", "data=digits", *words)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_picture_that_cannot_be_read_is_named_with_what_was_typed(run, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "broken.png").write_bytes(b"no picture")

    outcome = run("task=evaluate", "data=digits", f"images={tmp_path / 'pictures'}")

    assert f"gan_lab: images={tmp_path / 'pictures'}: broken.png cannot be" in outcome.err
    assert outcome.err.endswith("repair or remove it.\n")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("evaluation.monitor=fidd", "evaluation.monitor=fidd is not measured here"),
        ("callbacks.collapse.fall=2", "callbacks.collapse.fall=2 must be a number"),
        ("evaluation.evry=5", "Did you mean"),
        ("evaluation.metrics.prdc.kk=5", "Did you mean"),
        ("evaluation/metrics=[frechett]", "Did you mean 'frechet'"),
        ("evaluation.every=often", "evaluation.every"),
        ("evaluation.split=dev", "dev"),
        ("+evaluation/metrics=parzen", "has parzen, which needs the split 'valid': data.split="),
    ],
)
def test_a_mistake_in_the_evaluation_is_refused_before_training(run, tmp_path, word, message):
    outcome = run(*EVALUATED, word)

    assert outcome.status == 1
    assert message in outcome.err
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_two_processes_log_what_one_finds_in_their_checkpoint(run, tmp_path):
    words = [*EVALUATED, "trainer.devices=2", "hydra.run.dir=two"]
    status, _, err = finish(start(*words, cwd=tmp_path))
    assert status == 0, err

    outcome = run("task=evaluate", f"ckpt={tmp_path / 'two' / 'checkpoints' / 'last.ckpt'}")

    assert outcome.status == 0, outcome.err
    found = json.loads((tmp_path / "evaluation.json").read_text())["metrics"]
    logged = evaluated_rows(tmp_path / "two")[-1]
    assert found == pytest.approx({name: logged[name] for name in found}, rel=1e-5, abs=1e-7)
