"""Autoencoders and models with a density, through the command line: what they leave behind."""

import csv

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow

FAST = (
    "trainer=cpu", "trainer.precision=32-true", "iterations=4", "batch_size=8", "log_every=2",
    "samples_every=4", "checkpoint_every=4",
)  # fmt: skip
TINY = (
    *FAST, "data=digits", "data.limit=220", "data.size=8", "latent.dim=2",
    "evaluation.every=4", "evaluation.n_fake=200", "evaluation.extractors=pixels",
    "evaluation/metrics=[prdc,nll,reconstruction]",
)  # fmt: skip
BINARY = ("data.binarise=fixed", "likelihood=bernoulli")


def last_row(directory):
    with (directory / "metrics.csv").open() as file:
        return list(csv.DictReader(file))[-1]


def test_a_vae_leaves_its_bound_its_codes_and_a_page_of_both(trained):
    directory = trained(*TINY, "algorithm=vae")

    row, page = last_row(directory), (directory / "report.html").read_text("utf-8")
    assert float(row["nll"]) > 0
    assert float(row["reconstruction_mse"]) > float(row["reconstruction_mse_pca"]) > 0
    with Image.open(directory / "codes" / "00000004.png") as picture:
        assert picture.width > picture.height
    for heading in ("Codes", "Likelihood and codes", "Negative log-likelihood"):
        assert f">{heading}</h" in page or heading in page


def test_more_samples_make_the_bound_tighter(trained, run):
    ckpt = trained(*TINY, "algorithm=vae") / "checkpoints" / "last.ckpt"
    found = []
    for samples in (1, 50):
        outcome = run(
            "task=evaluate", f"ckpt={ckpt}", f"evaluation.metrics.nll.samples={samples}",
            "trainer=cpu",
        )  # fmt: skip
        assert outcome.status == 0, outcome.err
        line = next(line for line in outcome.out.splitlines() if "nll " in line)
        found.append(float(line.replace("│", " ").split()[1].replace(",", "")))

    assert found[1] < found[0]


