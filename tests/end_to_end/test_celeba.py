"""A StarGAN of attributes, on a made-up CelebA: trained, evaluated, shown, and asked for one."""

import csv
import json

import pytest
from PIL import Image

from tests.celeba import write_celeba

WORDS = (
    "algorithm=stargan", "data=celeba", "data.condition=attributes", "data.size=16",
    "data.attributes=[Male,Smiling]", "model.width=4", "model.generator.blocks=0", "trainer=cpu",
    "trainer.precision=32-true", "iterations=2", "batch_size=8", "log_every=1",
    "algorithm.discriminator_steps=1", "evaluation.every=2", "evaluation.extractors=pixels",
    "evaluation/metrics=[prdc,cycle_error]",
)  # fmt: skip


@pytest.mark.slow
def test_attributes_are_translated_to_and_from(run, tmp_path):
    place = write_celeba(tmp_path / "celeba")

    trained = run(*WORDS, f"data.dir={place}")
    ckpt = f"ckpt={trained.directory / 'checkpoints' / 'last.ckpt'}"
    out = tmp_path / "out"
    pictures = f"images={place / 'img_align_celeba'}"
    translated = run("task=translate", ckpt, pictures, "to=not_Male", "size=32", f"out={out}")
    unknown = run("task=translate", ckpt, pictures, "to=Bald")

    assert trained.status == 0, trained.err
    with (trained.directory / "metrics.csv").open() as file:
        *_, last = csv.DictReader(file)
    for view in ("to_Male", "to_not_Male", "to_Smiling", "to_not_Smiling"):
        assert 0 < float(last[f"{view}/cycle_error"]) < 1
    summary = json.loads((trained.directory / "summary.json").read_text())
    assert summary["status"] == "finished"
    assert translated.status == 0, translated.err
    with Image.open(out / "000001.png") as picture:
        assert picture.size == (32, 32)
    assert unknown.status == 1
    assert "Known here: Male, Smiling, not_Male, not_Smiling." in unknown.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["data=celeba", "data.dir={}", "data.attributes=[Male]", "data.condition=attributes"],
            "is for algorithm=stargan, and GAN is",
        ),
        (
            ["algorithm=stargan", "data=digits", "data.condition=attributes"],
            "needs images with attributes, as data=cel",
        ),
    ],
)
def test_attributes_where_nobody_has_or_takes_them_are_refused(run, tmp_path, words, message):
    place = write_celeba(tmp_path / "celeba")

    outcome = run(
        "evaluation=none", "trainer=cpu", "batch_size=8", *(word.format(place) for word in words)
    )

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())
