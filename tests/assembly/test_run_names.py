"""What runs are called where many are shown together."""

import pytest

from gan_lab.assembly.run_names import LONGEST, parameters, short_name
from gan_lab.config.composition import composition


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], "dcgan-mnist"),
        (["trainer=cpu", "trainer.devices=2", "logger=wandb", "log_every=3"], "dcgan-mnist"),
        (["data=folder", "data.dir=/home/me/flowers"], "folder dir=flowers"),
        (["seed=1"], "dcgan-mnist seed=1"),
        (["loss=lsgan", "iterations=200"], "dcgan-mnist lsgan iterations=200"),
        (["model=mlp", "loss=minimax"], "mlp minimax"),
        (["experiment=mnist_dcgan", "seed=3"], "mnist_dcgan seed=3"),
        (["terms=[r1,r2]", "terms.r1.weight=5"], "dcgan-mnist r1,r2 weight=5"),
        (["optimizer.generator.lr=1e-4"], "dcgan-mnist lr=0.0001"),
        (
            ["optimizer.generator.lr=1e-4", "optimizer.discriminator.lr=4e-4"],
            "dcgan-mnist generator.lr=0.0001 discriminator.lr=0.0004",
        ),
        (["augment=none"], "dcgan-mnist augment=none"),
    ],
)
def test_a_name_says_what_was_typed_and_model_and_data_where_they_were_not(words, name):
    assert short_name(words, composition(words).choices) == name


def test_of_too_many_words_the_last_ones_stay():
    words = [
        f"optimizer.{player}.beta{n}=0.5" for player in ("generator", "discriminator") for n in "12"
    ]
    name = short_name([*words, "latent.dim=100", "seed=7"], {"model": "dcgan", "data": "mnist"})

    assert len(name) <= LONGEST
    assert name.endswith("dim=100 seed=7")


def test_parameters_are_the_options_of_a_run_and_what_was_typed():
    words = ["loss=lsgan", "latent.dim=16", "trainer=cpu", "seed=2"]
    made = composition(words)

    found = parameters(words, made.choices, made.config)

    assert found["model"] == "dcgan"
    assert found["loss"] == "lsgan"
    assert found["latent.dim"] == 16
    assert (found["seed"], found["batch_size"], found["iterations"]) == (2, 64, 5000)
    assert "trainer" not in found
