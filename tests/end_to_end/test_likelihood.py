"""Autoencoders and models with a density, through the command line: what they leave behind."""

import csv

import numpy as np
import pytest
from PIL import Image

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


@pytest.mark.parametrize("algorithm", ["vae", "autoregressive"])
def test_images_of_binary_data_are_black_or_white(algorithm, trained, run, tmp_path):
    small = ("model.network.hidden=4",) if algorithm == "autoregressive" else ()
    words = [word for word in TINY if not (small and word.startswith("latent."))]
    directory = trained(*words, f"algorithm={algorithm}", *BINARY, *small)

    outcome = run(
        "task=sample", f"ckpt={directory / 'checkpoints' / 'last.ckpt'}", "n=9", "format=npz",
        f"out={tmp_path / 'samples.npz'}", "trainer=cpu",
    )  # fmt: skip

    assert outcome.status == 0, outcome.err
    images = np.load(tmp_path / "samples.npz")["images"]
    assert set(np.unique(images)) == {0, 255}


def test_points_have_a_vae_too_and_no_picture_of_codes(run):
    outcome = run(*FAST, "algorithm=vae", "data=ring", "latent.dim=2", "evaluation=none")

    assert outcome.status == 0, outcome.err
    assert not (outcome.directory / "codes").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("algorithm=vae", "likelihood=bernoulli"), "add data.binarise=dynamic, or choose"),
        (("algorithm=autoregressive", "likelihood=bernoulli"), "add data.binarise=dynamic, or"),
        (("algorithm=vae", "latent=petals"), "choose latent=gaussian, or"),
        (("algorithm=vae", "model=dcgan"), "model= has no encoder"),
        (("algorithm=vae", "loss=lsgan"), "loss= is not read by the algorithm VAE"),
        (("likelihood=bernoulli",), "likelihood= is not read by the algorithm GAN"),
        (("algorithm=adversarial_autoencoder", "latent=petals", "latent.dim=3"), "must be 2"),
        (("algorithm=vae", "evaluation.metrics.nll.samples=0"), "nll.samples=0"),
        (("algorithm=vae", "algorithm.beta=-1"), "algorithm.beta=-1"),
        (("algorithm=autoregressive", "latent=gaussian"), "latent= is not read by the algorithm"),
    ],
)
def test_what_does_not_fit_is_said_in_words(words, message, run):
    outcome = run(*words, "data=digits", "trainer=cpu")

    assert outcome.status == 1
    assert message in outcome.err