@pytest.mark.parametrize("model", [None, "nade", "pixelrnn", "pixelcnn"])
def test_images_of_binary_data_are_black_or_white(model, trained, run, tmp_path):
    chosen = ("algorithm=vae", "latent.dim=2")
    if model is not None:
        chosen = ("algorithm=autoregressive", f"model={model}", "model.network.hidden=4")
    words = [word for word in TINY if not word.startswith("latent.")]
    directory = trained(*words, *chosen, *BINARY)

    outcome = run(
        "task=sample", f"ckpt={directory / 'checkpoints' / 'last.ckpt'}", "n=9", "format=npz",
        f"out={tmp_path / 'samples.npz'}", "trainer=cpu",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    images = np.load(tmp_path / "samples.npz")["images"]
    assert set(np.unique(images)) == {0, 255}


def test_other_images_are_compared_with_test_images(trained, run, tmp_path):
    ckpt = trained(*TINY, "algorithm=vae") / "checkpoints" / "last.ckpt"
    out = tmp_path / "anomalies"

    outcome = run(
        "task=anomalies", f"ckpt={ckpt}", "others=[shuffled,noise]", "n=30", f"out={out}",
        "samples=2", "trainer=cpu",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    with np.load(out / "anomalies.npz") as arrays:
        found = {name.removeprefix("nll/"): values for name, values in arrays.items()}
    assert {name: len(values) for name, values in found.items()} == {
        "test": 30, "shuffled": 30, "noise": 30,
    }  # fmt: skip
    share = (found["noise"][:, None] > found["test"]).mean()
    (row,) = (line for line in outcome.out.splitlines() if "noise" in line and "±" in line)
    assert f"{found['noise'].mean():.2f} ±" in row
    assert f" {share:.3f} " in row
    for name in ("likelihoods", "extremes"):
        with Image.open(out / f"{name}.png") as picture:
            assert min(picture.size) > 100


@pytest.mark.parametrize(("order", "share"), [("raster", 0.5), ("random", 0.25)])
def test_the_first_part_of_an_image_is_kept_and_the_rest_drawn(
    order, share, trained, run, tmp_path
):
    words = [word for word in TINY if not word.startswith("latent.")]
    directory = trained(
        *words, "algorithm=autoregressive", *BINARY, "model.network.hidden=4",
        f"model.network.order={order}",
    )  # fmt: skip
    out = tmp_path / "complete"

    outcome = run(
        "task=complete", f"ckpt={directory / 'checkpoints' / 'last.ckpt'}", f"out={out}", "n=5",
        "each=3", f"share={share}", "trainer=cpu",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    with np.load(out / "complete.npz") as arrays:
        real, given, made = (arrays[name] for name in ("real", "given", "completed"))
    assert made.shape == (3, *real.shape) == (3, 5, 1, 8, 8)
    assert given.sum() == share * 64
    assert given[:, :4].all() == (order == "raster")
    assert (made == real)[:, :, given].all()
    assert (made != made[0])[:, :, ~given].any()
    with Image.open(out / "complete.png") as picture:
        assert min(picture.size) > 100


def test_a_model_of_whole_images_completes_none(finished, run):
    outcome = run("task=complete", f"ckpt={finished / 'checkpoints' / 'last.ckpt'}", "trainer=cpu")

    assert outcome.status == 1
    assert "needs an order in which it makes the numbers of an image, and GAN" in outcome.err


def test_a_model_without_a_density_has_no_likelihoods(finished, run):
    outcome = run("task=anomalies", f"ckpt={finished / 'checkpoints' / 'last.ckpt'}", "trainer=cpu")

    assert outcome.status == 1
    assert "needs a density that can be asked for, and GAN" in outcome.err


def test_points_have_a_vae_too_and_no_picture_of_codes(run):
    outcome = run(*FAST, "algorithm=vae", "data=ring", "latent.dim=2", "evaluation=none")

    assert outcome.status == 0, outcome.err
    assert not (outcome.directory / "codes").exists()


def test_a_class_and_a_style_leave_errors_and_a_picture_of_every_class(trained, run, tmp_path):
    words = [word for word in TINY if not word.startswith(("latent", "evaluation/metrics"))]
    directory = trained(*words, "algorithm=categorical_adversarial_autoencoder", "data.labelled=2")
    ckpt = f"ckpt={directory / 'checkpoints' / 'last.ckpt'}"

    row, page = last_row(directory), (directory / "report.html").read_text("utf-8")
    assert 0 <= float(row["test_error"]) <= 1
    assert float(row["loss/classifier"]) > 0
    assert "Discriminator&#39;s answers: category" in page
    assert (directory / "traversals" / "00000004.png").exists()
    outcome = run("task=traverse", ckpt, f"out={tmp_path}", "columns=3", "trainer=cpu")
    assert outcome.status == 0, outcome.err
    pictures = np.load(tmp_path / "traverse.npz")
    assert pictures["category_images"].shape[:2] == (10, 3)
    assert set(np.unique(pictures["latents"][:, :10])) == {0, 1}


def test_clusters_may_be_as_many_as_one_likes(trained):
    words = [word for word in TINY if not word.startswith(("latent", "evaluation/metrics"))]
    clusters = ("latent.factors.category.size=16", "model=autoencoder_conv", "model.width=4")
    row = last_row(trained(*words, "algorithm=categorical_adversarial_autoencoder", *clusters))

    assert 0 <= float(row["cluster_error"]) <= 1
    assert 0 <= float(row["cluster_error_one_label"]) <= 1
    assert not {"test_error", "loss/classifier"} & row.keys()


CLASSES = "algorithm=categorical_adversarial_autoencoder"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("algorithm=vae", "likelihood=bernoulli"), "add data.binarise=dynamic, or choose"),
        (("algorithm=autoregressive", "likelihood=bernoulli"), "add data.binarise=dynamic, or"),
        (
            ("algorithm=autoregressive", "model=pixelrnn", "likelihood=bernoulli"),
            "add data.binarise",
        ),
        (("algorithm=autoregressive", "likelihood=categorical"), "model=pixelrnn or pixelcnn, or"),
        (("algorithm=vae", "likelihood=categorical"), "categorical wants 256 numbers said of each"),
        (
            ("algorithm=autoregressive", "model=pixelrnn", "likelihood=categorical", "data=ring"),
            "these data are no images: choose likelihood=gaussian",
        ),
        (
            ("algorithm=autoregressive", "model=pixelrnn", "model.cell=column"),
            "model.cell=column",
        ),
        (("algorithm=vae", "latent=petals"), "choose latent=gaussian, or"),
        (
            ("algorithm=vae", "model=dcgan"),
            "model=dcgan has no encoder, which algorithm=vae needs: choose",
        ),
        (
            ("algorithm=vae", "loss=lsgan"),
            "loss=lsgan is for other algorithms, and algorithm=vae reads no",
        ),
        (
            ("likelihood=bernoulli",),
            "likelihood=bernoulli is for other algorithms, and algorithm=gan",
        ),
        (("algorithm=adversarial_autoencoder", "latent=petals", "latent.dim=3"), "must be 2"),
        ((CLASSES, "data.labelled=2", "latent.factors.category.size=9"), "size=9 must be 10, the"),
        ((CLASSES, "latent=gaussian"), "and latent=gaussian has none: choose latent=category_and"),
        ((CLASSES, "latent.factors.category=null"), "none of the latents' factors is one: choose"),
        ((CLASSES, "latent.factors.category.size=1"), "must be a whole number from 2 to"),
        ((CLASSES, "data.labelled=900"), "data.labelled=900 is more than there are of the class"),
        ((CLASSES, "optimizer.classifier.lr=0.1"), "add data.labelled=10, or leave it out"),
        ((CLASSES, "terms=[supervised]"), "terms=[supervised] is for other algorithms"),
        (("algorithm=vae", "data.labelled=2"), "is for terms=[supervised], which learns"),
        ((CLASSES, "data.condition=labels"), "are told of none: choose data.condition=none"),
        (("algorithm=vae", "data.condition=labels"), "are told of none: choose data.condition"),
        (("algorithm=autoregressive", "data.condition=labels"), "are told of none: choose"),
        (("algorithm=vae", "evaluation.metrics.nll.samples=0"), "nll.samples=0"),
        (("algorithm=vae", "algorithm.beta=-1"), "algorithm.beta=-1"),
        (
            ("algorithm=autoregressive", "latent=gaussian"),
            "latent=gaussian is for other algorithms",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_words(words, message, run):
    outcome = run("data=digits", *words, "trainer=cpu")

    assert outcome.status == 1
    assert message in outcome.err


def test_levels_have_bits_and_colours(run, png_folder):
    outcome = run(
        *(word for word in TINY if not word.startswith(("latent.", "data"))), "data=folder",
        f"data.dir={png_folder}", "data.size=8", "algorithm=autoregressive", "model=pixelcnn",
        "model.network.layers=1", "likelihood=categorical",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    assert float(last_row(outcome.directory)["loss/nll"]) > 0
