"""Which minibatches may be learned from in pieces."""

import pytest
from hydra import compose, initialize_config_dir

from gan_lab.assembly.datasets import build_data
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.errors import ConfigError

APART = ("data=digits", "model=mlp", "micro_batch=8")


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def built(*words):
    config = compose("config", list(words))
    dataset = build(config.data, "data")
    return build_algorithm(config, dataset), build_data(config, dataset, processes=2)


@pytest.mark.parametrize(
    "words",
    [
        ("terms=[r1,r2]", "loss=relativistic"),
        ("terms=[gradient_penalty,drift]", "loss=wasserstein"),
        ("algorithm=vae",),
        ("algorithm=autoencoder",),
        ("algorithm=adversarial_autoencoder",),
        ("algorithm=autoregressive", "data.binarise=fixed"),
    ],
)
def test_it_reaches_what_learns_in_pieces(words):
    own = [word for word in APART if not words[0].startswith("algorithm=") or "model" not in word]

    module, _ = built(*own, *words)

    assert module.recipe.micro_batch == 8


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("model=dcgan", "model.width=4"), "the generator has layers that mix images"),
        (("terms=[feature_matching]",), "terms=feature_matching is about all of its images"),
        (("terms=[dragan]",), "terms=dragan is about all of its images"),
        (("algorithm.update=simultaneous",), "all phases see the same images"),
        (("algorithm.unroll=1",), "all phases see the same images"),
        (
            ("model=cyclegan", "algorithm=cyclegan", "data=unpaired", "data@data.a=digits",
             "data@data.b=digits"),
            "the algorithm CycleGAN looks at all images",
        ),
        (("batch_size=60",), "micro_batch=8 must divide the 30 images of a device's minibatch"),
        (("model.pack=3", "batch_size=96"), "must be a multiple of the 3 images"),
        (
            ("model=resnet", "model.width=4", "model.generator.norm=none",
             "model.discriminator.norm=spectral"),
            "spectral normalisation, of the discriminator, takes a step with each piece",
        ),
    ],
)  # fmt: skip
def test_what_would_learn_something_else_is_refused(words, reason):
    own = [
        word for word in APART if word.split("=")[0] not in {each.split("=")[0] for each in words}
    ]

    with pytest.raises(ConfigError, match=reason):
        built(*own, *words)
