"""gan_lab.load: what the command draws, without the command."""

import numpy as np
import pytest
import torch

import gan_lab
from gan_lab.errors import CheckpointError, ConfigError
from tests.end_to_end.conftest import FAST, STARGAN

VISIBLE = ("iterations=8", "optimizer.lr=0.02")
CONDITIONAL = (*FAST, *VISIBLE, "data.condition=labels")
VAE = (
    "data=digits", "data.limit=32", "data.binarise=fixed", "algorithm=vae", "trainer=cpu",
    "trainer.precision=32-true", "iterations=2", "batch_size=8", "evaluation=none",
)  # fmt: skip


@pytest.fixture
def model(trained):
    return gan_lab.load(trained(*FAST, *VISIBLE), device="cpu")


def npz(run, directory, tmp_path, *words):
    """Return the arrays that task=sample writes."""
    ckpt = directory / "checkpoints" / "last.ckpt"
    out = tmp_path / "command.npz"
    outcome = run("task=sample", f"ckpt={ckpt}", "trainer=cpu", "format=npz", f"out={out}", *words)
    assert outcome.status == 0, outcome.err
    with np.load(out) as arrays:
        return dict(arrays)


def test_samples_are_those_of_the_command_to_the_last_bit(model, run, trained, tmp_path):
    for words, options in (
        (["n=9", "seed=3"], {"n": 9, "seed": np.int64(3)}),
        (["n=9", "truncation=0.2"], {"n": 9, "truncation": 0.2}),
    ):
        expected = npz(run, trained(*FAST, *VISIBLE), tmp_path, *words)["images"]
        images = model.sample(**options)
        assert (images.dtype, images.shape) == (np.uint8, (9, 32, 32, 1))
        assert np.array_equal(images, expected)


def test_the_generator_makes_the_samples_of_the_latents(model):
    latents = model.latents(5, seed=2)
    with torch.no_grad():
        images = model.generator(latents)

    assert not model.generator.training
    assert np.array_equal(model.pixels(images), model.sample(5, seed=2))


def test_truncation_is_forgotten_afterwards(model):
    before = model.sample(4)

    assert not np.array_equal(model.sample(4, truncation=0.1), before)
    assert np.array_equal(model.sample(4), before)


def test_a_model_says_what_it_is(model, trained):
    assert model.iteration == 8
    assert model.ckpt == str(trained(*FAST, *VISIBLE) / "checkpoints" / "last.ckpt")
    assert (model.image_shape, model.class_names) == ((1, 32, 32), [])
    assert model.value_range == (-1.0, 1.0)
    assert type(model.config) is dict
    assert model.config["batch_size"] == 8
    assert "GAN, images 1x32x32, iteration 8" in repr(model)


def test_its_data_come_when_they_are_asked_for(model):
    assert model.dataset().load().pixels.shape == (64, 1, 32, 32)
    assert len(model.dataset("test").load()) > 64
    with pytest.raises(ConfigError, match="split=nix is not one of: train, test"):
        model.dataset("nix")


def test_classes_are_drawn_as_by_the_command(run, trained, tmp_path):
    directory = trained(*CONDITIONAL)
    model = gan_lab.load(directory / "checkpoints" / "last.ckpt", device="cpu")
    expected = npz(run, directory, tmp_path, "n=12", "condition=[3,8]")

    images, labels = model.sample_labelled(12, condition=[3, "8"])

    assert np.array_equal(images, expected["images"])
    assert np.array_equal(labels, expected["labels"])
    assert model.class_names == list(expected["class_names"])
    assert np.array_equal(model.sample(12, condition=[3, 8]), images)
    assert set(model.sample_labelled(40)[1]) - {3, 8}
    with pytest.raises(ConfigError, match="the class cat, which is not there"):
        model.sample(condition="cat")
    with pytest.raises(ConfigError, match=r"condition=\[\] asks for nothing"):
        model.sample(condition=[])


@pytest.mark.slow
def test_a_model_that_translates_does_so_with_arrays_and_its_own_data(run, trained, tmp_path):
    directory = trained(*STARGAN)
    model = gan_lab.load(directory, device="cpu")

    assert np.array_equal(model.sample(3), npz(run, directory, tmp_path, "n=3")["images"])
    one = npz(run, directory, tmp_path, "n=3", "condition=2")["images"]
    assert np.array_equal(model.sample(3, condition=2), one)
    translated = model.translate(model.dataset().load().pixels[:2], to=1)
    assert (translated.dtype, translated.shape) == (np.uint8, (2, 16, 16, 1))
    with pytest.raises(ConfigError, match="to=7 is no set"):
        model.translate(one, to="7")
    with pytest.raises(ConfigError, match=r"latents needs latents, and StarGAN.*has none"):
        model.latents(3)


def test_likelihoods_are_of_each_image_and_repeatable(trained):
    model = gan_lab.load(trained(*VAE), device="cpu")
    images = model.dataset().load().pixels[:5]

    nats = model.log_prob(images, samples=3)

    assert (nats.shape, nats.dtype) == ((5,), np.float32)
    assert np.array_equal(model.log_prob(images.numpy(), samples=3), nats)
    module = model.algorithm
    seen = model.dataset().to_network(images)
    expected = module.log_prob(seen, 3, 0, "log_prob", 0)
    assert np.array_equal(nats, expected.numpy())


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda model: model.log_prob(np.zeros((1, 8, 8), np.uint8)), "log_prob needs a density"),
        (lambda model: model.translate([], to="b"), "translate needs sets"),
        (lambda model: model.sample(condition=3), "condition=3 is for models that were trained"),
        (lambda model: model.sample_labelled(3), "is told of none"),
        (lambda model: model.sample(0), "n=0 must be a whole number of at least 1"),
        (lambda model: model.sample(2.5), "n=2.5 must be"),
        (lambda model: model.sample(True), "n=True must be"),
        (lambda model: model.sample(3, truncation=0), "truncation=0 must be a number above 0"),
        (lambda model: model.sample(3, truncation="x"), "truncation=x must be a number"),
        (lambda model: model.sample(seed="x"), "seed=x must be a whole number of at least 0"),
    ],
)
def test_what_a_model_cannot_do_is_said(model, ask, message):
    with pytest.raises(ConfigError, match=message):
        ask(model)


def test_a_checkpoint_that_is_not_there_is_said(tmp_path):
    for place in (tmp_path / "nix.ckpt", tmp_path, str(tmp_path / "nix.ckpt")):
        with pytest.raises(CheckpointError, match="does not exist"):
            gan_lab.load(place)


def test_another_device_is_refused(trained):
    with pytest.raises(ConfigError, match="accelerator=tpu is not known"):
        gan_lab.load(trained(*FAST, *VISIBLE), device="tpu")
