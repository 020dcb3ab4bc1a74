"""What a new generator takes over from the training images or from another run."""

import pytest
import torch
from hydra import compose, initialize_config_dir

from gan_lab.assembly.initial_weights import marginals, start
from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.data.base import Images
from gan_lab.data.mixtures import Ring
from gan_lab.errors import CheckpointError, ConfigError

SMALL = ("data=digits", "model=mlp", "latent.dim=5", "model.discriminator.hidden=[4]")


@pytest.fixture(autouse=True)
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield


def gan(*overrides):
    config = compose("config", [*SMALL, *overrides])
    dataset = build(config.data, "data")
    images = dataset.load()
    module = build_algorithm(config, dataset, classes_of(dataset, images))
    return config, module, dataset, images


@pytest.fixture
def pretrained(tmp_path):
    """A checkpoint of a generator of two hidden layers, and its weights."""
    _, module, _, _ = gan("model.generator.hidden=[6,8]", "seed=7")
    path = tmp_path / "last.ckpt"
    torch.save(
        {
            "state_dict": module.state_dict(),
            "config": {},
            "overrides": [],
            "format": 2,
            "clock": {"iteration": 1, "images_seen": 8},
        },
        path,
    )
    return path, module.generator


def test_marginals_are_each_pixels_mean_from_black_0_to_white_1():
    pixels = torch.randint(0, 256, (9000, 2, 3, 1), dtype=torch.uint8)

    torch.testing.assert_close(
        marginals(Images(pixels)), pixels.double().mean(0) / 255, rtol=1e-12, atol=0
    )


@pytest.mark.parametrize("value_range", ["[-1.0,1.0]", "[0.0,1.0]"])
def test_a_generator_that_starts_at_the_marginals_makes_the_mean_image_where_they_are_not_0(
    value_range,
):
    config, module, dataset, images = gan(
        "model.marginal_bias=true", "model.generator.weight_range=0.0",
        f"data.value_range={value_range}",
    )  # fmt: skip

    start(module, config, dataset, images)

    low, high = config.data.value_range
    expected = low + (high - low) * images.pixels.double().mean(0) / 255
    made = module.sample(1, 0, "samples").images[0].double()
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-6)


def test_without_being_told_to_nothing_is_taken_over():
    config, module, dataset, images = gan()
    before = {name: value.clone() for name, value in module.generator.state_dict().items()}

    start(module, config, dataset, images)

    assert all(
        torch.equal(value, before[name]) for name, value in module.generator.state_dict().items()
    )


def test_a_model_that_knows_nothing_of_this_is_left_alone():
    config = compose("config", ["data=digits", "model=dcgan", "model.width=4"])
    dataset = build(config.data, "data")
    module = build_algorithm(config, dataset)

    start(module, config, dataset, dataset.load())


def test_points_have_no_marginals():
    config, module, _, _ = gan("model.marginal_bias=true")
    ring = Ring()

    with pytest.raises(ConfigError, match=r"model\.marginal_bias=true needs images"):
        start(module, config, ring, ring.load())


@pytest.mark.filterwarnings("ignore:.*is not verified")
def test_a_pretrained_generator_becomes_the_end_of_the_new_one(pretrained):
    path, trained = pretrained
    config, module, dataset, images = gan(
        "model.generator.hidden=[9,5,6,8]", "model.generator.activations=[relu,sigmoid,relu,relu]",
        f"model.pretrained={path}",
    )  # fmt: skip

    start(module, config, dataset, images)

    latents = torch.randn(3, 5)
    front = module.generator.layers[:4](latents)
    assert torch.equal(module.generator(latents), trained(front))


@pytest.mark.filterwarnings("ignore:.*is not verified")
def test_a_pretrained_generator_of_another_size_is_refused(pretrained):
    path, _ = pretrained
    config, module, dataset, images = gan(
        "model.generator.hidden=[6,9]", f"model.pretrained={path}"
    )

    with pytest.raises(CheckpointError, match=rf"model\.pretrained={path} does not fit"):
        start(module, config, dataset, images)


def test_a_pretrained_generator_that_is_not_there_is_named_by_its_key():
    config, module, dataset, images = gan("model.pretrained=nowhere/last.ckpt")

    with pytest.raises(CheckpointError, match=r"model\.pretrained=nowhere/last\.ckpt does not ex"):
        start(module, config, dataset, images)


def test_a_generator_that_is_told_of_labels_starts_at_the_marginals_too():
    config, module, dataset, images = gan("model.marginal_bias=true", "data.condition=labels")

    start(module, config, dataset, images)

    bias = module.generator.generator.layers[-3].bias.detach()
    expected = marginals(images).flatten()
    torch.testing.assert_close(torch.sigmoid(bias).double(), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("model.pretrained=PATH", "data.condition=labels"), "is not told of labels: leave it out"),
        (("model=noisy_mlp", "data.condition=labels"), r"type model\.start_at_images=0"),
        (("model=noisy_mlp", "model.pack=2"), r"type model\.start_at_images=0"),
    ],
)
def test_what_is_put_around_a_network_hides_where_it_could_start(words, message, pretrained):
    words = [word.replace("PATH", str(pretrained[0])) for word in words]
    config, module, dataset, images = gan(*words)

    with pytest.raises(ConfigError, match=message):
        start(module, config, dataset, images)
